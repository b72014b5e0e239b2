"""What customers are told and choose: notices, preferences, links out of messages, invitations."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Consent, ContactPreference, Message, Person, QuietHours
from accounts.services.login_messages import invite_person, queue_login_message
from accounts.services.queue_message import queue_message
from accounts.services.render_message import MessageContent, render_message
from accounts.services.send_messages import send_messages
from accounts.services.unsubscribe import unsubscribe_link
from core.errors import DomainError
from core.login_messages import LoginMessage
from core.models import User
from tests import make
from tests.mail_server import running_mail_server, text_of

NOW = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)
HOST = "fjordtel.localhost"


@pytest.fixture
def kari(fjordtel):
    account = make.make_account(fjordtel)
    make.make_person(account)
    return account


@pytest.fixture
def browser(kari):
    return browser_of(kari)


@pytest.fixture
def mail_server(settings):
    with running_mail_server(settings) as server:
        yield server


def browser_of(account):
    client = Client(headers={"host": HOST})
    client.cookies["django_language"] = "en"
    client.force_login(account.memberships.get().person.user)
    return client


def notice(account, key="1"):
    values = {"name": account.name, "title": "Work on the network", "text": "On Monday night."}
    content = render_message("announcement", "en", account.brand, values, channel="in_app")
    message = queue_message(
        account=account, event="announcement", channel="in_app", language="en",
        content=content, unique_key=key, queued_at=NOW,
    )  # fmt: skip
    send_messages(clock=lambda: NOW)
    return message


def test_a_notice_is_shown_until_it_is_read_and_only_to_its_own(kari, browser, fjordtel):
    bo = make.make_account(fjordtel, "100200", "Bo Berg")
    make.make_person(bo, "bo@example.com")
    mine, theirs = notice(kari), notice(bo, "2")

    page = browser.get("/notices/").content.decode()
    read = browser.post("/notices/", {"notice": mine.pk})
    foreign = browser.post("/notices/", {"notice": theirs.pk})
    nobodys = browser.post("/notices/", {"notice": 10**17})

    assert "Work on the network" in page
    assert page.count("Mark as read") == 1
    assert (read.status_code, foreign.status_code, nobodys.status_code) == (302, 404, 404)
    assert browser.post("/notices/", {"notice": "x"}).status_code == 404
    assert "Mark as read" not in browser.get("/notices/").content.decode()
    assert Message.objects.get(pk=theirs.pk).read_at is None


def test_who_has_no_notices_is_told_so(browser):
    assert "There are no notices" in browser.get("/notices/").content.decode()


def test_topics_are_chosen_by_channel_with_a_history(kari, browser):
    boxes = browser.get("/profile/messages/").content.decode()
    wanted = re.findall(r'value="([a-z_]+:[a-z_]+)" checked(?! disabled)', boxes)
    assert "marketing:email" not in wanted
    wanted = [box for box in wanted if box != "service:sms"] + ["marketing:email"]

    saved = browser.post("/profile/messages/", {"form": "topics", "wanted": wanted})

    person = kari.memberships.get().person
    assert saved.status_code == 302
    assert list(ContactPreference.objects.values_list("person", "topic", "channel", "wanted")) == [
        (person.pk, "service", "sms", False)
    ]
    consent = Consent.objects.get()
    assert (consent.topic, consent.statement, consent.source) == ("marketing", "given", "portal")
    assert "What you said before" in browser.get("/profile/messages/").content.decode()


def test_quiet_hours_are_chosen_and_given_back(kari, browser):
    own = {"form": "hours", "whose": "own", "quiet_from": "20:00", "quiet_until": "09:30"}

    wrong = browser.post("/profile/messages/", own | {"zone": "Mars/Olympus"})
    odd = browser.post("/profile/messages/", own | {"zone": "Europe/Oslo", "quiet_from": "99:99"})
    right = browser.post("/profile/messages/", own | {"zone": "Europe/Oslo", "sundays": "on"})

    assert (wrong.status_code, odd.status_code, right.status_code) == (200, 200, 302)
    hours = QuietHours.objects.get()
    assert (hours.quiet_until, hours.sundays, hours.holidays) == (time(9, 30), True, False)
    browser.post("/profile/messages/", {"form": "hours", "whose": "brand"})
    assert not QuietHours.objects.exists()


def test_an_unsubscribe_link_asks_and_does_it_by_post_alone(kari, mail_server):
    message = queue_message(
        account=kari, event="announcement", language="nb", to_address="kari@example.com",
        content=MessageContent("Hei", "Hei", ""), unique_key="1", queued_at=NOW,
    )  # fmt: skip
    path = unsubscribe_link(message).removeprefix(f"http://{HOST}")
    stranger = Client(headers={"host": HOST}, enforce_csrf_checks=True)

    asked = stranger.get(path)
    before = ContactPreference.objects.count()
    done = stranger.post(path, {"List-Unsubscribe": "One-Click"})
    dead = stranger.get(path[:-2] + "x/")

    assert (asked.status_code, done.status_code, dead.status_code) == (200, 200, 404)
    assert before == 0
    assert ContactPreference.objects.get().wanted is False


def test_an_invited_person_chooses_a_password_once(fjordtel, mail_server):
    account = make.make_account(fjordtel)
    person = Person.objects.create(name="Kari Nordmann", email="kari@example.com", language="nb")
    account.memberships.create(person=person)
    now = timezone.now()

    message = invite_person(person, brand=fjordtel, now=now)
    kept = message.body_text
    send_messages(clock=lambda: now)

    mail = text_of(mail_server.mails[0])
    link = re.search(rf"http://{HOST}(/invitation/\S+)", mail)
    assert link is not None
    message.refresh_from_db()
    assert "/invitation/" not in kept + message.body_text + message.body_html
    assert message.secret is None
    stranger = Client(headers={"host": HOST})
    new = {"password1": "a good long one 71", "password2": "a good long one 71"}
    assert stranger.get(link[1]).status_code == 200
    assert stranger.post(link[1], {"password1": "short", "password2": "x"}).status_code == 200
    assert stranger.post(link[1], new).status_code == 302
    assert stranger.get(link[1]).status_code == 404
    assert User.objects.get(email="kari@example.com").check_password("a good long one 71")
    with pytest.raises(DomainError, match="chosen a password already"):
        invite_person(Person.objects.get(), brand=fjordtel, now=now)


def test_a_code_is_sent_and_not_kept(kari, mail_server):
    user = kari.memberships.get().person.user
    wish = LoginMessage("sign_in_code", user, kari.brand, HOST, "en", {"code": "718 281"})

    message = queue_login_message(wish, NOW)
    send_messages(clock=lambda: NOW)

    assert "718 281" in text_of(mail_server.mails[0])
    message.refresh_from_db()
    assert message.secret is None
    assert "718" not in message.body_text + message.body_html + message.subject
    assert queue_login_message(LoginMessage("sign_in_code", user, None, HOST, "en"), NOW) is None

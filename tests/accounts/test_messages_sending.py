"""Sending: leases, back-off, uncertain hand-overs, consent, hours and caps, all by the sender."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta

import pytest

from accounts.audit_messages import messages_against_the_rules
from accounts.models import Consent, ContactPreference, Message, QuietHours
from accounts.services.choose_contact import Hours, choose_quiet_hours, choose_topic
from accounts.services.queue_message import queue_message
from accounts.services.record_consent import record_consent
from accounts.services.record_delivery import record_delivery
from accounts.services.render_message import MessageContent
from accounts.services.send_messages import send_messages
from accounts.services.sending.claim_message import LEASE, Verdict, claim_message
from accounts.services.sending.text_messages import NoTextMessages, sender_of
from accounts.services.unsubscribe import unsubscribe, unsubscribe_link, unsubscription_of
from core.errors import DomainError
from tests import make
from tests.mail_server import DROP, running_mail_server

NOW = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)  # a Thursday, 10:00 in Oslo
CONTENT = MessageContent("Hei", "Hei Kari\n", "<p>Hei Kari</p>")
HOUR = timedelta(hours=1)


@pytest.fixture
def mail_server(settings):
    with running_mail_server(settings) as server:
        yield server


@pytest.fixture
def kari(fjordtel):
    account = make.make_account(fjordtel)
    make.make_person(account)
    return account


def queue(account, key="1", **options):
    fields = {"topic": "service", "to_address": "kari@example.com", "event": "greeting"}
    return queue_message(
        account=account,
        language="nb",
        content=CONTENT,
        unique_key=key,
        **{"queued_at": NOW, **fields, **options},
    )


def send(at=NOW):
    return send_messages(clock=lambda: at)


def state_of(message):
    message.refresh_from_db()
    return message.state


def test_a_sender_that_dies_leaves_a_message_that_is_sent_once_more(kari, mail_server):
    message = queue(kari)
    verdict, _ = claim_message(message.pk, lambda: NOW)

    during = send(NOW + LEASE - timedelta(seconds=1))
    after = send(NOW + LEASE)

    assert verdict is Verdict.CLAIMED
    assert (during.sent, after.sent) == (0, 1)
    message.refresh_from_db()
    assert (message.state, message.may_have_arrived, message.attempts) == ("sent", True, 2)
    assert mail_server.mails[0]["Message-ID"] == message.message_id


def test_a_message_whose_senders_die_twice_waits_for_a_person(kari, mail_server):
    message = queue(kari)
    claim_message(message.pk, lambda: NOW)
    send_messages(clock=lambda: NOW + LEASE, events=["none of them"])
    claim_message(message.pk, lambda: NOW + LEASE)

    send(NOW + 3 * LEASE)

    assert state_of(message) == "failed"
    assert "It may have arrived" in message.error
    assert mail_server.mails == []


def test_a_line_lost_twice_after_the_text_waits_for_a_person(kari, mail_server):
    message = queue(kari)
    mail_server.answers.extend([DROP, DROP])

    rounds = [send(NOW + number * HOUR) for number in range(3)]

    assert [(each.refused, each.failed) for each in rounds] == [(1, 0), (0, 1), (0, 0)]
    assert state_of(message) == "failed"
    assert message.may_have_arrived
    assert len(mail_server.mails) == 2


def test_a_refusal_is_not_an_uncertainty_and_waits_longer_each_time(kari, mail_server):
    message = queue(kari)
    mail_server.answers.extend(["451 4.3.0 Try again later", "451 4.3.0 Try again later"])

    send()
    message.refresh_from_db()
    first = message.next_attempt_at - NOW
    send(NOW + timedelta(minutes=1))
    message.refresh_from_db()

    assert not message.may_have_arrived
    assert first == timedelta(minutes=1)
    assert message.next_attempt_at == NOW + timedelta(minutes=16)
    assert send(NOW + timedelta(minutes=15)).sent == 0
    assert send(NOW + timedelta(minutes=16)).sent == 1


def test_a_consent_withdrawn_between_queue_and_sending_drops_the_message(kari, mail_server):
    person = kari.memberships.get().person
    said = {"brand": kari.brand, "topic": "marketing", "channel": "email", "person": person}
    record_consent(**said, given=True, at=NOW, source="phone", now=NOW)
    wanted = queue(kari, "1", topic="marketing")
    send()
    unwanted = queue(kari, "2", topic="marketing")
    record_consent(**said, given=False, at=NOW + HOUR, source="phone", now=NOW + HOUR)

    send(NOW + HOUR)

    assert (state_of(wanted), state_of(unwanted)) == ("sent", "dropped")
    assert unwanted.error == "The consent was withdrawn."
    assert list(messages_against_the_rules()) == []


def test_without_consent_nothing_is_offered_and_what_is_required_still_goes(kari, mail_server):
    offer = queue(kari, "1", topic="marketing")
    reminder = queue(kari, "2", topic="payment_reminder")
    person = kari.memberships.get().person
    record_consent(
        brand=kari.brand, person=person, topic="payment_reminder", channel="email",
        given=False, at=NOW, source="phone", now=NOW,
    )  # fmt: skip

    send()

    assert (state_of(offer), state_of(reminder)) == ("dropped", "sent")
    assert offer.error == "Nobody agreed to be told this."


def test_what_a_person_switched_off_is_dropped(kari, mail_server):
    person = kari.memberships.get().person
    choose_topic(person, brand=kari.brand, topic="service", channel="email", wanted=False, now=NOW)
    message = queue(kari)

    send()

    assert state_of(message) == "dropped"
    assert message.error == "The person switched this off."
    with pytest.raises(DomainError, match="belong to the contract"):
        choose_topic(
            person, brand=kari.brand, topic="invoice", channel="email", wanted=False, now=NOW
        )


def test_quiet_hours_of_the_brand_and_of_the_person_put_a_message_off(kari, mail_server):
    make.make_message_settings(kari.brand, quiet_from=time(21), quiet_until=time(8))
    late = NOW + timedelta(hours=12)  # 22:00 in Oslo
    message = queue(kari, queued_at=late)
    code = queue(kari, "2", queued_at=late, topic="sign_in")

    assert message.send_after == datetime(2026, 11, 20, 7, tzinfo=UTC)
    assert send(late).sent == 1
    assert state_of(code) == "sent"
    choose_quiet_hours(
        kari.memberships.get().person,
        Hours(time(6), time(12), "Europe/Oslo", sundays=False, holidays=False),
    )
    assert send(datetime(2026, 11, 20, 7, tzinfo=UTC)).waiting == 1
    message.refresh_from_db()
    assert message.send_after == datetime(2026, 11, 20, 11, tzinfo=UTC)
    assert send(message.send_after).sent == 1
    assert list(messages_against_the_rules()) == []


def test_the_third_contact_of_a_week_waits_until_the_first_is_a_week_ago(kari, mail_server):
    for number in range(3):
        queue(kari, str(number), queued_at=NOW + number * HOUR)
    other = queue(kari, "other kind", topic="payment_reminder")

    totals = [send(NOW + number * HOUR) for number in range(3)]

    third = Message.objects.get(unique_key="2")
    assert sum(each.sent for each in totals) == 3
    assert state_of(other) == "sent"
    assert third.state == "queued"
    assert third.send_after == NOW + timedelta(days=7)


def test_a_message_that_comes_too_late_is_dropped(kari, mail_server):
    message = queue(kari, topic="sign_in", expires_at=NOW + HOUR, secret={"code": "123456"})

    send(NOW + HOUR)

    assert state_of(message) == "dropped"
    assert message.secret is None


def test_text_messages_go_into_a_folder_once_each(kari, tmp_path, settings):
    settings.SMS_URL = f"file://{tmp_path}/sms"
    make.make_message_settings(kari.brand, sms_sender="Fjordtel")
    message = queue(kari, channel="sms", to_address="+47 900 00 123")

    assert send().sent == 1
    assert send(NOW + HOUR).sent == 0

    lines = (tmp_path / "sms" / "2026-11-19.jsonl").read_text().splitlines()
    row = json.loads(lines[0])
    assert len(lines) == 1
    assert (row["to"], row["sender"], row["text"]) == ("+4790000123", "Fjordtel", "Hei Kari")
    assert (row["message_id"], row["segments"]) == (message.message_id, 1)


def test_without_a_text_message_service_they_wait(kari, settings, mail_server):
    settings.SMS_URL = ""
    text = queue(kari, "1", channel="sms", to_address="+4790000123")
    mail = queue(kari, "2")

    totals = send()

    assert "SMS_URL" in totals.server_error
    assert (state_of(text), state_of(mail)) == ("queued", "sent")
    for url in ("ftp://x", "file:relative", "file://host/folder"):
        with pytest.raises(NoTextMessages):
            sender_of(url)
    with pytest.raises(DomainError, match="not a telephone number"):
        queue(kari, "3", channel="sms", to_address="90000123")


def test_deliveries_are_noted_and_old_news_changes_nothing(kari, mail_server):
    message = queue(kari)
    with pytest.raises(DomainError, match="never sent"):
        record_delivery(message.message_id, "delivered", at=NOW)
    send()

    record_delivery(message.message_id, "delivered", at=NOW)
    record_delivery(message.message_id, "bounced", detail="550 No such mailbox", at=NOW)
    record_delivery(message.message_id, "delivered", at=NOW)

    assert state_of(message) == "bounced"
    assert message.delivery_detail == "550 No such mailbox"
    with pytest.raises(DomainError, match="There is no message"):
        record_delivery("<nobody@example.com>", "bounced", at=NOW)


def test_the_link_at_the_end_switches_the_topic_off_at_its_own_brand_only(
    kari, northwind, mail_server
):
    message = queue(kari)
    send()
    # A link holds the second it was made in: the one in the mail is read, not a second one.
    link = mail_server.mails[0]["List-Unsubscribe"].strip().strip("<>")
    token = link.rstrip("/").rpartition("/")[2]
    before_the_token = unsubscribe_link(message).rstrip("/").rpartition("/")[0]

    wish = unsubscription_of(token, kari.brand)

    assert link.rstrip("/").rpartition("/")[0] == before_the_token
    assert unsubscription_of(token, northwind) is None
    assert unsubscription_of(token[:-1] + "x", kari.brand) is None
    assert wish is not None
    unsubscribe(wish, now=NOW)
    unsubscribe(wish, now=NOW)
    assert ContactPreference.objects.get().wanted is False
    later = queue(kari, "2")
    send(NOW + HOUR)
    assert state_of(later) == "dropped"


def test_choices_that_hold_already_add_nothing_and_offers_need_a_statement(kari):
    person = kari.memberships.get().person

    for wanted in (False, True, True, False, False):
        choose_topic(
            person, brand=kari.brand, topic="marketing", channel="email", wanted=wanted, now=NOW
        )

    said = Consent.objects.order_by("id").values_list("statement", flat=True)
    assert list(said) == ["given", "withdrawn"]
    with pytest.raises(DomainError, match="no time zone"):
        choose_quiet_hours(person, Hours(time(1), time(2), "Mars/Olympus", True, True))
    choose_quiet_hours(person, None)
    assert not QuietHours.objects.exists()


def test_the_audit_finds_a_message_against_consent_and_one_at_night(kari, mail_server):
    make.make_message_settings(kari.brand, quiet_from=time(21), quiet_until=time(8))
    offer = queue(kari, "1", topic="service")
    night = queue(kari, "2", topic="payment_reminder")
    send()
    Message.objects.filter(pk=offer.pk).update(topic="marketing")
    years_later = datetime(2036, 11, 19, 21, 30, tzinfo=UTC)  # the history begins when this runs
    Message.objects.filter(pk=night.pk).update(decided_at=years_later)

    found = list(messages_against_the_rules())

    assert len(found) == 2
    assert any("without consent" in sentence for sentence in found)
    assert any("quiet hours" in sentence for sentence in found)

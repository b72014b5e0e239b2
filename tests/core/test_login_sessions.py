"""People see where they are signed in, and end what they don't know."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from core.login_devices import device_of
from tests import make

PASSWORD = "correct horse battery"
FJORDTEL, NORTHWIND, STAFF = "fjordtel.localhost", "northwind.localhost", "staff.localhost"
LIST = "/login/sessions/"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1"
)
DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def kari(fjordtel):
    return make.make_person(make.make_account(fjordtel)).user


def sign_in(
    email: str = "kari@example.com", agent: str = DESK, host: str = FJORDTEL, **meta: str
) -> Client:
    client = Client(headers={"host": host, "user-agent": agent}, **meta)
    client.cookies["django_language"] = "en"
    client.post("/login/", {"login": email, "password": PASSWORD})
    return client


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def session_of(client: Client) -> UserSession:
    return UserSession.objects.get(session_key=client.session.session_key)


def test_the_list_shows_each_device_and_which_one_this_is(kari):
    here = sign_in()
    sign_in(agent=PHONE, REMOTE_ADDR="192.0.2.7")

    page = here.get(LIST).content.decode()

    assert page.count('<li class="card">') == 2
    assert page.index("Firefox, Windows") < page.index("this device") < page.index("Safari, iPhone")
    assert "192.0.2.7" in page
    assert page.count(">Sign out there<") == 1


def test_one_session_is_ended_and_the_others_stay(kari):
    here, phone, desk = sign_in(), sign_in(agent=PHONE), sign_in()

    answer = here.post(f"{LIST}{session_of(phone).pk}/end/")

    assert answer["Location"] == LIST
    assert [is_in(client) for client in (here, phone, desk)] == [True, False, True]


def test_all_others_are_ended_and_this_one_stays(kari, fjordtel):
    make.make_person(make.make_account(fjordtel, "100200"), "bo@example.com")
    here, phone, desk, bo = sign_in(), sign_in(agent=PHONE), sign_in(), sign_in("bo@example.com")

    here.post(LIST)

    assert [is_in(client) for client in (here, phone, desk, bo)] == [True, False, False, True]
    assert UserSession.objects.filter(user=kari).count() == 1


def test_ending_the_session_one_is_in_signs_out(kari):
    here = sign_in()

    here.post(f"{LIST}{session_of(here).pk}/end/")

    assert not is_in(here)


def test_another_persons_session_looks_like_none(kari, fjordtel):
    make.make_person(make.make_account(fjordtel, "100200"), "bo@example.com")
    bo, here = sign_in("bo@example.com", REMOTE_ADDR="192.0.2.77"), sign_in()

    answers = [here.post(f"{LIST}{key}/end/") for key in (session_of(bo).pk, 999_999_999, 10**30)]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert is_in(bo)
    assert "192.0.2.77" not in here.get(LIST).content.decode()


def test_sessions_are_not_ended_by_a_link_or_a_form_of_another_site(kari):
    here, phone = sign_in(), sign_in(agent=PHONE)
    address = f"{LIST}{session_of(phone).pk}/end/"
    strict = Client(headers={"host": FJORDTEL}, enforce_csrf_checks=True)
    strict.cookies = here.cookies

    assert here.get(address).status_code == 405
    assert strict.post(address).status_code == 403
    assert strict.post(LIST).status_code == 403
    assert is_in(phone)


def test_when_and_where_it_was_last_used_is_noted_once_a_minute(kari, django_assert_num_queries):
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        client = sign_in()
        client.get(LIST)
        first = session_of(client).last_seen_at
    with time_machine.travel(start + timedelta(seconds=30), tick=False):
        client.get(LIST)
        soon = session_of(client).last_seen_at
    with time_machine.travel(start + timedelta(seconds=90), tick=False):
        client.get(LIST)
        later = session_of(client).last_seen_at
        client.get(LIST, REMOTE_ADDR="192.0.2.9")

    assert first == soon == start
    assert later == start + timedelta(seconds=90)
    assert session_of(client).ip == "192.0.2.9"


def test_a_session_gets_a_new_key_when_somebody_signs_in(kari):
    client = Client(headers={"host": FJORDTEL})
    client.post("/login/mail-code/", {"email": "kari@example.com"})
    planted = client.session.session_key

    client.post("/login/out/", {"next": "/login/"})
    client.cookies["sessionid"] = str(planted)
    client.post("/login/", {"login": "kari@example.com", "password": PASSWORD})

    assert is_in(client)
    assert client.cookies["sessionid"].value != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_a_new_password_ends_the_other_sessions_and_takes_them_off_the_list(kari):
    here, phone = sign_in(), sign_in(agent=PHONE)
    new = "et langt nytt ord"

    here.post(
        "/login/password/change/",
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )

    assert is_in(here)
    assert not is_in(phone)
    assert here.get(LIST).content.decode().count('<li class="card">') == 1


def test_a_login_that_is_switched_off_is_out_everywhere_at_once(kari):
    here, phone = sign_in(), sign_in(agent=PHONE)
    kari.is_active = False
    kari.save()

    assert not is_in(here)
    assert not is_in(phone)


def test_an_expired_session_is_not_on_the_list(kari):
    start = timezone.now()
    with time_machine.travel(start - timedelta(hours=13), tick=False):
        sign_in(agent=PHONE)
    here = sign_in()

    assert "iPhone" not in here.get(LIST).content.decode()


def test_a_session_taken_to_another_host_is_not_noted_there(kari, northwind):
    here = sign_in()
    elsewhere = Client(headers={"host": NORTHWIND}, REMOTE_ADDR="192.0.2.66")
    elsewhere.cookies = here.cookies

    assert elsewhere.get(LIST).status_code == 302
    assert session_of(here).ip == "127.0.0.1"


def test_staff_see_their_sessions_too(fjordtel):
    staff = make.make_staff("staff@fjordtel.example", fjordtel)
    Authenticator.objects.create(user=staff, type="totp", data={"secret": "x"})
    client = Client(headers={"host": STAFF, "user-agent": DESK})
    client.force_login(staff)

    assert "Firefox, Windows" in client.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (PHONE, "Safari, iPhone"),
        (DESK, "Firefox, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36", "Chrome, Linux"),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537.36 Edg/140", "Edge, Windows"),
        ("curl/8.0", "Unknown device"),
        ("", "Unknown device"),
        ("<script>alert(1)</script>", "Unknown device"),
    ],
)
def test_devices_are_named_in_words(agent, device):
    assert device_of(agent) == device

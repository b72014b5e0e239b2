"""What passkeys refuse: garbled answers, other people's, other brands', and hurried thieves."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from tests import make

PASSWORD = "correct horse battery"
FJORDTEL, STAFF = "fjordtel.localhost", "staff.localhost"
LIST, NEW, IN, AGAIN = (f"/login/passkeys/{part}" for part in ("", "new/", "in/", "again/"))
REFUSED = "/login/?passkey=refused"
JSON = {"accept": "application/json"}
GARBLED = [
    "", "x", "null", "1", "[]", '"text"', "{}", '{"id": 1}', '{"rawId": "AA", "id": "AA"}',
    '{"id":"AA","rawId":"AA","response":[]}',
    '{"id":"AA","rawId":"AA","type":"public-key","response":{"userHandle":"AA"}}',
    '{"id":"AA","rawId":"AA","response":{"clientDataJSON":"AA","userHandle":"%%%"}}',
    '{"id":"é","rawId":"é","response":{"clientDataJSON":"\\u0000","attestationObject":"AA"}}',
    '{"id":{},"rawId":{},"response":{"clientDataJSON":{},"attestationObject":7}}',
]  # fmt: skip


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def kari(fjordtel):
    return make.make_person(make.make_account(fjordtel)).user


def sign_in(email: str = "kari@example.com", host: str = FJORDTEL) -> Client:
    client = Client(headers={"host": host})
    client.cookies["django_language"] = "en"
    client.post("/login/", {"login": email, "password": PASSWORD})
    return client


def passkey_of(user) -> Authenticator:
    return Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "CANARY", "credential": {}}
    )


def test_the_options_are_the_hosts_and_want_the_devices_owner(kari):
    client = Client(headers={"host": "FJORDTEL.localhost.", **JSON})

    wanted = client.get(IN).json()["request_options"]["publicKey"]

    assert wanted["rpId"] == FJORDTEL
    assert wanted["userVerification"] == "required"
    assert wanted.get("allowCredentials", []) == []


@pytest.mark.parametrize("answer", GARBLED)
def test_an_answer_that_is_garbled_is_refused_like_a_wrong_one(kari, answer):
    client = Client(headers={"host": FJORDTEL})
    client.get(IN, headers=JSON)

    assert client.post(IN, {"credential": answer})["Location"] == REFUSED
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("answer", GARBLED)
def test_a_passkey_that_is_garbled_is_not_made(kari, answer):
    client = sign_in()
    client.get(NEW)

    assert client.post(NEW, {"name": "x", "credential": answer}).status_code == 200
    assert not Authenticator.objects.exists()


def test_who_is_refused_is_told_so(kari):
    page = Client(headers={"host": FJORDTEL}).get(REFUSED).content.decode()

    assert 'role="alert"' in page


def test_an_answer_without_a_question_is_worth_nothing(kari):
    answer = json.dumps({
        "id": "AA", "rawId": "AA", "type": "public-key",
        "response": {"clientDataJSON": "e30", "authenticatorData": "AA", "signature": "AA",
                     "userHandle": "MQ"},
    })  # fmt: skip

    assert Client(headers={"host": FJORDTEL}).post(IN, {"credential": answer})["Location"] == (
        REFUSED
    )


def test_somebody_elses_passkey_looks_like_none(kari, fjordtel):
    bo = make.make_person(make.make_account(fjordtel, "100200"), "bo@example.com").user
    theirs = passkey_of(bo)
    client = sign_in()

    for action in ("name", "remove"):
        for method in (client.get, client.post):
            answers = [
                method(f"{LIST}{key}/{action}/", {"name": "mine"})
                for key in (theirs.pk, 999_999_999)
            ]
            assert [answer.status_code for answer in answers] == [404, 404]
    assert "CANARY" not in client.get(LIST).content.decode()
    theirs.refresh_from_db()
    assert theirs.data["name"] == "CANARY"


def test_five_minutes_after_signing_in_one_is_asked_again(kari):
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        client = sign_in()
        fresh = client.get(NEW)
    with time_machine.travel(start + timedelta(seconds=301), tick=False):
        later = client.get(NEW)

    assert fresh.status_code == 200
    assert later["Location"].startswith("/login/again/")


def test_staff_with_a_passkey_have_their_second_factor(fjordtel):
    staff = make.make_staff("staff@fjordtel.example", fjordtel)
    client = Client(headers={"host": STAFF})
    client.force_login(staff)
    before = client.get("/admin/")

    passkey_of(staff)

    assert before.status_code == 302
    assert client.get("/admin/").status_code == 200


def test_pages_hold_no_script_of_their_own(kari):
    client = sign_in()

    for path in ("/login/", NEW, LIST):
        page = client.get(path).content.decode()
        assert "onclick" not in page
        assert page.count("<script") == page.count("<script src=") + page.count(
            'type="application/json"'
        )


def test_without_a_script_the_ways_that_need_none_are_left(kari):
    page = Client(headers={"host": FJORDTEL}).get("/login/").content.decode()

    assert 'data-passkey="get" hidden' in page
    assert 'name="password"' in page
    assert "/login/mail-code/" in page

"""Profile, help, second factor: what concerns the person."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client

from tests.portal.reading import text_of

PASSWORD = "correct horse battery"


def code_of(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))


def test_the_profile_says_who_one_is(portal):
    page = text_of(portal.get("/profile/"))

    assert "Name Kari Nordmann" in page
    assert "E-mail address kari@example.com" in page


def test_help_names_the_brands_contacts_to_everybody(kari):
    page = text_of(Client(headers={"host": "fjordtel.localhost"}).get("/help/"))

    assert "+47 21 00 00 00" in page
    assert "hjelp@fjordtel.example" in page
    assert "100123" not in page


def test_signing_out_takes_a_form(portal):
    assert portal.get("/login/out/").status_code == 200
    assert portal.get("/").status_code == 200

    portal.post("/login/out/")

    assert portal.get("/").status_code == 302


def test_a_customer_turns_on_a_second_factor_and_signs_in_with_it(kari):
    client = Client(headers={"host": "fjordtel.localhost"})
    client.cookies["django_language"] = "en"
    client.post("/login/", {"login": "kari@example.com", "password": PASSWORD})
    page = client.get("/login/second-factor/on/").content.decode()
    found = re.search(r'<code class="key">(\w+)</code>', page)
    assert found is not None
    secret = found.group(1)

    wrong = client.post("/login/second-factor/on/", {"code": "000000"})
    right = client.post("/login/second-factor/on/", {"code": code_of(secret)}, follow=True)

    assert "The code is not right or has expired." in text_of(wrong)
    assert "10 codes are left." in text_of(right)
    assert Authenticator.objects.filter(user=kari.person.user).count() == 2
    again = Client(headers={"host": "fjordtel.localhost"})
    first_step = again.post("/login/", {"login": "kari@example.com", "password": PASSWORD})
    assert first_step["Location"].startswith("/login/code/")
    assert again.get("/").status_code == 302
    with time_machine.travel(datetime(2026, 11, 2, 9, 1, tzinfo=UTC), tick=False):
        again.post("/login/code/", {"code": code_of(secret)})
        assert again.get("/").status_code == 200


def test_changing_how_one_signs_in_asks_for_the_password_after_a_while(portal):
    response = portal.get("/login/second-factor/on/")

    assert response["Location"].startswith("/login/again/")
    assert "Enter your password once more" in text_of(portal.get(response["Location"]))


@pytest.mark.parametrize("path", ["/", "/bills/", "/usage/", "/usage/export/", "/profile/"])
def test_pages_of_customers_take_no_posts(portal, path):
    assert portal.post(path).status_code == 405

"""The back office's page of quotes for lines."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from billing.usage.models import UsageFile
from core.models import User
from tests.billing.usage.kari import Kari
from tests.billing.usage.test_line_quotes import kari_on, ninety_seconds

PAGE = "/admin/billing/usagerecord/quote/"


@pytest.fixture
def superuser(db: None) -> Client:
    """Somebody who sees every brand."""
    user = User.objects.create_superuser("root@example.com", "correct horse battery")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    client = Client(headers={"host": "staff.localhost"})
    client.force_login(user)
    return client


def test_the_page_tells_what_a_line_pays_and_why(kari: Kari, superuser: Client) -> None:
    kari_on(kari, ninety_seconds)
    asked = {"brand": kari.brand.pk, "service": "+4790000123", "usage_type": "voice",
             "number": "+4722000000", "at": "2026-10-03 21:10", "quantity": 121}  # fmt: skip

    page = superuser.get(PAGE, asked).content.decode()

    assert "4790000123, MOB-1 with plan INCLUDED" in page
    assert "MINUTES covers 90 units; 0 are left of it." in page
    assert "Adds to the account’s usage" in page
    assert not UsageFile.objects.exists()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, "Name a line or a plan."),
        ({"plan": "MOBIL10", "service": "4790000123"}, "Name a line or a plan."),
        ({"plan": "NONE"}, "no plan with that code"),
        ({"service": "4799999999"}, "nobody has the number 4799999999"),
        ({"service": "4790000123", "number": "Kari"}, "is not a number"),
    ],
)
def test_the_page_says_what_hinders_it(
    kari: Kari, superuser: Client, asked: dict[str, str], words: str
) -> None:
    event = {"brand": kari.brand.pk, "usage_type": "voice", "number": "+4722000000",
             "at": "2026-10-03 21:10", "quantity": 121}  # fmt: skip

    page = superuser.get(PAGE, event | asked).content.decode()

    assert words in page

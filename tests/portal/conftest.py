"""A customer at her bills on 2 November 2026."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from core.models import Brand
from tests.portal.cast import NOW, Household, add_usage, bill_months, kari_of

MONTHS = (date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1))


@pytest.fixture(autouse=True)
def _on_2_november() -> Iterator[None]:
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def kari(fjordtel: Brand) -> Household:
    """Kari with three bills: 1 298.00, 649.00 and 905.07, none of them paid, and some usage."""
    household = kari_of(fjordtel)
    household.invoices = bill_months(fjordtel, *MONTHS)
    mobile = household.subscriptions[0]
    add_usage(mobile, datetime(2026, 11, 1, 23, 30, tzinfo=UTC))
    add_usage(
        mobile, datetime(2026, 11, 1, 9, tzinfo=UTC), usage_type="sms", quantity=1, micro=390_000
    )
    return household


@pytest.fixture
def sign_in() -> Callable[..., Client]:
    """`sign_in(person)` on the host of Fjordtel, or of another brand, in English."""

    def signed_in(person, host: str = "fjordtel.localhost", language: str = "en") -> Client:
        client = Client(headers={"host": host})
        client.cookies["django_language"] = language
        client.force_login(person.user)
        return client

    return signed_in


@pytest.fixture
def portal(kari: Household, sign_in) -> Client:
    """Kari's browser."""
    client: Client = sign_in(kari.person)
    return client

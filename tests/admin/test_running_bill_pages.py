"""The running bill on a customer's page in the back office, and over the API."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine
from django.test import Client

from accounts.models import Account
from catalog.models import TaxRate
from core.models import Brand
from tests import make
from tests.billing.invoicing.test_included_usage_billed import event, plan_of, source_of, take

NOW = datetime(2026, 10, 20, 12, 5, tzinfo=UTC)
MONTHS = (date(2026, 9, 1), date(2026, 10, 1))


@pytest.fixture
def kari(fjordtel: Brand, tmp_path: Path) -> Account:
    from billing.usage.services.ensure_partitions import ensure_partitions

    ensure_partitions(MONTHS)
    account = make.make_account(fjordtel)
    make.make_subscription(
        account, plan_of(fjordtel, "TEN"), number="4790000123", starts_on=date(2026, 10, 1)
    )
    rows = [event("2026-10-03T10:00", 300), event("2026-10-05T10:00", 360)]
    take(source_of(fjordtel), tmp_path / "one.csv", rows)
    return account


def test_staff_see_the_bill_the_rest_and_the_days(kari: Account, superuser: Client) -> None:
    with time_machine.travel(NOW, tick=False):
        page = superuser.get(f"/admin/accounts/account/{kari.pk}/change/", follow=True)

    text = page.content.decode()
    assert "As of 14:05: what the bill of 1 Nov" in text.replace("\xa0", " ")
    assert "0 min of 10 min left" in text
    assert "Calls each day" in text
    assert text.count('<rect x="') == 2


def test_an_account_that_bills_cannot_price_says_why(kari: Account, superuser: Client) -> None:
    TaxRate.objects.all().delete()

    with time_machine.travel(NOW, tick=False):
        page = superuser.get(f"/admin/accounts/account/{kari.pk}/change/", follow=True)

    assert b"has no tax rate for category standard on" in page.content

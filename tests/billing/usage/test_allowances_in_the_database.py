"""The database refuses balances, counters and corrections that contradict themselves."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError

from billing.usage.allowances.audit import (
    allowances_give_what_is_taken,
    cumulative_prices_count_their_records,
)
from billing.usage.allowances.models import AllowanceBalance, CumulativeUsage, UsageCorrection
from billing.usage.models import UsageRecord
from catalog.models import Allowance, Charge
from tests.billing.usage.kari import Kari
from tests.billing.usage.test_allowances_used import calls, graduated, on, ten_minutes

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
NOON = datetime(2026, 10, 3, 12, tzinfo=UTC)


@pytest.fixture
def allowance(kari: Kari) -> Allowance:
    on(kari, ten_minutes)
    return Allowance.objects.get()


def balance(kari: Kari, allowance: Allowance, **fields: Any) -> AllowanceBalance:
    defaults = {
        "account": kari.account, "subscription": kari.subscription, "allowance": allowance,
        "period_start": OCTOBER, "opens": OCTOBER, "closes": NOVEMBER, "expires": NOVEMBER,
        "granted": OCTOBER, "quantity": 600, "contributions": [], "users": [],
    }  # fmt: skip
    return AllowanceBalance.objects.create(**(defaults | fields))


def test_allowance_balance_once(kari: Kari, allowance: Allowance) -> None:
    balance(kari, allowance)

    with pytest.raises(IntegrityError, match="allowance_balance_once"):
        balance(kari, allowance)


def test_allowance_balance_once_of_the_account(kari: Kari, allowance: Allowance) -> None:
    balance(kari, allowance, subscription=None)

    with pytest.raises(IntegrityError, match="allowance_balance_once"):
        balance(kari, allowance, subscription=None)


@pytest.mark.parametrize(
    "fields", [{"used": 601}, {"used": -1}, {"used": 400, "carried": 201}, {"carried": -1}]
)
def test_allowance_balance_used_within_granted(
    kari: Kari, allowance: Allowance, fields: dict[str, int]
) -> None:
    with pytest.raises(IntegrityError, match="allowance_balance_used_within_granted"):
        balance(kari, allowance, **fields)


@pytest.mark.parametrize("fields", [{"closes": date(2026, 9, 30)}, {"granted": NOVEMBER}])
def test_allowance_balance_dates_in_order(
    kari: Kari, allowance: Allowance, fields: dict[str, date]
) -> None:
    with pytest.raises(IntegrityError, match="allowance_balance_dates_in_order"):
        balance(kari, allowance, **fields)


def test_cumulative_usage_once(kari: Kari) -> None:
    on(kari, graduated)
    kari.take(calls(60))
    counter = CumulativeUsage.objects.get()
    counter.pk = None

    with pytest.raises(IntegrityError, match="cumulative_usage_once"):
        counter.save(force_insert=True)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("usage_corrected_once", {"key": UUID(int=3)}),
        ("usage_correction_once", {"corrected_key": UUID(int=3)}),
    ],
)
def test_a_record_is_corrected_once_by_one(kari: Kari, name: str, fields: dict[str, UUID]) -> None:
    said = {
        "source": kari.source, "key": UUID(int=1), "start_at": NOON,
        "corrected_key": UUID(int=2), "corrected_start_at": NOON,
    }  # fmt: skip
    UsageCorrection.objects.create(**said)

    with pytest.raises(IntegrityError, match=name):
        UsageCorrection.objects.create(**(said | fields))


def test_the_audit_finds_a_grant_that_gave_more_than_was_taken(kari: Kari) -> None:
    on(kari, ten_minutes)
    kari.take(calls(60))
    AllowanceBalance.objects.update(used=61)

    [found] = allowances_give_what_is_taken()

    assert "records took 60 of allowances, which gave 61" in found


def test_the_audit_finds_a_record_covered_beyond_what_it_bills(kari: Kari) -> None:
    on(kari, ten_minutes)
    kari.take(calls(60))
    UsageRecord.objects.update(covered=61)
    AllowanceBalance.objects.update(used=61)

    [found] = allowances_give_what_is_taken()

    assert "more covered than billed" in found


def test_the_audit_finds_units_that_no_record_has(kari: Kari) -> None:
    on(kari, graduated)
    kari.take(calls(60))
    assert Charge.objects.filter(pricing="graduated").exists()
    CumulativeUsage.objects.update(units=61)

    [found] = cumulative_prices_count_their_records()

    assert "61 units are priced together, the records have 60" in found

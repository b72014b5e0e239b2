"""What lines used each day: kept with the summaries, whatever happens to records."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError

from accounts.models import Account
from billing.models import DailyUsage
from tests import make
from tests.billing.usage.kari import Kari, call, hits

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


def days(period: date = OCTOBER) -> dict[tuple[date, int], tuple[list[int], list[int]]]:
    return {
        (row.origin_start, row.usage_type): (row.quantities, row.amounts)
        for row in DailyUsage.objects.filter(period_start=period)
    }


def test_a_call_counts_on_its_day_where_the_brand_is(kari: Kari) -> None:
    """23:30 UTC on 2 October is 01:30 on the third in Oslo: 61 s at 0.49 a minute
    with 0.99 for the connection cost 1.488167; the 60 s of that day's second call 1.48."""
    kari.take(
        [call("A-1", "2026-10-02T23:30:00Z"), call("A-2", "2026-10-03T08:00:00Z", seconds=60)]
    )
    kari.take([call("A-3", "2026-10-01T08:00:00Z", seconds=60)], name="more.csv")

    assert days() == {(OCTOBER, 1): ([60, 0, 121], [1_480_000, 0, 2_968_167])}
    assert hits() == []


def test_late_usage_stands_by_the_period_it_started_in(kari: Kari) -> None:
    Account.objects.update(usage_closed_until=NOVEMBER)

    kari.take([call("A-1", "2026-10-02T08:00:00Z", seconds=60)])

    assert days() == {}
    assert days(NOVEMBER) == {(OCTOBER, 1): ([0, 60], [0, 1_480_000])}
    assert hits() == []


def test_what_allowances_cover_afterwards_changes_the_day_it_was_used(kari: Kari) -> None:
    """The plan includes 60 s. The call of the fourth uses them; then an earlier one of the third
    arrives and takes them: the fourth costs 1.48, the third nothing."""
    version = make.make_draft(kari.plan, date(2026, 9, 1))
    version.deck_assignments.create(usage_type="voice", deck=kari.deck)
    make.make_allowance(version, quantity=Decimal(60))
    make.publish(version)
    kari.take([call("A-1", "2026-10-04T08:00:00Z", seconds=60)])
    before = days()

    kari.take([call("A-2", "2026-10-03T08:00:00Z", seconds=60)], name="more.csv")

    assert before == {(OCTOBER, 1): ([0, 0, 0, 60], [0, 0, 0, 0])}
    assert days() == {(OCTOBER, 1): ([0, 0, 60, 60], [0, 0, 0, 1_480_000])}
    assert hits() == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda row: DailyUsage.objects.update(quantities=[59]),
        lambda row: DailyUsage.objects.update(amounts=[1]),
        lambda row: row.delete(),
    ],
)
def test_the_audit_sees_a_day_that_says_something_else(
    kari: Kari, spoil: Callable[[DailyUsage], object]
) -> None:
    kari.take([call("A-1", "2026-10-01T08:00:00Z", seconds=60)])

    spoil(DailyUsage.objects.get())

    [of_day, of_period] = hits()
    assert "2026-10-01" in of_day
    assert "add up otherwise" in of_period


def daily(kari: Kari, **fields: object) -> DailyUsage:
    said = {
        "subscription": kari.subscription, "period_start": OCTOBER, "origin_start": OCTOBER,
        "usage_type": 1, "quantities": [1], "amounts": [1],
    }  # fmt: skip
    return DailyUsage.objects.create(**(said | fields))


def test_daily_usage_once(kari: Kari) -> None:
    daily(kari)

    with pytest.raises(IntegrityError, match="daily_usage_once"):
        daily(kari)


@pytest.mark.parametrize(("units", "amounts"), [([1] * 32, [1] * 32), ([1, 2], [1])])
def test_daily_usage_is_of_a_month(kari: Kari, units: list[int], amounts: list[int]) -> None:
    with pytest.raises(IntegrityError, match="daily_usage_is_of_a_month"):
        daily(kari, quantities=units, amounts=amounts)

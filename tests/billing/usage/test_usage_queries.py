"""What bills, itemised lists and the portal read of usage."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from billing.usage.queries import (
    records_of,
    records_page,
    unbilled_summaries,
    usage_so_far,
)
from catalog.models import UsageCategory
from tests import make
from tests.billing.usage.kari import call

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


@pytest.fixture
def used(kari):
    """Calls of September, October and November, one of them with a category of its own."""
    abroad = UsageCategory.objects.create(brand=kari.brand, code="abroad", name={"en": "Abroad"})
    make.make_rate(kari.deck, "46", "1.00", category=abroad, destination="Sweden")
    kari.take(
        [
            call("A-1", start="2026-09-20T12:00:00Z"),
            call("A-3", start="2026-10-05T12:00:00Z", called="+46812345678", seconds=60),
            call("A-2", start="2026-10-03T12:00:00Z"),
            call("A-4", start="2026-11-01T12:00:00Z"),
        ]
    )
    return kari


def test_records_behind_a_line_come_by_start_with_names_and_amounts(used):
    items = records_of(subscription_id=used.subscription.pk, period_start=OCTOBER)

    assert [(item.destination, item.called, item.amount) for item in items] == [
        ("Norway", "4722000000", Decimal("1.488167")),
        ("Sweden", "46812345678", Decimal("1.000000")),
    ]
    assert [item.category.code for item in items] == ["voice", "abroad"]
    assert {item.number for item in items} == {"4790000123"}
    assert not any(item.late for item in items)


def test_records_are_narrowed_by_category_and_origin(used):
    used.account.usage_closed_until = NOVEMBER
    used.account.save()
    used.take([call("L-1", start="2026-10-31T22:59:59Z")], "late.csv")
    key = {"subscription_id": used.subscription.pk, "period_start": NOVEMBER}

    late = records_of(**key, origin_start=OCTOBER)
    own = records_of(**key, origin_start=NOVEMBER)
    abroad = records_of(**key, category_id=UsageCategory.objects.get(code="abroad").pk)

    assert [item.late for item in late] == [True]
    assert [item.late for item in own] == [False]
    assert abroad == []


def test_unbilled_summaries_are_those_of_open_periods_that_start_before_the_bill_date(used):
    ids = [used.account.pk]

    first_run = list(unbilled_summaries(ids, NOVEMBER))
    used.account.usage_closed_until = NOVEMBER
    used.account.save()
    used.take([call("L-1", start="2026-10-20T12:00:00Z")], "late.csv")
    same_run_again = list(unbilled_summaries(ids, NOVEMBER))
    next_run = list(unbilled_summaries(ids, date(2026, 12, 1)))

    assert [(row.period_start, row.category.code) for row in first_run] == [
        (date(2026, 9, 1), "voice"),
        (OCTOBER, "voice"),
        (OCTOBER, "abroad"),
    ]
    assert same_run_again == []
    assert [(row.period_start, row.origin_start) for row in next_run] == [
        (NOVEMBER, OCTOBER),
        (NOVEMBER, NOVEMBER),
    ]


def test_unbilled_summaries_are_of_the_accounts_asked_for(used):
    bo = make.make_account(used.brand, "100124", "Bo Berg")

    assert not unbilled_summaries([bo.pk], NOVEMBER).exists()


def test_usage_so_far_sums_by_subscription_and_category(used):
    so_far = usage_so_far([used.account.pk], OCTOBER)

    assert [(row.category.code, row.records, row.quantity, row.amount) for row in so_far] == [
        ("voice", 1, 61, Decimal("1.488167")),
        ("abroad", 1, 60, Decimal("1.000000")),
    ]
    assert {row.subscription_id for row in so_far} == {used.subscription.pk}


def test_a_usage_page_is_newest_first_and_knows_its_place(used):
    ids = [used.subscription.pk]

    first = records_page(ids, zone="Europe/Oslo", size=3)
    last = records_page(ids, zone="Europe/Oslo", size=3, page=99)

    assert [item.start_at.month for item in first.items] == [11, 10, 10]
    assert (first.page, first.pages, first.total) == (1, 2, 4)
    assert [item.start_at.month for item in last.items] == [9]
    assert last.page == 2


def test_a_usage_page_is_narrowed_by_days_and_subscription(used):
    ids = [used.subscription.pk]

    days = records_page(ids, zone="Europe/Oslo", since=date(2026, 10, 3), until=date(2026, 10, 5))
    other = records_page(ids, zone="Europe/Oslo", subscription_id=used.subscription.pk + 1)

    assert [item.start_at.day for item in days.items] == [5, 3]
    assert (other.items, other.page, other.pages, other.total) == ([], 1, 1, 0)


def test_a_subscription_out_of_scope_is_not_shown_even_when_asked_for(used):
    page = records_page([], zone="Europe/Oslo", subscription_id=used.subscription.pk)

    assert page.total == 0

"""Which charges are due and which days are given back: the rule book's tables."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.invoicing.proration import part_amount
from billing.invoicing.recurring import (
    BilledLine,
    Clock,
    DueCredit,
    Segment,
    Version,
    due_charges,
    due_credits,
    seen,
)
from core.periods import Period, next_anchor, period_containing


@dataclass
class Monthly:
    price: Decimal = Decimal("10.00")
    code: str = "monthly"
    kind: str = "recurring"
    months: int = 1
    timing: str = "advance"
    proration: str = "daily"
    taken_at: str = "start"
    counts_toward_minimum: bool = False


def clock_at(bill_date: date, anchor_day: int = 1) -> Clock:
    return Clock(bill_date, next_anchor(bill_date, anchor_day), anchor_day, places=2)


def segment(start: date, end: date | None = None, **terms) -> Segment:
    charge = Monthly(**terms)
    return Segment("plan:A", [Version(date(2000, 1, 1), {charge.code: charge})], start, end, True)


def due(one: Segment, clock: Clock, billed=()) -> list[tuple[str, str, str]]:
    return [
        (str(item.span.start), str(item.span.end), str(item.amount))
        for visible in seen([one], clock)
        for item in due_charges(visible, list(billed), clock)
    ]


@pytest.mark.parametrize(
    ("price", "start", "end", "full", "amount"),
    [
        # 10.00 monthly, bill day 1, starts 5 March
        ("10.00", date(2026, 3, 5), date(2026, 4, 1), (date(2026, 3, 1), date(2026, 4, 1)), "8.71"),
        # 24.95 monthly, bill day 10, 10–24 February 2011
        (
            "24.95",
            date(2011, 2, 10),
            date(2011, 2, 24),
            (date(2011, 2, 10), date(2011, 3, 10)),
            "12.48",
        ),
        (
            "299.00",
            date(2026, 10, 14),
            date(2026, 11, 1),
            (date(2026, 10, 1), date(2026, 11, 1)),
            "173.61",
        ),
        (
            "399.00",
            date(2026, 10, 14),
            date(2026, 11, 1),
            (date(2026, 10, 1), date(2026, 11, 1)),
            "231.68",
        ),
    ],
)
def test_a_part_period_costs_its_days(price, start, end, full, amount):
    part = part_amount(Decimal(price), Period(start, end), Period(*full), "daily", 2)

    assert part == Decimal(amount)


@pytest.mark.parametrize(
    ("rule", "part", "whole"), [("daily", "8.71", "10.00"), ("none", "0.00", "10.00"),
                                ("full", "10.00", "10.00")],
)  # fmt: skip
def test_a_part_period_follows_the_charges_proration(rule, part, whole):
    march = Period(date(2026, 3, 1), date(2026, 4, 1))
    stub = Period(date(2026, 3, 5), date(2026, 4, 1))

    assert part_amount(Decimal("10.00"), stub, march, rule, 2) == Decimal(part)
    assert part_amount(Decimal("10.00"), march, march, rule, 2) == Decimal(whole)


def test_a_start_within_the_month_is_billed_with_the_coming_month():
    lines = due(segment(date(2026, 3, 5)), clock_at(date(2026, 4, 1)))

    assert lines == [
        ("2026-03-05", "2026-04-01", "8.71"),
        ("2026-04-01", "2026-05-01", "10.00"),
    ]


def test_a_change_after_the_bill_date_is_not_seen():
    assert due(segment(date(2026, 4, 5)), clock_at(date(2026, 4, 1))) == []


def test_in_arrears_only_what_has_ended_is_billed():
    lines = due(segment(date(2026, 3, 5), timing="arrears"), clock_at(date(2026, 4, 1)))

    assert lines == [("2026-03-05", "2026-04-01", "8.71")]


def test_in_arrears_a_part_that_ended_within_the_month_is_billed():
    one = segment(date(2026, 3, 1), date(2026, 3, 11), timing="arrears", price=Decimal("31.00"))

    assert due(one, clock_at(date(2026, 4, 1))) == [("2026-03-01", "2026-03-11", "10.00")]


def test_a_quarter_is_anchored_one_length_after_a_bill_day_that_is_past():
    one = segment(date(2026, 1, 15), months=3, price=Decimal("90.00"))

    first = due(one, clock_at(date(2026, 2, 1)))

    # Leading stub: 15 January to 1 April of the quarter from 1 January: 76 of 90 days.
    assert first == [("2026-01-15", "2026-04-01", "76.00")]


def test_bill_day_31_comes_back_after_february():
    one = segment(date(2026, 1, 31), price=Decimal("10.00"))

    periods = [line[:2] for line in due(one, clock_at(date(2026, 4, 30), 31))]

    assert periods == [
        ("2026-01-31", "2026-02-28"),
        ("2026-02-28", "2026-03-31"),
        ("2026-03-31", "2026-04-30"),
        ("2026-04-30", "2026-05-31"),
    ]


def test_a_new_version_holds_from_the_first_renewal_on_or_after_its_start():
    old, new = Monthly(Decimal("10.00")), Monthly(Decimal("12.00"))
    versions = [
        Version(date(2000, 1, 1), {"monthly": old}),
        Version(date(2026, 3, 15), {"monthly": new}),
    ]
    one = Segment("plan:A", versions, date(2026, 3, 1), None, True)

    assert due(one, clock_at(date(2026, 4, 1))) == [
        ("2026-03-01", "2026-04-01", "10.00"),
        ("2026-04-01", "2026-05-01", "12.00"),
    ]


def billed_line(start: date, end: date, amount: str = "299.00", full: int = 31) -> BilledLine:
    return BilledLine(
        1, "plan:A", "monthly", Period(start, end), full, Decimal("299.00"), Decimal(amount),
        "daily",
    )  # fmt: skip


def test_days_after_the_end_are_given_back():
    line = billed_line(date(2026, 10, 1), date(2026, 11, 1))
    clock = clock_at(date(2026, 11, 1))
    one = segment(date(2026, 1, 1), date(2026, 10, 14), price=Decimal("299.00"))

    given = list(due_credits(seen([one], clock), [line], clock))

    assert [(item.span.days, item.amount) for item in given] == [(18, Decimal("-173.61"))]


def test_credits_of_all_days_in_pieces_are_exactly_the_line():
    line = billed_line(date(2026, 10, 1), date(2026, 11, 1))
    clock = clock_at(date(2026, 11, 1))
    given: list[DueCredit] = []
    for end in (date(2026, 10, 21), date(2026, 10, 11)):
        one = segment(date(2026, 1, 1), end)
        given += due_credits(seen([one], clock), [line], clock)
    given += due_credits([], [line], clock)

    assert [str(item.amount) for item in given] == ["-106.10", "-96.45", "-96.45"]
    assert sum(item.amount for item in given) == -line.amount


def test_days_given_back_and_wanted_again_are_charged_again():
    line = billed_line(date(2026, 10, 1), date(2026, 11, 1))
    line.credits.append((Period(date(2026, 10, 14), date(2026, 11, 1)), Decimal("-173.61")))
    one = segment(date(2026, 10, 1), price=Decimal("299.00"))

    assert due(one, clock_at(date(2026, 10, 1)), [line]) == [("2026-10-14", "2026-11-01", "173.61")]


def test_what_was_billed_elsewhere_is_not_charged():
    clock = Clock(date(2026, 11, 1), date(2026, 12, 1), 1, 2, billed_until=date(2026, 11, 1))

    assert due(segment(date(2025, 1, 1)), clock) == [("2026-11-01", "2026-12-01", "10.00")]


@given(
    start=st.dates(date(2024, 1, 1), date(2025, 12, 31)),
    length=st.integers(0, 500),
    anchor_day=st.integers(1, 31),
    months=st.sampled_from([1, 3, 12]),
    timing=st.sampled_from(["advance", "arrears"]),
    prices=st.decimals(Decimal(50), Decimal("999.99"), places=2),
)
def test_month_after_month_every_day_is_charged_exactly_once(
    start, length, anchor_day, months, timing, prices
):
    end = date.fromordinal(start.toordinal() + length)
    one = segment(start, end, months=months, timing=timing, price=prices)
    billed: list[BilledLine] = []
    bill_date = period_containing(start, anchor_day).end
    last = date.fromordinal(end.toordinal() + 800)
    while bill_date < last:
        clock = clock_at(bill_date, anchor_day)
        visible = seen([one], clock)
        list(due_credits(visible, billed, clock))
        for item in [due for part in visible for due in due_charges(part, billed, clock)]:
            billed.append(
                BilledLine(
                    len(billed) + 1, "plan:A", "monthly", item.span, item.full.days,
                    item.terms.price, item.amount, "daily",
                )
            )  # fmt: skip
        bill_date = clock.horizon

    days = [
        day
        for line in billed
        for kept in line.billed_days()
        for day in range(kept.start.toordinal(), kept.end.toordinal())
    ]

    assert sorted(days) == list(range(start.toordinal(), end.toordinal()))
    for line in billed:
        given_back = sum((amount for _, amount in line.credits), Decimal(0))
        assert -line.amount <= given_back <= 0

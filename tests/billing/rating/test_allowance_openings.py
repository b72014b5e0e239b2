"""billing.rating.openings: what a period grants, and what it carries into the next."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from billing.rating.openings import (
    AllowanceTerms,
    Naming,
    Opening,
    carry_over,
    close_own,
    granted_quantity,
    open_period,
)
from core.money import MICRO
from core.periods import Period

KARI, BO = 1, 2
OCTOBER = Period(date(2026, 10, 1), date(2026, 11, 1))
NOVEMBER = Period(date(2026, 11, 1), date(2026, 12, 1))
DECEMBER = Period(date(2026, 12, 1), date(2027, 1, 1))
BEFORE = date(2026, 3, 1)
FOURTEENTH = date(2026, 10, 14)


def terms(code="MINUTES", quantity: int | None = 300, **more):
    return AllowanceTerms(code=code, quantity=quantity, usage_types=frozenset({"voice"}), **more)


def opened(*namings, period=OCTOBER, currency="NOK"):
    return open_period(namings, period, anchor_day=1, currency=currency)


def shown(openings):
    return [
        (opening.terms.code, opening.quantity, opening.opens, opening.closes)
        for opening in openings
    ]


@pytest.mark.parametrize(
    ("more", "day", "currency", "granted"),
    [
        ({}, 14, "NOK", 300),
        ({"by_days": True}, 1, "NOK", 300),
        ({"by_days": True}, 14, "NOK", 174),
        ({"by_days": True, "quantity": 31}, 17, "NOK", 15),
        ({"by_days": True, "quantity": 1}, 16, "NOK", 1),
        ({"by_days": True, "quantity": None}, 14, "NOK", None),
        ({"by_days": True, "quantity": 100 * MICRO, "money": True}, 14, "NOK", 58_060_000),
        ({"by_days": True, "quantity": 100 * MICRO, "money": True}, 14, "JPY", 58 * MICRO),
        ({"by_days": True, "quantity": 100 * MICRO, "money": True}, 14, "BHD", 58_065_000),
    ],
)
def test_a_part_period_is_granted_in_full_or_by_days(more, day, currency, granted):
    assert granted_quantity(terms(**more), date(2026, 10, day), OCTOBER, currency) == granted


def test_an_own_allowance_opens_with_its_subscription_and_ends_with_the_period():
    openings = opened(Naming(KARI, terms(), FOURTEENTH))

    assert shown(openings) == [("MINUTES", 300, FOURTEENTH, OCTOBER.end)]
    assert openings[0].users == ((KARI, FOURTEENTH),)


def test_a_plan_change_closes_the_old_plans_own_allowance_and_opens_the_new_plans():
    openings = opened(
        Naming(KARI, terms("OLD", by_days=True), BEFORE, FOURTEENTH),
        Naming(KARI, terms("NEW", by_days=True), FOURTEENTH, by_change=True),
    )

    assert shown(openings) == [
        ("OLD", 300, OCTOBER.start, FOURTEENTH),
        ("NEW", 174, FOURTEENTH, OCTOBER.end),
    ]
    assert openings[0].expires == OCTOBER.end


def test_what_has_no_day_in_the_period_opens_nothing():
    assert opened(Naming(KARI, terms(), NOVEMBER.start)) == []
    assert opened(Naming(KARI, terms(), BEFORE, OCTOBER.start)) == []


def test_a_pool_is_the_sum_of_what_its_subscriptions_add():
    pool = terms("POOL", scope="pooled")

    (opening,) = opened(Naming(KARI, pool, BEFORE), Naming(BO, pool, BEFORE))

    assert opening.quantity == 600
    assert opening.contributions == ((KARI, 300), (BO, 300))
    assert dict(opening.users) == {KARI: OCTOBER.start, BO: OCTOBER.start}


def test_a_new_line_adds_to_the_pool_from_its_start_on():
    pool = terms("POOL", scope="pooled", by_days=True)

    openings = opened(Naming(KARI, pool, BEFORE), Naming(BO, pool, FOURTEENTH))

    assert shown(openings) == [
        ("POOL", 300, OCTOBER.start, OCTOBER.end),
        ("POOL", 174, FOURTEENTH, OCTOBER.end),
    ]
    assert {opening.users for opening in openings} == {((KARI, OCTOBER.start), (BO, FOURTEENTH))}


def test_a_contribution_stays_in_the_pool_to_the_periods_end_and_a_change_waits_for_the_next():
    pool, bigger = terms("POOL", scope="pooled"), terms("BIGGER", 900, scope="pooled")
    namings = [
        Naming(KARI, pool, BEFORE, FOURTEENTH),
        Naming(KARI, bigger, FOURTEENTH, by_change=True),
    ]

    assert shown(opened(*namings)) == [("POOL", 300, OCTOBER.start, OCTOBER.end)]
    assert shown(opened(*namings, period=NOVEMBER)) == [
        ("BIGGER", 900, NOVEMBER.start, NOVEMBER.end)
    ]


def test_a_shared_allowance_is_granted_once_and_all_that_name_it_use_it():
    shared = terms("FAMILY", scope="shared")

    (opening,) = opened(Naming(BO, shared, FOURTEENTH), Naming(KARI, shared, BEFORE))

    assert opening.quantity == 300
    assert dict(opening.users) == {KARI: OCTOBER.start, BO: FOURTEENTH}


def test_an_allowance_without_limit_has_none_in_a_pool_either():
    pool = terms("POOL", None, scope="pooled")

    (opening,) = opened(Naming(KARI, pool, BEFORE), Naming(BO, pool, BEFORE))

    assert opening.quantity is None
    assert carry_over([(opening, 0)], NOVEMBER) == []


def test_units_roll_over_with_their_own_expiry_and_end_with_the_last_period():
    rolling = terms(roll_over_periods=1)
    (opening,) = opened(Naming(KARI, rolling, BEFORE))

    (carried,) = carry_over([(opening, 120)], NOVEMBER)

    assert opening.expires == carried.expires == NOVEMBER.end
    assert shown([carried]) == [("MINUTES", 120, NOVEMBER.start, NOVEMBER.end)]
    assert carry_over([(carried, 50)], DECEMBER) == []


def test_the_cap_limits_what_is_carried_in_and_the_oldest_units_fall_away_first():
    rolling = terms(roll_over_periods=3, roll_over_cap=200)
    naming = Naming(KARI, rolling, BEFORE)
    (october,) = opened(naming)
    (november,) = opened(naming, period=NOVEMBER)
    (old,) = carry_over([(october, 300)], NOVEMBER)

    carried = carry_over([(old, 150), (november, 120)], DECEMBER)

    assert old.quantity == 200
    assert [(each.granted, each.quantity) for each in carried] == [
        (OCTOBER.start, 80),
        (NOVEMBER.start, 120),
    ]


def test_nothing_left_and_nothing_that_rolls_carries_nothing():
    (plain,) = opened(Naming(KARI, terms(), BEFORE))
    (rolling,) = opened(Naming(KARI, terms(roll_over_periods=1), BEFORE))

    assert carry_over([(plain, 300), (rolling, 0)], NOVEMBER) == []


def test_a_plan_change_closes_carried_units_too_and_what_is_closed_is_not_carried():
    rolling = terms(roll_over_periods=2)
    (october,) = opened(Naming(KARI, rolling, BEFORE))
    pool = opened(Naming(KARI, terms("POOL", scope="pooled", roll_over_periods=1), BEFORE))
    carried = carry_over([(october, 300)], NOVEMBER)

    closed = close_own([*carried, *pool], KARI, date(2026, 11, 10))

    assert shown(closed) == [
        ("MINUTES", 300, NOVEMBER.start, date(2026, 11, 10)),
        ("POOL", 300, OCTOBER.start, OCTOBER.end),
    ]
    assert close_own(carried, BO, date(2026, 11, 10)) == carried
    assert carry_over([(closed[0], 300)], DECEMBER) == []


def test_a_pools_cap_holds_for_each_contribution():
    pool = terms("POOL", scope="pooled", roll_over_periods=1, roll_over_cap=100)
    (opening,) = opened(Naming(KARI, pool, BEFORE), Naming(BO, pool, BEFORE))

    (full,) = carry_over([(opening, 600)], NOVEMBER)
    (rest,) = carry_over([(opening, 350)], NOVEMBER, {"POOL": {BO: BEFORE}})

    assert full.contributions == ((KARI, 100), (BO, 100))
    assert rest.contributions == ((KARI, 50), (BO, 100))
    assert rest.users == ((BO, NOVEMBER.start),)


def test_an_allowance_of_so_many_days_ends_with_them_or_goes_on_into_the_next_period():
    short, long = terms("WEEK", expires_after_days=7), terms("LONG", expires_after_days=45)
    openings = opened(Naming(KARI, short, FOURTEENTH), Naming(KARI, long, FOURTEENTH))

    carried = carry_over([(opening, 10) for opening in openings], NOVEMBER)

    assert [opening.closes for opening in openings] == [date(2026, 10, 21), OCTOBER.end]
    assert shown(carried) == [("LONG", 10, NOVEMBER.start, date(2026, 11, 28))]


def test_bill_days_of_long_months_come_back_in_the_expiry():
    january = Period(date(2026, 1, 31), date(2026, 2, 28))
    naming = Naming(KARI, terms(roll_over_periods=1), BEFORE.replace(year=2025))

    (opening,) = open_period([naming], january, anchor_day=31, currency="NOK")

    assert opening.expires == date(2026, 3, 31)


def test_a_grant_has_the_instants_of_the_brands_zone():
    (opening,) = opened(Naming(KARI, terms(), FOURTEENTH))

    grant = opening.as_grant(7, "Europe/Oslo")

    micro = int(datetime(2026, 10, 13, 22, tzinfo=UTC).timestamp()) * MICRO
    end = int(datetime(2026, 10, 31, 23, tzinfo=UTC).timestamp()) * MICRO
    assert (grant.key, grant.opens, grant.users, grant.closes) == (7, micro, {KARI: micro}, end)
    assert isinstance(opening, Opening)

"""Which version of a plan and which tax rate hold on a day."""

from __future__ import annotations

from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from catalog.audit import strangers_in_the_catalogue
from catalog.models import TaxRate
from catalog.queries import tax_rate_on, version_in_force, version_of, versions_of
from core.models import Brand
from tests import make

FIRST, SECOND = date(2026, 1, 1), date(2026, 7, 1)


@pytest.mark.parametrize(
    ("day", "price"),
    [
        (date(2025, 12, 31), None),
        (FIRST, "299"),
        (date(2026, 6, 30), "299"),
        (SECOND, "319"),
        (date(2030, 1, 1), "319"),
    ],
)
def test_a_version_holds_until_the_next_one_starts(
    fjordtel: Brand, day: date, price: str | None
) -> None:
    plan = make.make_plan(fjordtel, price="299", starts_on=FIRST)
    make.make_version(plan, "319", starts_on=SECOND)

    one = version_in_force(plan, day)
    same = version_of(versions_of([plan])[plan.pk], day)

    assert one == same
    assert (f"{one.charges.get().price:.0f}" if one else None) == price


def test_versions_of_many_plans_take_few_queries(
    fjordtel: Brand, django_assert_num_queries: object
) -> None:
    deck = make.make_deck(fjordtel)
    plans = [make.make_plan(fjordtel, f"P{n}", decks={"voice": deck}) for n in range(5)]

    with django_assert_num_queries(4):
        found = versions_of(plans)
        decks = {row.deck.code for each in found.values() for row in each[0].deck_assignments.all()}

    assert set(found) == {plan.pk for plan in plans}
    assert decks == {"VOICE"}


def test_a_plan_without_versions_has_an_entry(fjordtel: Brand) -> None:
    assert versions_of([7]) == {7: []}


@pytest.mark.parametrize(
    ("day", "rate"), [(date(2026, 12, 31), 25), (date(2027, 1, 1), 24), (date(2019, 1, 1), None)]
)
def test_the_tax_rate_is_that_of_the_day(fjordtel: Brand, day: date, rate: int | None) -> None:
    before = TaxRate.objects.get()
    before.during = DateRange(date(2020, 1, 1), date(2027, 1, 1))
    before.save()
    make.make_tax(fjordtel.legal_entity, "24", during=DateRange(date(2027, 1, 1), None))

    found = tax_rate_on(fjordtel.legal_entity, before.category, day)

    assert (found.rate if found else None) == rate


def test_the_audit_finds_a_deck_of_another_usage_type(fjordtel: Brand) -> None:
    plan = make.make_plan(fjordtel)
    assert list(strangers_in_the_catalogue()) == []

    make.make_version(
        plan, "1.00", starts_on=date(2027, 1, 1), decks={"sms": make.make_deck(fjordtel)}
    )

    [found] = strangers_in_the_catalogue()
    assert "has deck VOICE of another brand or usage type" in found

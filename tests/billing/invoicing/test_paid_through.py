"""What was paid in the system before isn't billed again, and what follows is billed to the day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from billing.invoicing.models import PaidThrough
from billing.invoicing.services.run_billing import run_billing
from tests import make

NOW = datetime(2026, 12, 5, 8, tzinfo=UTC)
TAKEN_OVER = date(2026, 11, 1)


@pytest.fixture
def kari(db):
    return make.make_account(make.make_brand())


def bill(account, bill_date=date(2026, 12, 1)) -> list[tuple[str, str, str]]:
    run = run_billing(
        brand=account.brand, bill_date=bill_date, as_of=bill_date, now=NOW, reason="test"
    )
    return [
        (str(line.period_start), str(line.period_end), f"{line.amount:.2f}")
        for invoice in run.invoices.all()
        for line in invoice.lines.all()
    ]


def paid(subscription, until, **fields) -> PaidThrough:
    return PaidThrough.objects.create(
        subscription=subscription, paid_until=until, taken_over_on=TAKEN_OVER, **fields
    )


@pytest.mark.parametrize(
    ("charge", "starts_on", "until", "lines"),
    [
        # Monthly in advance, paid for November: December alone.
        ({}, date(2022, 3, 5), date(2026, 12, 1), [("2026-12-01", "2027-01-01", "299.00")]),
        # Paid through 14 November: 299 × 16/30 = 159.47, and December.
        (
            {},
            date(2022, 3, 5),
            date(2026, 11, 15),
            [("2026-11-15", "2026-12-01", "159.47"), ("2026-12-01", "2027-01-01", "299.00")],
        ),
        # In arrears, paid through October: November.
        (
            {"timing": "arrears"},
            date(2022, 3, 5),
            date(2026, 11, 1),
            [("2026-11-01", "2026-12-01", "299.00")],
        ),
        # By quarters from 1 June: paid until 1 December, then the next quarter.
        (
            {"months": 3},
            date(2022, 6, 1),
            date(2026, 12, 1),
            [("2026-12-01", "2027-03-01", "299.00")],
        ),
        # By quarters from 1 June, paid through October: 299 × 30/91 = 98.57, and a quarter.
        (
            {"months": 3},
            date(2022, 6, 1),
            date(2026, 11, 1),
            [("2026-11-01", "2026-12-01", "98.57"), ("2026-12-01", "2027-03-01", "299.00")],
        ),
        # By years from 1 March, paid until March 2027: nothing before.
        ({"months": 12}, date(2022, 3, 1), date(2027, 3, 1), []),
        # Not by days: a period that was touched is billed.
        (
            {"proration": "full"},
            date(2022, 3, 5),
            date(2026, 11, 15),
            [("2026-12-01", "2027-01-01", "299.00")],
        ),
        # A set-up charge of long ago isn't taken again.
        ({"kind": "one_off"}, date(2022, 3, 5), date(2026, 12, 1), []),
    ],
)
def test_charges_begin_at_the_paid_through_date(kari, charge, starts_on, until, lines) -> None:
    plan = make.make_plan(kari.brand, charge=charge)
    paid(make.make_subscription(kari, plan, starts_on=starts_on), until)

    assert bill(kari) == lines


def test_the_next_run_goes_on_from_there(kari) -> None:
    paid(make.make_subscription(kari, make.make_plan(kari.brand)), date(2026, 12, 1))

    bill(kari)

    assert bill(kari, date(2027, 1, 1)) == [("2027-01-01", "2027-02-01", "299.00")]


def test_who_leaves_before_gets_the_days_back_that_were_paid_before(kari) -> None:
    line = make.make_subscription(kari, make.make_plan(kari.brand), ends_on=date(2026, 11, 16))
    paid(line, date(2026, 12, 1))

    assert bill(kari) == [("2026-11-16", "2026-12-01", "-149.50")]  # 299 × 15/30
    assert bill(kari, date(2027, 1, 1)) == []


def test_what_the_last_period_cost_before_is_what_is_given_back(kari) -> None:
    line = make.make_subscription(kari, make.make_plan(kari.brand), ends_on=date(2026, 11, 16))
    paid(line, date(2026, 12, 1), charge_code="monthly", amount=Decimal("199.00"))

    assert bill(kari) == [("2026-11-16", "2026-12-01", "-99.50")]  # 199 × 15/30


def test_a_change_of_plan_after_the_take_over_gives_back_the_old_and_charges_the_new(kari) -> None:
    old, new = make.make_plan(kari.brand), make.make_plan(kari.brand, "MOBIL20", "449.00")
    line = make.make_subscription(kari, old)
    paid(line, date(2026, 12, 1))
    history = line.plan_history.get()
    history.during = (history.during.lower, date(2026, 11, 16))
    history.save()
    line.plan_history.create(plan=new, during=(date(2026, 11, 16), None))

    assert bill(kari) == [
        ("2026-11-16", "2026-12-01", "-149.50"),
        ("2026-11-16", "2026-12-01", "224.50"),  # 449 × 15/30
        ("2026-12-01", "2027-01-01", "449.00"),
    ]


def test_the_most_particular_date_counts(kari) -> None:
    line = make.make_subscription(kari, make.make_plan(kari.brand))
    paid(line, date(2026, 11, 1))
    paid(line, date(2026, 12, 1), charge_code="monthly")

    assert bill(kari) == [("2026-12-01", "2027-01-01", "299.00")]

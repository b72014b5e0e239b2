"""Trials, one-offs at other moments, fees for leaving, minimum spend, invoices of some months."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Order, OrderItem, Subscription, SubscriptionCancellation
from billing.invoicing.audit import (
    no_binary_fractions,
    no_days_charged_twice,
    totals_add_up,
)
from billing.invoicing.models import BillRunAccount, Invoice
from billing.invoicing.services.run_billing import run_billing
from billing.models import UsageSummary
from catalog.models import Plan, PlanVersion, TerminationStep, UsageCategory
from core.models import Brand
from tests import make

NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)
SEPTEMBER, OCTOBER, NOVEMBER = date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)
DECEMBER, JANUARY, FEBRUARY = date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1)

Row = tuple[str, str, str, str]


def bill(brand: Brand, day: date = NOVEMBER) -> dict[str, BillRunAccount]:
    run = run_billing(brand=brand, bill_date=day, as_of=day + timedelta(days=2), now=NOW)
    return {row.account.number: row for row in run.accounts.select_related("account")}


def lines(day: date = NOVEMBER) -> list[Row]:
    """Kind, start, end and amount of each line of the invoices of a bill date."""
    return [
        (
            line.kind,
            str(line.period_start),
            str(line.period_end) if line.period_end else "",
            f"{line.amount:.2f}",
        )
        for invoice in Invoice.objects.filter(period_end=day)
        for line in invoice.lines.order_by("position")
    ]


def assert_audited() -> None:
    """What holds of invoices, also where usage was added up without records."""
    for check in (totals_add_up, no_binary_fractions, no_days_charged_twice):
        assert list(check()) == []


def plan_with(brand: Brand, code: str = "RICH", **terms: Any) -> tuple[Plan, PlanVersion]:
    """A plan of 299.00 a month with terms, from 1 January 2026 on; a draft, to be published."""
    plan = make.make_plan(brand, code, starts_on=date(2027, 12, 1))
    version = make.make_draft(plan, date(2026, 1, 1), **terms)
    make.make_charge(version, price=Decimal("299.00"))
    return plan, version


def use(subscription: Subscription, version: PlanVersion, start: date, amount: str) -> None:
    """A month of calls, as rating would have added them up."""
    category, _ = UsageCategory.objects.get_or_create(
        brand=subscription.account.brand, code="VOICE", defaults={"name": {"en": "Calls"}}
    )
    UsageSummary.objects.create(
        account=subscription.account,
        subscription=subscription,
        period_start=start,
        origin_start=start,
        category=category,
        plan_version=version,
        usage_type=1,
        records=3,
        quantity=180,
        billed=180,
        amount=int(Decimal(amount) * 10**6),
        cost=0,
    )


def test_a_trial_of_14_days_delays_recurring_charges_only(fjordtel: Brand) -> None:
    """Starts 10 October, charged from 24 October: 299.00 × 8/31 = 77.16, and November."""
    plan, version = plan_with(fjordtel, trial_days=14)
    make.make_charge(version, code="setup", kind="one_off", price=Decimal("99.00"))
    make.publish(version)
    make.make_subscription(make.make_account(fjordtel), plan, starts_on=date(2026, 10, 10))

    bill(fjordtel)

    assert lines() == [
        ("recurring", "2026-10-24", "2026-11-01", "77.16"),
        ("recurring", "2026-11-01", "2026-12-01", "299.00"),
        ("one_off", "2026-10-10", "", "99.00"),
    ]


def test_the_end_of_a_trial_is_the_start_of_every_charge_of_the_subscription(
    fjordtel: Brand,
) -> None:
    """A plan taken and an add-on bought within the trial cost nothing until it ends."""
    plan, version = plan_with(fjordtel, trial_days=20)
    make.publish(version)
    other = make.make_plan(fjordtel, "OTHER", "399.00")
    roaming = make.make_plan(fjordtel, "ROAMING", "31.00", kind="add_on")
    line = make.make_subscription(make.make_account(fjordtel), plan, starts_on=date(2026, 10, 5))
    make.give_plan(line, other, date(2026, 10, 15))
    make.give_add_on(line, roaming, date(2026, 10, 7))

    bill(fjordtel)

    assert lines() == [
        ("recurring", "2026-10-25", "2026-11-01", "90.10"),  # 399.00 × 7/31
        ("recurring", "2026-10-25", "2026-11-01", "7.00"),  # 31.00 × 7/31
        ("recurring", "2026-11-01", "2026-12-01", "399.00"),
        ("recurring", "2026-11-01", "2026-12-01", "31.00"),
    ]


def test_who_leaves_within_the_trial_is_charged_nothing(fjordtel: Brand) -> None:
    plan, version = plan_with(fjordtel, trial_days=30)
    make.publish(version)
    kari = make.make_account(fjordtel)
    make.make_subscription(kari, plan, starts_on=date(2026, 10, 10), ends_on=date(2026, 10, 25))

    assert bill(fjordtel)["100123"].state == "nothing"


@pytest.mark.parametrize(
    ("taken_at", "day"),
    [("start", "2026-10-01"), ("change", "2026-10-01"), ("end", "2026-10-21")],
)
def test_a_one_off_is_taken_when_its_word_says(fjordtel: Brand, taken_at: str, day: str) -> None:
    plan, version = plan_with(fjordtel)
    make.make_charge(
        version, code="once", kind="one_off", price=Decimal("49.00"), taken_at=taken_at
    )
    make.publish(version)
    kari = make.make_account(fjordtel)
    make.make_subscription(kari, plan, starts_on=OCTOBER, ends_on=date(2026, 10, 21))

    bill(fjordtel)

    assert [row for row in lines() if row[0] == "one_off"] == [("one_off", day, "", "49.00")]


def test_a_charge_at_the_end_waits_for_it_and_a_plan_change_is_no_end(fjordtel: Brand) -> None:
    plan, version = plan_with(fjordtel)
    make.make_charge(version, code="bye", kind="one_off", price=Decimal("49.00"), taken_at="end")
    make.publish(version)
    other, other_version = plan_with(fjordtel, "OTHER")
    make.make_charge(
        other_version, code="switch", kind="one_off", price=Decimal("10.00"), taken_at="change"
    )
    make.make_charge(other_version, code="hello", kind="one_off", price=Decimal("20.00"))
    make.publish(other_version)
    line = make.make_subscription(make.make_account(fjordtel), plan, starts_on=OCTOBER)
    make.give_plan(line, other, date(2026, 10, 15))

    bill(fjordtel)

    assert [row for row in lines() if row[0] == "one_off"] == [
        ("one_off", "2026-10-15", "", "10.00")
    ]


def test_a_charge_at_the_order_is_billed_before_the_service_begins(fjordtel: Brand) -> None:
    """Ordered on 20 October for 10 November: the invoice of 1 November has it, and no fee yet."""
    plan, version = plan_with(fjordtel)
    make.make_charge(version, code="kit", kind="one_off", price=Decimal("49.00"), taken_at="order")
    make.publish(version)
    kari = make.make_account(fjordtel)
    line = make.make_subscription(kari, plan, starts_on=date(2026, 11, 10))
    order = Order.objects.create(
        account=kari,
        number="O-1",
        wanted_on=line.starts_on,
        created_at=NOW,
        submitted_at=datetime(2026, 10, 20, 9, tzinfo=UTC),
        state="submitted",
    )
    OrderItem.objects.create(
        order=order, position=1, kind="new_subscription", subscription=line, plan=plan, code="L"
    )

    bill(fjordtel)
    bill(fjordtel, DECEMBER)

    assert lines() == [("one_off", "2026-10-20", "", "49.00")]
    assert lines(DECEMBER) == [
        ("recurring", "2026-11-10", "2026-12-01", "209.30"),  # 299.00 × 21/30
        ("recurring", "2026-12-01", "2027-01-01", "299.00"),
    ]


def fee_lines(day: date = NOVEMBER) -> list[tuple[str, str, str]]:
    return [
        (str(line.period_start), line.description, f"{line.amount:.2f}")
        for invoice in Invoice.objects.filter(period_end=day)
        for line in invoice.lines.filter(segment__startswith="leaving:")
    ]


BOUND = {"term_months": 12, "termination": "remaining_months"}


@pytest.mark.parametrize(
    ("terms", "ends_on", "fee"),
    [
        # Bound until 15 September 2027: from 20 October ten months and a started one are left.
        ({"termination_amount": Decimal("50.00")}, date(2026, 10, 20), "550.00"),
        ({"termination_amount": Decimal("50.00")}, date(2026, 10, 15), "550.00"),
        ({"termination_amount": Decimal("50.00")}, date(2026, 10, 14), "600.00"),
        # A third of 299.00 for eleven months
        ({"termination_share": Decimal("33.3333")}, date(2026, 10, 20), "1096.33"),
    ],
)
def test_leaving_early_costs_something_for_each_month_left(
    fjordtel: Brand, terms: dict[str, Decimal], ends_on: date, fee: str
) -> None:
    plan, version = plan_with(fjordtel, **BOUND, **terms)
    make.publish(version)
    kari = make.make_account(fjordtel)
    make.make_subscription(kari, plan, starts_on=date(2026, 9, 15), ends_on=ends_on)

    bill(fjordtel)
    bill(fjordtel, DECEMBER)

    months = 12 if fee == "600.00" else 11
    words = f"Gebyr for å avslutte {months} måneder før bindingstiden er ute"
    assert fee_lines() == [(str(ends_on), words, fee)]
    assert fee_lines(DECEMBER) == []


def test_leaving_early_costs_what_the_falling_schedule_says(fjordtel: Brand) -> None:
    """On 20 October the second month of twelve runs: 800.00; it falls to 500.00 from the third."""
    plan, version = plan_with(fjordtel, term_months=12, termination="schedule")
    for month, fee in ((1, "900.00"), (2, "800.00"), (3, "500.00")):
        TerminationStep.objects.create(version=version, from_month=month, fee=Decimal(fee))
    make.publish(version)
    kari = make.make_account(fjordtel)
    make.make_subscription(kari, plan, starts_on=date(2026, 9, 15), ends_on=date(2026, 10, 20))

    bill(fjordtel)

    assert [fee for _day, _words, fee in fee_lines()] == ["800.00"]


def test_what_was_told_when_it_was_cancelled_is_charged(fjordtel: Brand) -> None:
    plan, version = plan_with(fjordtel, **BOUND, termination_amount=Decimal("50.00"))
    make.publish(version)
    kari = make.make_account(fjordtel)
    ends_on = date(2026, 10, 20)
    line = make.make_subscription(kari, plan, starts_on=date(2026, 9, 15), ends_on=ends_on)
    SubscriptionCancellation.objects.create(
        subscription=line,
        requested_at=NOW,
        effective_on=ends_on,
        costs={"fee": "123.00", "months_left": 11},
    )

    bill(fjordtel)

    assert [fee for _day, _words, fee in fee_lines()] == ["123.00"]


@pytest.mark.parametrize("ends_on", [None, date(2027, 9, 15)])
def test_who_stays_to_the_end_of_the_term_pays_no_fee(fjordtel: Brand, ends_on: date) -> None:
    plan, version = plan_with(fjordtel, **BOUND, termination_amount=Decimal("50.00"))
    make.publish(version)
    kari = make.make_account(fjordtel)
    make.make_subscription(kari, plan, starts_on=date(2026, 9, 15), ends_on=ends_on)

    bill(fjordtel)

    assert fee_lines() == []


def minimum_lines(day: date = NOVEMBER) -> list[tuple[str, str, str]]:
    return [row[1:] for row in lines(day) if row[0] == "minimum"]


@pytest.mark.parametrize(
    ("used", "missing"), [("33.333333", "66.67"), ("0", "100.00"), ("99.994", "0.01")]
)
def test_what_is_missing_of_the_minimum_is_a_line(fjordtel: Brand, used: str, missing: str) -> None:
    plan, version = plan_with(fjordtel, minimum_spend=Decimal("100.00"))
    make.publish(version)
    line = make.make_subscription(make.make_account(fjordtel), plan, starts_on=OCTOBER)
    use(line, version, OCTOBER, used)

    bill(fjordtel)

    assert minimum_lines() == [("2026-10-01", "2026-11-01", missing)]
    assert_audited()


def test_who_used_more_than_the_minimum_has_no_such_line(fjordtel: Brand) -> None:
    plan, version = plan_with(fjordtel, minimum_spend=Decimal("100.00"))
    make.publish(version)
    line = make.make_subscription(make.make_account(fjordtel), plan, starts_on=OCTOBER)
    use(line, version, OCTOBER, "99.995")

    bill(fjordtel)

    assert minimum_lines() == []


def test_each_plan_has_its_minimum_for_its_own_days_and_usage(fjordtel: Brand) -> None:
    """31.00 from 1 to 20 October less 5.00, 62.00 from 21 October less 30.00: 15.00 and 0.00."""
    plan, version = plan_with(fjordtel, minimum_spend=Decimal("31.00"))
    make.publish(version)
    other, other_version = plan_with(fjordtel, "OTHER", minimum_spend=Decimal("62.00"))
    make.publish(other_version)
    line = make.make_subscription(make.make_account(fjordtel), plan, starts_on=OCTOBER)
    make.give_plan(line, other, date(2026, 10, 21))
    use(line, version, OCTOBER, "5.00")
    use(line, other_version, OCTOBER, "30.00")

    bill(fjordtel)

    assert minimum_lines() == [("2026-10-01", "2026-10-21", "15.00")]


def test_charges_that_count_and_were_billed_before_lower_what_is_missing(fjordtel: Brand) -> None:
    """October's fee of 60.00 was billed in advance on 1 October and counts: 100 − 60 − 15 = 25."""
    plan = make.make_plan(fjordtel, "BIZ", starts_on=date(2027, 12, 1))
    version = make.make_draft(plan, SEPTEMBER, minimum_spend=Decimal("100.00"))
    make.make_charge(version, price=Decimal("60.00"), counts_toward_minimum=True)
    make.publish(version)
    line = make.make_subscription(make.make_account(fjordtel), plan, starts_on=OCTOBER)
    bill(fjordtel, OCTOBER)
    use(line, version, OCTOBER, "15.00")

    bill(fjordtel)
    bill(fjordtel, DECEMBER)

    assert minimum_lines() == [("2026-10-01", "2026-11-01", "25.00")]
    assert minimum_lines(DECEMBER) == [("2026-11-01", "2026-12-01", "40.00")]


def test_an_invoice_of_three_months_comes_every_third_bill_day(fjordtel: Brand) -> None:
    """From 10 October with bill day 1: the first invoice on 1 January, three months in advance."""
    plan = make.make_plan(fjordtel, "BIZ", "300.00")
    acme = make.make_account(
        fjordtel, "100300", "Acme AS", invoice_months=3, opened_on=date(2026, 10, 10)
    )
    line = make.make_subscription(acme, plan, starts_on=date(2026, 10, 10))
    for month in (OCTOBER, NOVEMBER, DECEMBER):
        use(line, plan.versions.get(), month, "10.00")

    rows = {day: bill(fjordtel, day)["100300"] for day in (NOVEMBER, DECEMBER, JANUARY, FEBRUARY)}

    assert [row.state for row in rows.values()] == ["nothing", "nothing", "issued", "nothing"]
    assert rows[NOVEMBER].reason == "its next invoice is that of 2027-01-01"
    assert rows[FEBRUARY].reason == "its next invoice is that of 2027-04-01"
    assert lines(JANUARY) == [
        ("recurring", "2026-10-10", "2026-11-01", "212.90"),  # 300.00 × 22/31
        ("recurring", "2026-11-01", "2026-12-01", "300.00"),
        ("recurring", "2026-12-01", "2027-01-01", "300.00"),
        ("recurring", "2027-01-01", "2027-02-01", "300.00"),
        ("recurring", "2027-02-01", "2027-03-01", "300.00"),
        ("recurring", "2027-03-01", "2027-04-01", "300.00"),
        ("usage", "2026-10-01", "2026-11-01", "10.00"),
        ("usage", "2026-11-01", "2026-12-01", "10.00"),
        ("usage", "2026-12-01", "2027-01-01", "10.00"),
    ]
    invoice = Invoice.objects.get()
    assert (invoice.period_start, invoice.period_end) == (OCTOBER, JANUARY)
    closed = acme.usage_periods.order_by("start").values_list("start", flat=True)
    assert list(closed) == [OCTOBER, NOVEMBER, DECEMBER]
    assert_audited()

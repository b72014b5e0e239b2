"""A plan change is previewed by the lines that later stand on the invoice; nothing is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from accounts.models import Subscription
from accounts.services.change_plan import When, change_plan
from billing.invoicing.models import Invoice, InvoiceLine
from billing.invoicing.services.preview_plan_change import PlanChangePreview, preview_plan_change
from billing.invoicing.services.run_billing import run_billing
from catalog.models import Plan
from core.errors import DomainError
from core.models import Brand
from tests import make

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
NOON = datetime(2026, 10, 14, 10, tzinfo=UTC)

Row = tuple[str, str, str, str]


def row(line: InvoiceLine) -> Row:
    return (line.kind, str(line.period_start), str(line.period_end), f"{line.amount:.2f}")


def bill(brand: Brand, day: date) -> None:
    run_billing(brand=brand, bill_date=day, as_of=day + timedelta(days=2), now=NOON)


@pytest.fixture
def plans(fjordtel: Brand) -> dict[str, Plan]:
    made = {
        code: make.make_plan(fjordtel, code, price)
        for code, price in (("MOBIL10", "299.00"), ("MOBIL20", "399.00"), ("MOBIL5", "199.00"))
    }
    version = make.make_draft(made["MOBIL20"], date(2026, 10, 10))
    make.make_charge(version, price=Decimal("399.00"))
    make.make_charge(
        version, code="switch", kind="one_off", price=Decimal("49.00"), taken_at="change"
    )
    make.publish(version)
    return made


@pytest.fixture
def line(fjordtel: Brand, plans: dict[str, Plan]) -> Subscription:
    """Kari's, billed for October on 1 October."""
    kari = make.make_account(fjordtel)
    subscription = make.make_subscription(kari, plans["MOBIL10"], starts_on=OCTOBER)
    bill(fjordtel, OCTOBER)
    return subscription


def previewed(line: Subscription, plan: Plan, when: When) -> PlanChangePreview:
    return preview_plan_change(line, plan=plan, when=when, now=NOON)


def test_a_change_now_gives_back_the_rest_and_charges_the_new_plan(
    line: Subscription, plans: dict[str, Plan]
) -> None:
    """The rule book's: −299 × 18/31 = −173.61, + 399 × 18/31 = 231.68."""
    preview = previewed(line, plans["MOBIL20"], "now")

    assert [row(each) for each in preview.bill.lines] == [
        ("credit", "2026-10-14", "2026-11-01", "-173.61"),
        ("recurring", "2026-10-14", "2026-11-01", "231.68"),
        ("recurring", "2026-11-01", "2026-12-01", "399.00"),
        ("one_off", "2026-10-14", "None", "49.00"),
    ]
    assert [row(each) for each in preview.bill.gone] == [
        ("recurring", "2026-11-01", "2026-12-01", "299.00")
    ]
    assert preview.bill.difference == Decimal("207.07")


@pytest.mark.parametrize("when", ["now", "next_period"])
@pytest.mark.parametrize("code", ["MOBIL5", "MOBIL20"])
def test_the_lines_of_the_preview_stand_on_the_invoice(
    fjordtel: Brand, line: Subscription, plans: dict[str, Plan], code: str, when: When
) -> None:
    preview = previewed(line, plans[code], when)

    change_plan(line, plan=plans[code], when=when, as_of=date(2026, 10, 14))
    bill(fjordtel, NOVEMBER)

    invoice = Invoice.objects.get(period_end=NOVEMBER)
    stands = [row(each) for each in invoice.lines.order_by("position")]
    assert stands == [row(each) for each in preview.bill.lines]
    assert invoice.total == preview.bill.total_after


def test_nothing_of_a_preview_is_kept(line: Subscription, plans: dict[str, Plan]) -> None:
    previewed(line, plans["MOBIL20"], "now")

    assert [each.plan.code for each in line.plan_history.all()] == ["MOBIL10"]
    assert InvoiceLine.objects.count() == 1


def test_a_plan_that_can_not_be_had_is_refused(line: Subscription, plans: dict[str, Plan]) -> None:
    with pytest.raises(DomainError, match="has MOBIL10 already"):
        previewed(line, plans["MOBIL10"], "now")

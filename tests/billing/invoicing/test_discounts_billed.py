"""Discounts of bundles on bills: by line and by invoice, for part of the days, with credits."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import Subscription
from billing.invoicing.audit import no_binary_fractions, no_days_charged_twice, totals_add_up
from billing.invoicing.models import Invoice
from billing.invoicing.services.run_billing import run_billing
from catalog.models import Bundle, BundlePart, Discount, DiscountTarget, Plan
from core.models import Brand
from tests import make

NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)
OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)
ALWAYS = DateRange(date(2026, 1, 1), None)


def bill(brand: Brand, day: date = NOVEMBER) -> None:
    run_billing(brand=brand, bill_date=day, as_of=day + timedelta(days=2), now=NOW)
    for check in (totals_add_up, no_binary_fractions, no_days_charged_twice):
        assert list(check()) == []


def lines(day: date = NOVEMBER) -> list[tuple[str, str, str, str]]:
    """Kind, start, end and amount of each line of the invoices of a bill date."""
    return [
        (line.kind, f"{line.period_start:%m-%d}", f"{line.period_end:%m-%d}", f"{line.amount:.2f}")
        for invoice in Invoice.objects.filter(period_end=day)
        for line in invoice.lines.order_by("position")
    ]


def make_discount(brand: Brand, code: str = "TOGETHER", **fields: Any) -> Discount:
    targets = fields.pop("targets", ())
    defaults: dict[str, Any] = {"kind": "percent", "value": Decimal(10), "available": ALWAYS}
    discount = Discount.objects.create(
        brand=brand, code=code, name={"en": "Together", "nb": "Sammen"}, **(defaults | fields)
    )
    for plan in targets:
        DiscountTarget.objects.create(discount=discount, plan=plan)
    return make.publish(discount)


def make_bundle(
    brand: Brand, plans: list[Plan], code: str = "HOME", days: DateRange = ALWAYS, **fields: Any
) -> Bundle:
    bundle = Bundle.objects.create(
        brand=brand,
        code=code,
        name={"en": "Home"},
        discount=make_discount(brand, f"D-{code}", **fields),
        available=days,
    )
    for plan in plans:
        BundlePart.objects.create(bundle=bundle, plan=plan)
    return make.publish(bundle)


@pytest.fixture
def plans(fjordtel: Brand) -> list[Plan]:
    return [make.make_plan(fjordtel), make.make_plan(fjordtel, "FIBER", "500.00")]


def kari_has(
    brand: Brand, plans: list[Plan], starts: date = OCTOBER, ends: date | None = None
) -> list[Subscription]:
    """Kari has the mobile plan since October, and broadband from `starts`."""
    kari = make.make_account(brand)
    mobile, fiber = plans
    return [
        make.make_subscription(kari, mobile, starts_on=OCTOBER),
        make.make_subscription(kari, fiber, "NET", starts_on=starts, ends_on=ends),
    ]


def test_each_line_gets_its_own_and_it_stands_right_behind(
    fjordtel: Brand, plans: list[Plan]
) -> None:
    make_bundle(fjordtel, plans)
    kari_has(fjordtel, plans, NOVEMBER)

    bill(fjordtel, DECEMBER)

    assert lines(DECEMBER)[:4] == [
        ("recurring", "10-01", "11-01", "299.00"),
        ("recurring", "11-01", "12-01", "299.00"),
        ("discount", "11-01", "12-01", "-29.90"),
        ("recurring", "12-01", "01-01", "299.00"),
    ]
    assert lines(DECEMBER)[5:] == [
        ("recurring", "11-01", "12-01", "500.00"),
        ("discount", "11-01", "12-01", "-50.00"),
        ("recurring", "12-01", "01-01", "500.00"),
        ("discount", "12-01", "01-01", "-50.00"),
    ]


def test_days_before_the_account_had_all_parts_are_not_discounted(
    fjordtel: Brand, plans: list[Plan]
) -> None:
    """Broadband from 11 October: 10 % of 299.00 for 21 of 31 days is 20.25."""
    make_bundle(fjordtel, plans, targets=plans[:1])
    kari_has(fjordtel, plans, date(2026, 10, 11))

    bill(fjordtel)

    assert [row for row in lines() if row[0] == "discount"] == [
        ("discount", "10-01", "11-01", "-20.25"),
        ("discount", "11-01", "12-01", "-29.90"),
    ]


def test_who_lacks_a_part_has_no_discount(fjordtel: Brand, plans: list[Plan]) -> None:
    make_bundle(fjordtel, plans)
    make.make_subscription(make.make_account(fjordtel), plans[0], starts_on=OCTOBER)
    other = make.make_account(fjordtel, "100200", "Bo Berg")
    make.make_subscription(other, plans[1], starts_on=OCTOBER)

    bill(fjordtel)

    assert [row for row in lines() if row[0] == "discount"] == []


def test_a_discount_holds_so_many_months(fjordtel: Brand, plans: list[Plan]) -> None:
    """One month from 11 October ends on 11 November: 10 of November's 30 days."""
    make_bundle(fjordtel, plans, months=1, targets=plans[:1])
    kari_has(fjordtel, plans, date(2026, 10, 11))

    bill(fjordtel)

    assert [row[3] for row in lines() if row[0] == "discount"] == ["-20.25", "-9.97"]


@pytest.mark.parametrize(
    ("days", "amounts"),
    [
        (DateRange(date(2027, 1, 1), None), []),
        # Had since October, it can be had from 16 November on: 15 days of 30
        (DateRange(date(2026, 11, 16), None), ["-14.95"]),
        # It can no longer be had from 1 November on; who has it keeps it
        (DateRange(date(2026, 1, 1), NOVEMBER), ["-29.90", "-29.90"]),
    ],
)
def test_it_begins_on_a_day_on_which_it_can_be_had(
    fjordtel: Brand, plans: list[Plan], days: DateRange, amounts: list[str]
) -> None:
    make_bundle(fjordtel, plans, days=days, targets=plans[:1])
    kari_has(fjordtel, plans)

    bill(fjordtel)

    assert [row[3] for row in lines() if row[0] == "discount"] == amounts


def test_an_amount_for_each_month_is_taken_by_days_and_never_more_than_the_line(
    fjordtel: Brand, plans: list[Plan]
) -> None:
    """40.00 a month from 11 October: 40 × 21/31 = 27.10 of the stub, then 40.00."""
    make_bundle(fjordtel, plans, kind="amount", value=Decimal("40.00"), targets=plans[1:])
    make_bundle(fjordtel, plans, "MORE", kind="amount", value=Decimal("490.00"), targets=plans[1:])
    kari_has(fjordtel, plans, date(2026, 10, 11))

    bill(fjordtel)

    assert [row for row in lines() if row[1:3] in {("10-11", "11-01"), ("11-01", "12-01")}][:6] == [
        ("recurring", "11-01", "12-01", "299.00"),
        ("recurring", "10-11", "11-01", "338.71"),
        ("discount", "10-11", "11-01", "-27.10"),
        ("discount", "10-11", "11-01", "-311.61"),
        ("recurring", "11-01", "12-01", "500.00"),
        ("discount", "11-01", "12-01", "-40.00"),
    ]
    assert lines()[-1] == ("discount", "11-01", "12-01", "-460.00")


@pytest.mark.parametrize(
    ("stacking", "amounts"),
    [
        ("add", ["-50.00", "-100.00"]),  # 10 % and 20 % of 500.00
        ("compound", ["-50.00", "-90.00"]),  # 20 % of the 450.00 left
        ("alone", ["-50.00"]),
    ],
)
def test_how_discounts_meet_is_what_the_second_says(
    fjordtel: Brand, plans: list[Plan], stacking: str, amounts: list[str]
) -> None:
    make_bundle(fjordtel, plans, targets=plans[1:], priority=1)
    make_bundle(fjordtel, plans, "B", value=Decimal(20), targets=plans[1:], stacking=stacking)
    kari_has(fjordtel, plans, NOVEMBER)

    bill(fjordtel)

    assert [row[3] for row in lines() if row[0] == "discount"] == amounts


def test_an_invoice_discount_is_rounded_once_and_spread_by_amount(
    fjordtel: Brand, plans: list[Plan]
) -> None:
    """10 % of 299.00 + 299.00 + 500.05 is 109.805 → 109.81: 29.90 + 29.90 + 50.005 → 50.01."""
    fiber = make.make_plan(fjordtel, "NET", "500.05")
    make_bundle(fjordtel, [plans[0], fiber], level="invoice")
    kari = make.make_account(fjordtel)
    for code in ("A", "B"):
        make.make_subscription(kari, plans[0], code, starts_on=NOVEMBER)
    make.make_subscription(kari, fiber, "C", starts_on=NOVEMBER)

    bill(fjordtel)

    assert [row[3] for row in lines()] == [
        "299.00",
        "-29.90",
        "299.00",
        "-29.90",
        "500.05",
        "-50.01",
    ]


def test_an_invoice_discount_of_an_amount_is_given_once_for_each_month(
    fjordtel: Brand, plans: list[Plan]
) -> None:
    """100.00 a month from 16 October: 51.61 for 16 of 31 days and 100.00 for November: 151.61."""
    make_bundle(fjordtel, plans, level="invoice", kind="amount", value=Decimal("100.00"))
    kari_has(fjordtel, plans, date(2026, 10, 16))

    bill(fjordtel)
    bill(fjordtel, DECEMBER)

    def taken(day: date) -> Decimal:
        return sum((Decimal(row[3]) for row in lines(day) if row[0] == "discount"), Decimal(0))

    assert taken(NOVEMBER) == Decimal("-151.61")
    assert taken(DECEMBER) == Decimal("-100.00")


def test_a_lines_own_discount_goes_back_with_its_credit(fjordtel: Brand, plans: list[Plan]) -> None:
    """November's 500.00 less 50.00; it ends on 16 November: 250.00 and 25.00 go back."""
    make_bundle(fjordtel, plans, targets=plans[1:])
    _, fiber = kari_has(fjordtel, plans, NOVEMBER)
    bill(fjordtel)
    fiber.ends_on = date(2026, 11, 16)
    fiber.save()

    bill(fjordtel, DECEMBER)

    assert lines(DECEMBER)[1:] == [
        ("credit", "11-16", "12-01", "-250.00"),
        ("discount", "11-16", "12-01", "25.00"),
    ]


def test_a_credit_of_the_whole_line_gives_back_all_of_its_discount(
    fjordtel: Brand, plans: list[Plan]
) -> None:
    make_bundle(fjordtel, plans, value=Decimal("33.33"), targets=plans[1:])
    _, fiber = kari_has(fjordtel, plans, NOVEMBER)
    bill(fjordtel)
    for end in (date(2026, 11, 20), date(2026, 11, 8), NOVEMBER):
        Subscription.objects.filter(pk=fiber.pk).update(ends_on=end)
        bill(fjordtel, date(2026, 12, 1) if end.day == 20 else date(2027, 1 + (end.day == 1), 1))

    given = Invoice.objects.order_by("pk").values_list("lines__kind", "lines__amount")
    discounts = [amount for kind, amount in given if kind == "discount"]
    assert sum(discounts) == 0
    assert discounts[0] == Decimal("-166.65")


def test_a_charge_that_is_not_discountable_is_left_alone(fjordtel: Brand) -> None:
    plan = make.make_plan(fjordtel, starts_on=date(2027, 12, 1))
    version = make.make_draft(plan, OCTOBER)
    make.make_charge(version, price=Decimal("299.00"), discountable=False)
    make.publish(version)
    fiber = make.make_plan(fjordtel, "FIBER", "500.00")
    make_bundle(fjordtel, [plan, fiber])
    kari_has(fjordtel, [plan, fiber], NOVEMBER)

    bill(fjordtel)

    assert [row[3] for row in lines() if row[0] == "discount"] == ["-50.00"]

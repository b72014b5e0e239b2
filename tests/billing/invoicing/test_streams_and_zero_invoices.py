"""Two invoices where the customer asked for them, and none that come to nothing where the brand
wants none."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from billing.invoicing.audit import totals_add_up
from billing.invoicing.models import Invoice
from billing.invoicing.services.run_billing import run_billing
from billing.models import UsageSummary
from catalog.models import Discount
from core.models import Brand
from tests import make
from tests.billing.invoicing.test_discounts_billed import make_bundle

NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)
OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)


def bill(brand: Brand, day: date = NOVEMBER) -> list[tuple[str, str]]:
    """State and reason of each account of the run."""
    run = run_billing(brand=brand, bill_date=day, as_of=day + timedelta(days=2), now=NOW)
    assert list(totals_add_up()) == []
    return list(run.accounts.values_list("state", "reason"))


def test_recurring_charges_and_the_rest_on_two_invoices(fjordtel: Brand) -> None:
    """Each has its number, its reference and its tax: 299.00 with 59.80, 49.00 with 9.80."""
    roaming = make.make_plan(fjordtel, "ROAMING", "49.00", kind="add_on")
    kari = make.make_account(fjordtel, streams="apart")
    line = make.make_subscription(kari, make.make_plan(fjordtel), starts_on=NOVEMBER)
    make.give_add_on(line, roaming, NOVEMBER)

    assert bill(fjordtel) == [("issued", "")]

    first, second = Invoice.objects.order_by("sequence")
    assert (first.stream, first.total, first.tax_total) == (
        "recurring",
        Decimal("299.00"),
        Decimal("59.80"),
    )
    assert (second.stream, second.total, second.tax_total) == (
        "add_ons",
        Decimal("49.00"),
        Decimal("9.80"),
    )
    assert first.reference != second.reference
    assert [row.position for row in second.lines.all()] == [1]
    assert bill(fjordtel) == [("issued", "")]
    assert Invoice.objects.count() == 2


def test_who_has_nothing_but_a_plan_gets_one_invoice(fjordtel: Brand) -> None:
    kari = make.make_account(fjordtel, streams="apart")
    make.make_subscription(kari, make.make_plan(fjordtel), starts_on=NOVEMBER)

    bill(fjordtel)

    assert Invoice.objects.get().stream == "recurring"


def all_free(brand: Brand) -> None:
    """Kari's two services cost nothing together, until the end of November."""
    plans = [make.make_plan(brand), make.make_plan(brand, "FIBER")]
    make_bundle(brand, plans, value=Decimal(100), months=1)
    kari = make.make_account(brand)
    for plan in plans:
        make.make_subscription(kari, plan, plan.code, starts_on=NOVEMBER)
    assert Discount.objects.get().months == 1


def test_an_invoice_of_nothing_is_issued_unless_the_brand_says_otherwise(fjordtel: Brand) -> None:
    all_free(fjordtel)

    assert bill(fjordtel) == [("issued", "")]
    assert Invoice.objects.get().total == 0


def test_a_brand_may_want_no_invoices_of_nothing(fjordtel: Brand) -> None:
    """The lines wait: the next invoice has November's and its discount, and December's."""
    fjordtel.zero_invoices = "carry"
    fjordtel.save()
    all_free(fjordtel)

    assert bill(fjordtel) == [("nothing", "it comes to nothing and waits for the next invoice")]
    bill(fjordtel, DECEMBER)

    invoice = Invoice.objects.get()
    assert invoice.lines.count() == 6
    assert invoice.total == Decimal("598.00")


def test_usage_that_cost_nothing_waits_with_them_and_its_period_stays_open(
    fjordtel: Brand,
) -> None:
    """October's calls are in the allowance: December's invoice tells of them, and of November's."""
    fjordtel.zero_invoices = "carry"
    fjordtel.save()
    kari = make.make_account(fjordtel)
    plan = make.make_plan(fjordtel, price="0.00")
    line = make.make_subscription(kari, plan, starts_on=OCTOBER)
    category = fjordtel.usage_categories.earliest("pk")
    for start, amount in ((OCTOBER, 0), (NOVEMBER, 5_000_000)):
        UsageSummary.objects.create(
            account=kari,
            subscription=line,
            period_start=start,
            origin_start=start,
            category=category,
            plan_version=plan.versions.get(),
            usage_type=1,
            records=1,
            quantity=60,
            billed=60,
            covered=0 if amount else 60,
            amount=amount,
            cost=0,
        )

    [(state, reason)] = bill(fjordtel)
    assert (state, reason) == ("nothing", "it comes to nothing and waits for the next invoice")
    assert not kari.usage_periods.exists()
    bill(fjordtel, DECEMBER)

    lines = Invoice.objects.get().lines.order_by("position")
    assert [(row.period_start, row.amount) for row in lines] == [
        (OCTOBER, Decimal("0.00")),
        (NOVEMBER, Decimal("5.00")),
    ]
    assert kari.usage_periods.filter(start__gte=OCTOBER).count() == 2

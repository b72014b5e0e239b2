"""What a bill run does with accounts of all kinds."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from billing.invoicing.models import BillRunAccount, Invoice
from billing.invoicing.services import run_billing as module
from billing.invoicing.services.calculate_accounts import calculate_accounts
from billing.invoicing.services.run_billing import run_billing
from billing.models import UsagePeriod, UsageSummary
from catalog.models import TaxCategory, TaxRate, UsageCategory
from core.models import NumberSeries
from tests import make

NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)
NOVEMBER = date(2026, 11, 1)
OCTOBER = date(2026, 10, 1)


def bill(brand, day):
    return run_billing(brand=brand, bill_date=day, as_of=day + timedelta(days=2), now=NOW)


def add_usage(subscription, micro, period=OCTOBER, origin=None, **fields):
    """A summary as usage import leaves it: `micro` millionths in a period's category voice."""
    version = fields.pop("plan_version", None)
    return UsageSummary.objects.create(
        account=subscription.account,
        subscription=subscription,
        period_start=period,
        origin_start=origin or period,
        category=UsageCategory.objects.get(brand=subscription.account.brand, code="voice"),
        plan_version=version or subscription.plan_history.get().plan.versions.get(),
        **({"usage_type": 1, "records": 3, "quantity": 75, "billed": 120, "cost": 0} | fields),
        amount=micro,
    )


def test_a_business_pays_tax_on_top(northwind):
    account = make.make_account(northwind, "B-1", "Acme AS", kind="business", country="DE")
    plan = make.make_plan(northwind, "VOIP", "50.00")
    make.make_subscription(account, plan, starts_on=NOVEMBER)

    invoice = bill(northwind, NOVEMBER).invoices.get()

    assert (invoice.net_total, invoice.tax_total, invoice.total) == (
        Decimal("50.00"), Decimal("9.50"), Decimal("59.50"),
    )  # fmt: skip
    assert invoice.reference.startswith("RF")


def test_children_stand_as_sections_on_their_parents_invoice(northwind):
    acme = make.make_account(northwind, "B-1", "Acme AS")
    oslo = make.make_account(northwind, "B-2", "Acme Oslo", parent=acme, bills_to_parent=True)
    alone = make.make_account(northwind, "B-3", "Acme Lager", parent=acme)
    plan = make.make_plan(northwind, "VOIP", "50.00")
    for account in (acme, oslo, alone):
        make.make_subscription(account, plan, starts_on=NOVEMBER)

    run = bill(northwind, NOVEMBER)

    invoice = Invoice.objects.get(account=acme)
    assert [line.account_label for line in invoice.lines.all()] == [
        "Acme AS · B-1",
        "Acme Oslo · B-2",
    ]
    assert invoice.net_total == Decimal("100.00")
    assert {row.account.number: row.state for row in run.accounts.all()} == {
        "B-1": "issued",
        "B-2": "with_parent",
        "B-3": "issued",
    }


def test_usage_of_the_closed_period_is_rounded_once(fjordtel):
    kari = make.make_account(fjordtel)
    line = make.make_subscription(kari, make.make_plan(fjordtel), starts_on=OCTOBER)
    add_usage(line, 1_005_000)

    invoice = bill(fjordtel, NOVEMBER).invoices.get()

    usage = invoice.lines.get(kind="usage")
    assert (usage.exact_amount, usage.amount) == (Decimal("1.005"), Decimal("1.01"))
    assert (usage.period_start, usage.period_end) == (OCTOBER, NOVEMBER)
    assert usage.summaries.get().amount == 1_005_000


def test_usage_under_two_products_is_taxed_by_the_plan_taken_last(fjordtel):
    make.make_tax(fjordtel.legal_entity, "15", "reduced")
    reduced = TaxCategory.objects.get(code="reduced")
    radio = make.make_product(fjordtel, "RADIO", tax_category=reduced)
    # In the catalogue the later plan stands first, and its usage came in first.
    later = make.make_plan(fjordtel, "RADIO1", product=radio)
    earlier = make.make_plan(fjordtel, "MOBIL10")
    line = make.make_subscription(make.make_account(fjordtel), earlier)
    make.give_plan(line, later, date(2026, 10, 14))
    add_usage(line, 2_000_000, plan_version=later.versions.get())
    add_usage(line, 8_000_000, plan_version=earlier.versions.get())

    bill(fjordtel, NOVEMBER)

    usage = Invoice.objects.get().lines.get(kind="usage")
    assert (usage.amount, usage.tax_category, usage.tax_rate) == (
        Decimal("10.00"), "reduced", Decimal(15),
    )  # fmt: skip
    behind = usage.summaries.values_list("summary__plan_version__plan__code", "amount")
    assert list(behind) == [("MOBIL10", 8_000_000), ("RADIO1", 2_000_000)]


def test_usage_of_the_open_period_waits(fjordtel):
    kari = make.make_account(fjordtel)
    line = make.make_subscription(kari, make.make_plan(fjordtel), starts_on=OCTOBER)
    add_usage(line, 5_000_000, period=NOVEMBER)

    invoice = bill(fjordtel, NOVEMBER).invoices.get()

    assert not invoice.lines.filter(kind="usage").exists()


def test_late_usage_stands_on_the_next_invoice_with_its_own_dates(fjordtel):
    kari = make.make_account(fjordtel)
    line = make.make_subscription(kari, make.make_plan(fjordtel), starts_on=OCTOBER)
    bill(fjordtel, NOVEMBER)
    add_usage(line, 2_000_000, period=NOVEMBER, origin=OCTOBER)
    add_usage(line, 3_000_000, period=NOVEMBER)

    invoice = bill(fjordtel, date(2026, 12, 1)).invoices.get()

    usage = invoice.lines.filter(kind="usage")
    assert [(str(row.period_start), row.amount) for row in usage] == [
        ("2026-10-01", Decimal("2.00")),
        ("2026-11-01", Decimal("3.00")),
    ]


def test_usage_that_costs_nothing_makes_no_line(fjordtel):
    kari = make.make_account(fjordtel)
    line = make.make_subscription(kari, make.make_plan(fjordtel), starts_on=OCTOBER)
    add_usage(line, 0)

    invoice = bill(fjordtel, NOVEMBER).invoices.get()

    assert not invoice.lines.filter(kind="usage").exists()


def test_closing_makes_a_row_for_each_usage_period(fjordtel):
    kari = make.make_account(fjordtel, opened_on=date(2026, 9, 10))
    make.make_subscription(kari, make.make_plan(fjordtel), starts_on=date(2026, 9, 10))

    bill(fjordtel, NOVEMBER)

    kari.refresh_from_db()
    assert kari.usage_closed_until == NOVEMBER
    assert [str(period.start) for period in UsagePeriod.objects.all()] == [
        "2026-09-01",
        "2026-10-01",
    ]


def test_a_cancellation_gives_days_back_as_a_credit_note(fjordtel):
    kari = make.make_account(fjordtel)
    line = make.make_subscription(kari, make.make_plan(fjordtel), starts_on=OCTOBER)
    bill(fjordtel, OCTOBER)
    line.ends_on = date(2026, 10, 14)
    line.save()

    credit = bill(fjordtel, NOVEMBER).invoices.get()

    assert credit.document == Invoice.Document.CREDIT_NOTE
    assert credit.total == Decimal("-173.61")
    assert credit.tax_total == Decimal("-34.72")
    # The credit is used at once: October's invoice is open by what was really used of it.
    assert credit.open_item.open_amount == 0
    assert Invoice.objects.get(period_end=OCTOBER).open_item.open_amount == Decimal("125.39")


def test_an_account_without_charges_gets_no_invoice_but_a_row(fjordtel):
    make.make_account(fjordtel)

    run = bill(fjordtel, NOVEMBER)

    assert run.invoices.count() == 0
    assert run.accounts.get().state == BillRunAccount.State.NOTHING


def test_an_account_that_cannot_be_taxed_is_parked_and_taken_up_again(fjordtel):
    kari = make.make_account(fjordtel)
    bo = make.make_account(fjordtel, "100124", "Bo Berg")
    plan = make.make_plan(fjordtel)
    books = make.make_product(fjordtel, "BOOKS")
    rate = make.make_tax(fjordtel.legal_entity, "0", "books", treatment="Z")
    books.tax_category = rate.category
    books.save()
    make.make_subscription(kari, plan, starts_on=NOVEMBER)
    odd = make.make_plan(fjordtel, "ODD", "10.00", product=books)
    make.make_subscription(bo, odd, starts_on=NOVEMBER)
    TaxRate.objects.filter(pk=rate.pk).delete()

    parked = bill(fjordtel, NOVEMBER).accounts.get(account=bo)
    bo.refresh_from_db()
    closed_while_parked = bo.usage_closed_until
    make.make_tax(fjordtel.legal_entity, "0", "books", treatment="Z")
    run = bill(fjordtel, NOVEMBER)

    assert parked.state == BillRunAccount.State.PARKED
    assert "books" in parked.reason
    assert closed_while_parked is None
    assert [invoice.number for invoice in run.invoices.order_by("sequence")] == [
        "FT-100001",
        "FT-100002",
    ]


def test_a_run_killed_half_way_goes_on_to_the_same_result(fjordtel, monkeypatch):
    plan = make.make_plan(fjordtel)
    for number in range(5):
        account = make.make_account(fjordtel, f"10{number}", f"Customer {number}")
        make.make_subscription(account, plan, starts_on=NOVEMBER)
    monkeypatch.setattr(module, "ACCOUNTS_PER_TRANSACTION", 2)
    calls = []

    def killed_at_the_second(*args, **kwargs):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return calculate_accounts(*args, **kwargs)

    monkeypatch.setattr(module, "calculate_accounts", killed_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        bill(fjordtel, NOVEMBER)
    after_the_kill = Invoice.objects.count()
    monkeypatch.setattr(module, "calculate_accounts", calculate_accounts)

    run = bill(fjordtel, NOVEMBER)

    assert after_the_kill == 2
    assert [invoice.number for invoice in run.invoices.order_by("account__number")] == [
        f"FT-10000{n}" for n in range(1, 6)
    ]


def test_dates_never_go_back_along_a_series(fjordtel):
    plan = make.make_plan(fjordtel)
    make.make_subscription(make.make_account(fjordtel), plan, starts_on=OCTOBER)
    late_day = make.make_account(fjordtel, "100124", "Bo Berg", bill_day=15)
    make.make_subscription(late_day, plan, starts_on=OCTOBER)
    bill(fjordtel, date(2026, 11, 15))

    invoice = bill(fjordtel, NOVEMBER).invoices.get()

    assert invoice.issue_date == date(2026, 11, 15)
    assert NumberSeries.objects.get().last_issue_date == date(2026, 11, 15)


def test_bill_day_31_is_billed_on_the_last_day_of_a_short_month(fjordtel):
    kari = make.make_account(fjordtel, bill_day=31)
    make.make_subscription(kari, make.make_plan(fjordtel), starts_on=date(2026, 10, 31))

    invoice = bill(fjordtel, date(2026, 11, 30)).invoices.get()

    assert [(str(line.period_start), str(line.period_end)) for line in invoice.lines.all()] == [
        ("2026-10-31", "2026-11-30"),
        ("2026-11-30", "2026-12-31"),
    ]


def test_a_reverse_charge_customer_pays_no_tax_and_reads_why(northwind):
    account = make.make_account(northwind, "B-1", "Acme AS", tax_status="reverse_charge")
    make.make_subscription(account, make.make_plan(northwind, "VOIP", "50.00"), starts_on=NOVEMBER)

    invoice = bill(northwind, NOVEMBER).invoices.get()

    tax = invoice.taxes.get()
    assert (tax.treatment, tax.tax, invoice.total) == ("AE", Decimal(0), Decimal("50.00"))
    assert tax.reason == "Reverse charge: the recipient pays the tax"


def test_a_setup_charge_is_taken_once_at_the_start(fjordtel):
    kari = make.make_account(fjordtel)
    plan = make.make_plan(fjordtel)
    setup = {"code": "setup", "kind": "one_off", "price": Decimal("99.00")}
    make.make_version(plan, "299.00", starts_on=date(2025, 1, 1), charge=setup)
    make.make_subscription(kari, plan, starts_on=OCTOBER)

    october = bill(fjordtel, OCTOBER).invoices.get()
    november = bill(fjordtel, NOVEMBER)

    assert [line.amount for line in october.lines.all()] == [Decimal("99.00")]
    assert november.invoices.count() == 0

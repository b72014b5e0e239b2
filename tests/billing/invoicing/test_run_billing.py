"""A bill run: every account billed once and correctly, whatever happens."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from accounts.models import Account
from billing.invoicing.models import BillRun, Invoice, OpenItem
from billing.invoicing.services.run_billing import run_billing
from billing.ledger.models import Posting
from core.audit import all_invariants
from core.errors import DomainError
from tests import make
from tests.news import tell_the_news

NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)


def bill(brand, day, **options):
    """Run billing on the third day after the bill date."""
    as_of = date(day.year, day.month, day.day + 2)
    return run_billing(brand=brand, bill_date=day, as_of=as_of, now=NOW, **options)


def make_kari(fjordtel) -> Account:
    """Kari as the rule book knows her: Mobil 10 to 20 on 14 October, two extras, fibre."""
    kari = make.make_account(fjordtel, language="en")
    ten = make.make_plan(fjordtel, "MOBIL10", "299.00", name={"en": "Mobil 10 GB"})
    twenty = make.make_plan(fjordtel, "MOBIL20", "399.00", name={"en": "Mobil 20 GB"})
    one_off = {"kind": "one_off"}
    day_pass = make.make_plan(fjordtel, "DAYPASS-TR", "49.00", kind="add_on", charge=one_off)
    extra = make.make_plan(fjordtel, "EXTRA-1GB", "49.00", kind="add_on", charge=one_off)
    fibre = make.make_product(fjordtel, "BROADBAND", service="broadband")
    fiber250 = make.make_plan(fjordtel, "FIBER250", "350.00", product=fibre)
    started = date(2026, 10, 1)
    mobile = make.make_subscription(kari, ten, number="4790000123", starts_on=started)
    make.give_plan(mobile, twenty, date(2026, 10, 14))
    make.give_add_on(mobile, day_pass, date(2026, 10, 3), "ORDER-1")
    make.give_add_on(mobile, extra, date(2026, 10, 22), "ORDER-2")
    make.make_subscription(kari, fiber250, "FIB-1", starts_on=started)
    return kari


def amounts(invoice: Invoice) -> list[str]:
    return [str(line.amount.quantize(Decimal("0.01"))) for line in invoice.lines.all()]


def test_karis_bill_is_905_07_after_649_00(fjordtel):
    kari = make_kari(fjordtel)

    october = bill(fjordtel, date(2026, 10, 1)).invoices.get()
    november = bill(fjordtel, date(2026, 11, 1)).invoices.get()

    assert october.total == Decimal("649.00")
    assert amounts(november) == [
        "350.00", "-173.61", "231.68", "399.00", "49.00", "49.00",
    ]  # fmt: skip
    assert november.total == Decimal("905.07")
    assert november.tax_total == Decimal("181.01")
    assert november.net_total == Decimal("724.06")
    assert november.due_date == date(2026, 11, 16)
    assert november.number == "FT-100002"
    assert kari.invoices.count() == 2


def test_a_run_made_twice_bills_nobody_twice(fjordtel):
    make_kari(fjordtel)

    first = bill(fjordtel, date(2026, 10, 1))
    again = bill(fjordtel, date(2026, 10, 1))

    assert again.pk == first.pk
    assert Invoice.objects.count() == 1
    assert again.total == Decimal("649.00")


def test_the_ledger_balances_and_the_customer_owes_the_total(fjordtel):
    make_kari(fjordtel)

    bill(fjordtel, date(2026, 11, 1))

    postings = Posting.objects.all()
    assert sum(posting.amount for posting in postings) == 0
    invoice = Invoice.objects.get()
    owed = [posting.amount for posting in postings if posting.account_id]
    assert owed == [invoice.total]
    assert OpenItem.objects.get().open_amount == invoice.total


def test_before_the_grace_days_a_run_needs_a_reason(fjordtel):
    make_kari(fjordtel)
    early = {"brand": fjordtel, "bill_date": date(2026, 11, 1), "as_of": date(2026, 11, 2)}

    with pytest.raises(DomainError, match="2026-11-03"):
        run_billing(**early, now=NOW)
    run = run_billing(**early, now=NOW, reason="carrier sent everything")

    assert run.state == BillRun.State.PUBLISHED


def test_the_audit_is_green_after_two_runs(fjordtel):
    make_kari(fjordtel)
    bill(fjordtel, date(2026, 10, 1))
    bill(fjordtel, date(2026, 11, 1))

    tell_the_news()
    broken = {item.id: hits for item in all_invariants() if (hits := list(item.check()))}

    assert broken == {}

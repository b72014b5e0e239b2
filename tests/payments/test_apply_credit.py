"""Account credit is used before money is asked for: when invoices are issued."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from billing.invoicing.models import Invoice
from billing.ledger.queries import account_balance
from billing.signals import invoice_issued
from payments.models import Allocation
from payments.services.apply_credit import apply_credit
from tests import make
from tests.payments.bills import make_bill, open_amount, pay

NOW = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)


@pytest.fixture
def kari(fjordtel):
    return make.make_account(fjordtel)


def announce(*bills):
    invoice_issued.send(sender=Invoice, invoice_ids=[bill.pk for bill in bills])


def test_an_over_payment_pays_the_next_invoice_when_it_is_issued(kari):
    payment = pay(make_bill(kari, "100.00"), "150.00")
    bill = make_bill(kari, "80.00", due=date(2026, 12, 16))

    announce(bill)

    payment.refresh_from_db()
    assert open_amount(bill) == Decimal("30.00")
    assert payment.unallocated == 0
    assert account_balance(kari) == Decimal("30.00")


def test_older_payments_are_used_first(kari):
    paid = make_bill(kari, "10.00")
    newer = pay(paid, "50.00", "B-2", "2026-11-20")
    older = pay(paid, "50.00", "B-1", "2026-11-10")
    bill = make_bill(kari, "60.00", due=date(2026, 12, 16))

    announce(bill)

    newer.refresh_from_db()
    older.refresh_from_db()
    assert (older.unallocated, newer.unallocated) == (Decimal(0), Decimal("30.00"))


def test_a_credit_note_pays_open_invoices_and_keeps_what_is_left(kari):
    bill = make_bill(kari, "50.00")
    note = make_bill(kari, "-80.00", due=date(2026, 11, 20))

    announce(note)

    assert (open_amount(bill), open_amount(note)) == (Decimal(0), Decimal("-30.00"))
    allocation = Allocation.objects.get()
    assert (allocation.credit_note, allocation.payment) == (note, None)
    assert account_balance(kari) == Decimal("-30.00")


def test_credit_notes_are_used_before_payments(kari):
    payment = pay(make_bill(kari, "10.00"), "50.00")
    note = make_bill(kari, "-30.00")
    bill = make_bill(kari, "45.00")

    announce(note, bill)

    payment.refresh_from_db()
    assert (open_amount(note), open_amount(bill)) == (Decimal(0), Decimal(0))
    assert payment.unallocated == Decimal("25.00")


def test_credit_of_one_account_never_pays_for_another(fjordtel, kari):
    pay(make_bill(kari, "10.00"), "500.00")
    bill = make_bill(make.make_account(fjordtel, "100200", "Bo Berg"), "80.00")

    announce(bill)

    assert open_amount(bill) == Decimal("80.00")


@pytest.mark.parametrize("count", [1, 5])
def test_however_many_accounts_take_the_same_number_of_queries(
    fjordtel, django_assert_num_queries, count
):
    accounts = [make.make_account(fjordtel, f"1{number:05}") for number in range(count)]
    for account in accounts:
        pay(make_bill(account, "10.00"), "50.00", f"B-{account.pk}")
        make_bill(account, "30.00", due=date(2026, 12, 16))

    with django_assert_num_queries(12):
        made = apply_credit([account.pk for account in accounts], at=NOW)

    assert [str(allocation.amount) for allocation in made] == ["30.000"] * count


def test_drafts_and_repeated_news_change_nothing(kari):
    bill = make_bill(kari, "10.00")
    pay(bill, "10.00")

    announce(bill)
    announce(bill)
    announce()

    assert Allocation.objects.count() == 1

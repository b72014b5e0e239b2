"""Payments that come at the same moment: no invoice is settled twice, no øre is lost."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Barrier, Event, Thread

import pytest
from django.db import connection, transaction
from django.db.models import Sum

from billing.invoicing.models import Invoice
from billing.signals import invoice_issued
from core.audit import all_invariants
from payments.models import Allocation, Payment
from payments.services.assign_payment import assign_payment
from payments.services.import_payments import import_payments
from payments.services.lock_accounts import lock_accounts
from tests import make
from tests.payments.bills import make_bill, open_amount

NOW = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)


def at_once(*jobs: Callable[[], object]) -> list[Exception]:
    """Run these together, each on its own connection; what they raised."""
    barrier = Barrier(len(jobs))
    errors: list[Exception] = []

    def run(job):
        try:
            barrier.wait()
            job()
        except Exception as error:  # noqa: BLE001 – the test looks at it
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def bank_file(*lines):
    return "\n".join(("date,amount,currency,reference,transaction_id", *lines, "")).encode()


def broken_invariants():
    return {
        item.id: found
        for item in all_invariants()
        if item.id in ("I3b", "I12", "I12b", "I12c", "I13") and (found := list(item.check()))
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_payments_at_once_never_settle_more_than_the_invoice(attempt):
    kari = make.make_account(make.make_brand())
    bill = make_bill(kari, "100.00")
    content = bank_file(*(f"2026-11-12,40.00,NOK,unknown,B-{n}" for n in range(4)))
    import_payments("unknown.csv", content, clock=lambda: NOW)
    waiting = list(Payment.objects.values_list("pk", flat=True))
    known = bank_file(f"2026-11-12,40.00,NOK,{bill.reference},B-9")

    errors = at_once(
        *(lambda pk=pk: assign_payment(pk, kari, on=date(2026, 11, 13), at=NOW) for pk in waiting),
        lambda: import_payments("known.csv", known, clock=lambda: NOW),
    )

    assert errors == []
    assert open_amount(bill) == 0
    assert Allocation.objects.aggregate(sum=Sum("amount"))["sum"] == Decimal("100.00")
    assert Payment.objects.aggregate(sum=Sum("unallocated"))["sum"] == Decimal("100.00")
    assert broken_invariants() == {}


@pytest.mark.django_db(transaction=True)
def test_the_same_file_imported_twice_at_once_counts_once():
    kari = make.make_account(make.make_brand())
    bill = make_bill(kari, "100.00")
    content = bank_file(f"2026-11-12,40.00,NOK,{bill.reference},B-1")

    errors = at_once(
        *(lambda: import_payments("bank.csv", content, clock=lambda: NOW) for _ in range(3))
    )

    assert errors == []
    assert Payment.objects.count() == 1
    assert open_amount(bill) == Decimal("60.00")


@pytest.mark.django_db(transaction=True)
def test_an_invoice_issued_while_its_money_comes_in_is_paid_by_it():
    kari = make.make_account(make.make_brand())
    first = make_bill(kari, "10.00")
    content = bank_file(f"2026-11-12,100.00,NOK,{first.reference},B-1")

    is_issued = Event()

    def issue():
        with transaction.atomic():
            lock_accounts([kari.pk])
            bill = make_bill(kari, "80.00", due=date(2026, 12, 16))
            invoice_issued.send(sender=Invoice, invoice_ids=[bill.pk])
            is_issued.set()
            time.sleep(0.3)  # the money comes before this is committed

    def take_in():
        is_issued.wait()
        import_payments("bank.csv", content, clock=lambda: NOW)

    errors = at_once(issue, take_in)

    assert errors == []
    assert Payment.objects.get().unallocated == Decimal("10.00")
    assert broken_invariants() == {}

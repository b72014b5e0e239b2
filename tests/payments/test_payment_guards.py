"""The database itself refuses what must never be, whoever asks; the audit finds what slipped by."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from core.audit import all_invariants
from payments.models import Allocation, BankFile, Payment
from tests import make
from tests.payments.bills import make_bill, pay

NOW = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)


@pytest.fixture
def kari(fjordtel):
    return make.make_account(fjordtel)


def make_payment(kari, amount="100.00", **fields):
    defaults = {
        "legal_entity": kari.brand.legal_entity,
        "brand": kari.brand,
        "account": kari,
        "provider": "bank",
        "provider_reference": "B-1",
        "paid_on": date(2026, 11, 12),
        "amount": Decimal(amount),
        "currency": kari.currency,
        "unallocated": Decimal(amount),
        "received_at": NOW,
    }
    return Payment.objects.create(**(defaults | fields))


def allocate(invoice, amount="10.00", **origin):
    return Allocation.objects.create(
        invoice=invoice, amount=Decimal(amount), allocated_at=NOW, **origin
    )


def refused(name):
    return pytest.raises(IntegrityError, match=name)


def test_a_payment_counts_once(kari):
    make_payment(kari)

    with refused("payment_counted_once"), transaction.atomic():
        make_payment(kari, "200.00")


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"amount": Decimal(0), "unallocated": Decimal(0)}, "payment_is_positive"),
        ({"unallocated": Decimal("100.01")}, "payment_unallocated_within_amount"),
        ({"unallocated": Decimal("-0.01")}, "payment_unallocated_within_amount"),
        ({"brand": None}, "payment_without_account_pays_nothing"),
        ({"account": None}, "payment_without_account_pays_nothing"),
        (
            {"account": None, "brand": None, "unallocated": Decimal(1)},
            "payment_without_account_pays_nothing",
        ),
    ],
)
def test_an_impossible_payment_is_refused(kari, fields, name):
    with refused(name):
        make_payment(kari, **fields)


@pytest.mark.parametrize(
    "change",
    [
        {"amount": Decimal("200.00")},
        {"currency": "EUR"},
        {"provider_reference": "B-2"},
        {"paid_on": date(2026, 11, 13)},
        {"account": None, "brand": None},
    ],
)
def test_a_payment_keeps_its_money_and_its_account(kari, change):
    """Trigger money_stays of Payment."""
    payment = make_payment(kari)

    with refused("keeps its money and its account"):
        Payment.objects.filter(pk=payment.pk).update(**change)


def test_a_payment_is_never_removed(kari):
    payment = make_payment(kari)

    with refused("never removed"):
        payment.delete()


def test_a_file_comes_in_once(db):
    BankFile.objects.create(name="a.csv", sha256="0" * 64, imported_at=NOW)

    with refused("sha256"):
        BankFile.objects.create(name="b.csv", sha256="0" * 64, imported_at=NOW)


def test_an_allocation_has_one_origin_and_a_positive_amount_and_stands_once(kari):
    bill, note, payment = make_bill(kari), make_bill(kari, "-50.00"), make_payment(kari)

    with refused("own account"), transaction.atomic():
        allocate(bill)
    with refused("allocation_has_one_origin"), transaction.atomic():
        allocate(bill, payment=payment, credit_note=note)
    with refused("allocation_is_positive"), transaction.atomic():
        allocate(bill, "-1.00", payment=payment)
    allocate(bill, payment=payment)
    with refused("allocation_once"), transaction.atomic():
        allocate(bill, payment=payment)


def test_an_allocation_never_changes(kari):
    """Trigger append_only of Allocation."""
    allocation = allocate(make_bill(kari), payment=make_payment(kari))

    with refused("never change"), transaction.atomic():
        Allocation.objects.update(amount=Decimal("11.00"))
    with refused("never change"), transaction.atomic():
        allocation.delete()


def test_money_is_not_used_beyond_what_there_is_or_what_is_asked(kari):
    """Trigger fits of Allocation."""
    bill, other = make_bill(kari, "60.00"), make_bill(kari, "500.00")
    note, payment = make_bill(kari, "-50.00"), make_payment(kari)

    with refused("more than there is"), transaction.atomic():
        allocate(bill, "60.01", payment=payment)
    with refused("more than there is"), transaction.atomic():
        allocate(other, "100.01", payment=payment)
    with refused("more than there is"), transaction.atomic():
        allocate(other, "50.01", credit_note=note)
    with refused("more than there is"), transaction.atomic():
        Allocation.objects.bulk_create(
            Allocation(payment=payment, invoice=one, amount=Decimal("60.00"), allocated_at=NOW)
            for one in (bill, other)
        )


def test_money_pays_only_issued_invoices_of_its_account_and_currency(fjordtel, kari):
    payment = make_payment(kari)
    strangers = make_bill(make.make_account(fjordtel, "100200", "Bo Berg"))
    euros = make_payment(kari, provider_reference="B-2", currency="EUR")

    with refused("own account"), transaction.atomic():
        allocate(strangers, payment=payment)
    with refused("own account"), transaction.atomic():
        allocate(make_bill(kari), payment=euros)


@pytest.mark.parametrize("model", [Payment, Allocation])
def test_no_truncate_empties_the_tables_of_money(db, model):
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SET LOCAL trunkline.allow_flush = off")
        with refused("never removed"), transaction.atomic():
            cursor.execute(f"TRUNCATE {model._meta.db_table} CASCADE")


@pytest.mark.parametrize(
    ("model", "names"),
    [
        (Payment, {"money_stays", "no_truncate"}),
        (Allocation, {"append_only", "fits", "no_truncate"}),
    ],
)
def test_the_triggers_are_in_force(db, model, names):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled = 'O'",
            [model._meta.db_table],
        )
        found = [name for (name,) in cursor.fetchall()]

    assert all(any(name in one for one in found) for name in names)


def hits(code):
    found = [item for item in all_invariants() if item.id == code]
    assert found, f"{code} is not registered"
    return list(found[0].check())


def without_triggers(sql):
    """What an owner of the table could do who goes behind the triggers."""
    table = sql.split()[1]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(sql)
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.mark.parametrize(
    ("code", "sql"),
    [
        ("I12", "UPDATE payments_allocation SET amount = 1000"),
        ("I12", "UPDATE payments_payment SET currency = 'EUR'"),
        ("I12b", "UPDATE payments_payment SET unallocated = unallocated + 1"),
        ("I12b", "UPDATE billing_openitem SET open_amount = open_amount - 1 WHERE open_amount > 0"),
        ("I12c", "UPDATE billing_openitem SET open_amount = 1 WHERE open_amount = 0"),
        ("I3b", "UPDATE billing_openitem SET open_amount = open_amount - 1 WHERE open_amount > 0"),
        ("I3b", "UPDATE billing_posting SET amount = amount + 1"),
        ("I13", "UPDATE payments_payment SET amount = amount + 1"),
        ("I13", "UPDATE billing_journalentry SET source = 'x' WHERE source = 'payment'"),
    ],
)
def test_the_audit_is_silent_on_sound_books_and_finds_what_was_broken(kari, code, sql):
    pay(make_bill(kari, "10.00"), "25.00", "B-1")
    make_bill(make.make_account(kari.brand, "100200", "Bo Berg"), "70.00")
    before = hits(code)

    without_triggers(sql)

    assert before == []
    assert hits(code) != []

"""A person names the account of money that matched nobody."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from billing.ledger.models import Posting
from billing.ledger.queries import account_balance
from core.errors import DomainError
from payments.models import Payment
from payments.services.assign_payment import assign_payment
from payments.services.import_payments import import_payments
from tests import make
from tests.payments.bills import make_bill, open_amount

NOW = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)
DAY = date(2026, 11, 13)


@pytest.fixture
def kari(fjordtel):
    return make.make_account(fjordtel)


def unmatched(amount="1000.00", currency="NOK"):
    content = (
        "date,amount,currency,reference,transaction_id\n"
        f"2026-11-12,{amount},{currency},who knows,B-1\n"
    )
    import_payments("bank.csv", content.encode(), clock=lambda: NOW)
    return Payment.objects.get()


def test_the_money_moves_to_the_account_and_pays_what_it_owes(kari):
    bill = make_bill(kari, "905.07")
    payment = unmatched()

    assigned = assign_payment(payment.pk, kari, on=DAY, at=NOW)

    assert (assigned.account, assigned.brand) == (kari, kari.brand)
    assert assigned.unallocated == Decimal("94.93")
    assert open_amount(bill) == 0
    assert account_balance(kari) == Decimal("-94.93")
    postings = Posting.objects.filter(entry__source="payment_assignment")
    assert {(row.ledger_account.kind, str(row.amount)) for row in postings} == {
        ("unapplied", "1000.000"),
        ("receivable", "-1000.000"),
    }


def test_a_payment_is_assigned_once(kari):
    payment = unmatched()
    assign_payment(payment.pk, kari, on=DAY, at=NOW)

    with pytest.raises(DomainError, match="belongs to account 100123"):
        assign_payment(payment.pk, kari, on=DAY, at=NOW)


def test_money_stays_within_its_legal_entity(kari, northwind):
    make_bill(kari)
    payment = unmatched()
    acme = make.make_account(northwind, "A-1", "Acme AS", currency="NOK")

    with pytest.raises(DomainError, match="customer of Northwind Voice GmbH"):
        assign_payment(payment.pk, acme, on=DAY, at=NOW)

    assert Payment.objects.get().account is None


def test_money_stays_in_its_currency(kari):
    payment = unmatched(currency="SEK")

    with pytest.raises(DomainError, match="choose an account in SEK"):
        assign_payment(payment.pk, kari, on=DAY, at=NOW)


def test_an_account_that_bills_to_a_parent_names_the_parent(fjordtel, kari):
    child = make.make_account(fjordtel, "100124", "Bo Berg", parent=kari, bills_to_parent=True)
    payment = unmatched()

    with pytest.raises(DomainError, match="bills to account 100123"):
        assign_payment(payment.pk, child, on=DAY, at=NOW)

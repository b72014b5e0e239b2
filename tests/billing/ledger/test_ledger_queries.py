"""What the books say about a customer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from billing.ledger.queries import account_balance, account_balances, statement
from tests import make
from tests.payments.bills import make_bill, pay


def test_balance_and_statement_add_up_invoices_and_payments(fjordtel):
    kari = make.make_account(fjordtel)
    bo = make.make_account(fjordtel, "100200", "Bo Berg")
    first = make_bill(kari, "905.07")
    make_bill(kari, "299.00", period_end=date(2026, 12, 1), due=date(2026, 12, 15))
    pay(first, "1000.00")

    rows = statement(kari)

    assert [(row.source, str(row.amount), str(row.balance)) for row in rows] == [
        ("invoice", "905.070", "905.070"),
        ("payment", "-1000.000", "-94.930"),
        ("invoice", "299.000", "204.070"),
    ]
    assert account_balance(kari) == Decimal("204.07")
    assert account_balances([kari.pk, bo.pk]) == {kari.pk: Decimal("204.07"), bo.pk: Decimal(0)}
    assert statement(bo) == []

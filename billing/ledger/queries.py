"""What the books say about a customer: the balance, and the statement that leads to it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet, Sum

from accounts.models.people import Account
from billing.ledger.models import LedgerAccount, Posting


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One event on a customer's account: invoices positive, payments negative."""

    date: date
    source: str
    source_id: int
    description: str
    amount: Decimal
    balance: Decimal


def account_balances(account_ids: Collection[int]) -> dict[int, Decimal]:
    """What each account owes by its receivable postings, in its currency: credit is negative.

    Every asked account is in the answer; one without postings owes 0.
    """
    balances = dict.fromkeys(account_ids, Decimal(0))
    sums = (
        _receivables()
        .filter(account__in=account_ids)
        .order_by()
        .values_list("account")
        .annotate(Sum("amount"))
    )
    balances.update((account_id, amount) for account_id, amount in sums if account_id is not None)
    return balances


def account_balance(account: Account) -> Decimal:
    """What one account owes, in its currency; credit is negative."""
    return account_balances([account.pk])[account.pk]


def statement(account: Account) -> list[StatementRow]:
    """All events on the account by date, each with the balance after it; oldest first."""
    rows: list[StatementRow] = []
    balance = Decimal(0)
    postings = _receivables().filter(account=account).select_related("entry")
    for posting in postings.order_by("entry__date", "entry_id", "id"):
        balance += posting.amount
        entry = posting.entry
        rows.append(
            StatementRow(
                date=entry.date,
                source=entry.source,
                source_id=entry.source_id,
                description=entry.description,
                amount=posting.amount,
                balance=balance,
            )
        )
    return rows


def _receivables() -> QuerySet[Posting]:
    return Posting.objects.filter(ledger_account__kind=LedgerAccount.Kind.RECEIVABLE)

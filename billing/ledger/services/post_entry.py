"""Post to the books: an entry and all its postings, at once or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import connection, transaction

from billing.ledger.models import JournalEntry, LedgerAccount, Posting
from core.errors import DomainError
from core.models.organisation import Brand, LegalEntity

CHART = {
    LedgerAccount.Kind.RECEIVABLE: ("1500", "Trade receivables"),
    LedgerAccount.Kind.BANK: ("1920", "Bank"),
    LedgerAccount.Kind.UNAPPLIED: ("2990", "Payments not yet matched"),
    LedgerAccount.Kind.TAX: ("2700", "Tax owed"),
    LedgerAccount.Kind.REVENUE: ("3000", "Revenue"),
    LedgerAccount.Kind.OPENING: ("1999", "Opening balances taken over"),
}


@dataclass(frozen=True, slots=True)
class NewPosting:
    """One side of an entry: debit positive, credit negative, in `currency`.

    `kind` names the ledger account by what it is for; `code` a particular one of that kind.
    `account_id` is the customer's account on receivables.
    """

    kind: str
    amount: Decimal
    currency: str
    account_id: int | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An event for the books; its postings sum to zero by currency."""

    legal_entity: LegalEntity
    brand: Brand
    date: date
    source: str
    source_id: int
    description: str
    postings: Sequence[NewPosting]


def post_entry(
    *,
    legal_entity: LegalEntity,
    brand: Brand,
    date: date,
    source: str,
    source_id: int,
    description: str,
    postings: Sequence[NewPosting],
    posted_at: datetime,
) -> JournalEntry:
    """Post one entry; refuses postings that don't sum to zero (DomainError)."""
    new = NewEntry(legal_entity, brand, date, source, source_id, description, postings)
    return post_entries([new], posted_at=posted_at)[0]


def post_entries(entries: Sequence[NewEntry], *, posted_at: datetime) -> list[JournalEntry]:
    """Post many entries: one statement for the entries, one for all their postings."""
    for entry in entries:
        _refuse_unbalanced(entry)
    ledger_accounts = LedgerAccounts()
    with transaction.atomic():
        rows = JournalEntry.objects.bulk_create(
            JournalEntry(
                legal_entity=entry.legal_entity,
                brand=entry.brand,
                date=entry.date,
                source=entry.source,
                source_id=entry.source_id,
                description=entry.description[:200],
                posted_at=posted_at,
            )
            for entry in entries
        )
        # A list, since nothing else may be asked of the connection while COPY is under way.
        _insert_postings(
            [
                (row.pk, ledger_accounts.find(entry.legal_entity, posting), posting)
                for row, entry in zip(rows, entries, strict=True)
                for posting in entry.postings
            ]
        )
    return rows


class LedgerAccounts:
    """Finds ledger accounts by legal entity, kind and code, and opens those that are missing."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, str, str], int] = {}

    def find(self, legal_entity: LegalEntity, posting: NewPosting) -> int:
        """The ledger account's id for this posting."""
        kind = LedgerAccount.Kind(posting.kind)
        usual_code, name = CHART[kind]
        code = posting.code or usual_code
        key = (legal_entity.pk, kind, code)
        if key not in self._found:
            account, _ = LedgerAccount.objects.get_or_create(
                legal_entity=legal_entity, code=code, defaults={"kind": kind, "name": name}
            )
            if account.kind != kind:
                raise DomainError(
                    f"Ledger account {code} of {legal_entity} is for {account.get_kind_display()}, "
                    f"not for {kind.label}; give the product another revenue account."
                )
            self._found[key] = account.pk
        return self._found[key]


def _refuse_unbalanced(entry: NewEntry) -> None:
    sums: dict[str, Decimal] = {}
    for posting in entry.postings:
        sums[posting.currency] = sums.get(posting.currency, Decimal(0)) + posting.amount
    if any(sums.values()):
        raise DomainError(f"{entry.source} {entry.source_id} does not balance: {sums}")


def _insert_postings(rows: Sequence[tuple[int, int, NewPosting]]) -> None:
    """COPY is one statement, so the balance trigger sees every entry whole."""
    table = Posting._meta.db_table
    with (
        connection.cursor() as cursor,
        cursor.copy(
            f"COPY {table} (entry_id, ledger_account_id, account_id, amount, currency) FROM STDIN"
        ) as copy,
    ):
        for entry_id, ledger_account_id, posting in rows:
            copy.write_row(
                (
                    entry_id,
                    ledger_account_id,
                    posting.account_id,
                    posting.amount,
                    posting.currency,
                )
            )

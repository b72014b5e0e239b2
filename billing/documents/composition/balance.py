"""From the previous balance to what is to pay, out of the books and as they stood at issue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.invoicing.models import Invoice
from billing.ledger.models import LedgerAccount, Posting

ZERO = Decimal(0)
INVOICE_SOURCES = ("invoice", "credit_note")
PAYMENT_SOURCE = "payment"  # and what begins like it: a payment taken back


@dataclass(frozen=True, slots=True)
class Movement:
    """A change of what the account owed: positive adds to the debt."""

    source: str
    date: date
    amount: Decimal

    @property
    def is_payment(self) -> bool:
        """Whether money came in, or went back."""
        return self.source.startswith(PAYMENT_SOURCE)


@dataclass(frozen=True, slots=True)
class Balance:
    """What the account owed before this invoice, exactly as posted until then.

    `previous` is the balance right after the bill before this one, of `previous_date`; `paid` and
    `other` (corrections, refunds) came between the two. `previous + paid + other` is `carried`.
    """

    previous: Decimal = ZERO
    previous_date: date | None = None
    paid: Decimal = ZERO
    paid_dates: tuple[date, ...] = ()
    other: Decimal = ZERO

    @property
    def carried(self) -> Decimal:
        """What was owed (or, if negative, to the account's credit) when this bill was made."""
        return self.previous + self.paid + self.other

    @property
    def has_history(self) -> bool:
        """Whether there is anything to tell."""
        return self.previous_date is not None or bool(self.paid or self.other)


def balance_before(invoice: Invoice) -> Balance:
    """The account's balance in the invoice's currency up to the invoice's own journal entry.

    Entries are taken in the order in which they were posted, so a payment that is imported later
    with an earlier date never changes what a document says.
    """
    postings = list(
        Posting.objects.filter(
            account_id=invoice.account_id,
            currency=invoice.currency,
            ledger_account__kind=LedgerAccount.Kind.RECEIVABLE,
        )
        .order_by("entry_id", "id")
        .values_list("entry__source", "entry__source_id", "entry__date", "amount")
    )
    movements: list[Movement] = []
    for source, source_id, day, amount in postings:
        if source in INVOICE_SOURCES and source_id == invoice.pk:
            break
        movements.append(Movement(source, day, amount))
    return balance_of(movements)


def balance_of(movements: Sequence[Movement]) -> Balance:
    """Split movements, in the order posted, at the last bill."""
    bills = [place for place, item in enumerate(movements) if item.source in INVOICE_SOURCES]
    cut = bills[-1] + 1 if bills else 0
    since = movements[cut:]
    payments = [item for item in since if item.is_payment]
    return Balance(
        previous=_sum(movements[:cut]),
        previous_date=movements[cut - 1].date if bills else None,
        paid=_sum(payments),
        paid_dates=tuple(sorted({item.date for item in payments})),
        other=_sum([item for item in since if not item.is_payment]),
    )


def _sum(movements: Sequence[Movement]) -> Decimal:
    return sum((item.amount for item in movements), ZERO)

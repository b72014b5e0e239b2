"""What a change does to the next invoice: the lines that come and those that go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.invoicing.live.running_bill import RunningBill
from billing.invoicing.models import InvoiceLine

_Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class ChangedBill:
    """The next invoice with a change and without it, if nothing more were used.

    `lines` are those that the change brings, `gone` those that it spares, both as the invoice of
    `bill_date` has them; totals include tax. `refusal` says why there is nothing to compare.
    """

    bill_date: date
    currency: str
    is_gross: bool
    lines: Sequence[InvoiceLine] = ()
    gone: Sequence[InvoiceLine] = ()
    total_before: Decimal = Decimal(0)
    total_after: Decimal = Decimal(0)
    refusal: str = ""

    @property
    def difference(self) -> Decimal:
        """By how much the next invoice changes, tax included."""
        return self.total_after - self.total_before


def changed_bill(before: RunningBill, after: RunningBill) -> ChangedBill:
    """Compare two running bills of one account and moment."""
    return ChangedBill(
        bill_date=after.bill_date,
        currency=after.currency,
        is_gross=after.is_gross,
        lines=_without(after.lines, before.lines),
        gone=_without(before.lines, after.lines),
        total_before=before.total,
        total_after=after.total,
        refusal=after.refusal or before.refusal,
    )


def _without(lines: Sequence[InvoiceLine], others: Sequence[InvoiceLine]) -> list[InvoiceLine]:
    known = Counter(_key(line) for line in others)
    left = []
    for line in lines:
        if known[_key(line)]:
            known[_key(line)] -= 1
        else:
            left.append(line)
    return left


def _key(line: InvoiceLine) -> _Key:
    return (
        line.subscription_id,
        line.kind,
        line.segment,
        line.charge_code,
        line.description,
        line.period_start,
        line.period_end,
        line.amount,
    )

"""Set invoices off against their opposites: openings taken back, and what credit notes correct."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from billing.invoicing.models import OpenItem
from billing.invoicing.services.settle_open_item import settle_many
from payments.models import Allocation


def close_taken_back(pairs: Sequence[tuple[int, int]], *, at: datetime) -> list[Allocation]:
    """Allocate the negative one of each pair of invoices to the positive one, in full.

    The caller holds the locks of their accounts; both are open with the same amount.
    """
    ids = [pk for pair in pairs for pk in pair]
    items = {item.invoice_id: item for item in OpenItem.objects.filter(invoice__in=ids)}
    settled: dict[int, Decimal] = {}
    allocations: list[Allocation] = []
    for pair in pairs:
        credit, debt = sorted((items[pk] for pk in pair), key=lambda item: item.open_amount)
        amount = debt.open_amount
        settled[credit.pk] = settled[debt.pk] = amount
        allocations.append(
            Allocation(
                credit_note_id=credit.invoice_id,
                invoice_id=debt.invoice_id,
                amount=amount,
                allocated_at=at,
            )
        )
    settle_many(settled)
    return Allocation.objects.bulk_create(allocations, batch_size=5000)


def set_off_corrections(pairs: Sequence[tuple[int, int]], *, at: datetime) -> list[Allocation]:
    """Lower what is open on each invoice by the credit note that corrects it, as far as both go.

    `pairs` are (credit note, invoice). The caller holds the locks of their accounts.
    """
    ids = [pk for pair in pairs for pk in pair]
    items = {item.invoice_id: item for item in OpenItem.objects.filter(invoice__in=ids)}
    allocations: list[Allocation] = []
    for note_id, invoice_id in pairs:
        note, debt = items[note_id], items[invoice_id]
        amount = min(-note.open_amount, debt.open_amount)
        if amount <= 0:
            continue
        settle_many({note.pk: amount, debt.pk: amount})
        note.open_amount += amount
        debt.open_amount -= amount
        allocations.append(
            Allocation(
                credit_note_id=note_id, invoice_id=invoice_id, amount=amount, allocated_at=at
            )
        )
    return Allocation.objects.bulk_create(allocations)

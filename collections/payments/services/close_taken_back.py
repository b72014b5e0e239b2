"""Close opening invoices that were taken back: each against its opposite."""

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

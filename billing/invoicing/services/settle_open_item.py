"""Settle what is open on invoices: never more than is open, never below nothing."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction

from billing.invoicing.models import OpenItem
from core.errors import DomainError
from core.money import round_money


def settle(open_item_id: int, amount: Decimal) -> OpenItem:
    """Take `amount` (positive, in the item's currency) off what is open; returns the item.

    Of a credit note, whose open amount is negative, it takes away towards zero: −80.00 less 30.00
    leaves −50.00. The row is locked; whoever also needs the account locks that first. Raises
    DomainError when less is open than `amount`.
    """
    return settle_many({open_item_id: amount})[open_item_id]


def settle_many(amounts: Mapping[int, Decimal]) -> dict[int, OpenItem]:
    """Settle several open items (id → amount) at once or not at all, locked in id order."""
    with transaction.atomic():
        rows = OpenItem.objects.filter(pk__in=amounts).select_for_update(no_key=True)
        items = {item.pk: item for item in rows.order_by("pk")}
        for pk, amount in amounts.items():
            if pk not in items:
                raise DomainError(f"There is no open item {pk}.")
            _take(items[pk], amount)
        OpenItem.objects.bulk_update(items.values(), ["open_amount"], batch_size=1000)
    return items


def _take(item: OpenItem, amount: Decimal) -> None:
    if amount <= 0:
        raise DomainError(f"Only a positive amount settles an invoice, not {amount}.")
    if round_money(amount, item.currency) != amount:
        raise DomainError(f"{amount} has more decimals than {item.currency}.")
    if amount > abs(item.open_amount):
        raise DomainError(
            f"{amount} {item.currency} is more than the {item.open_amount} {item.currency} "
            f"that are open on invoice {item.invoice_id}."
        )
    item.open_amount -= amount if item.open_amount > 0 else -amount

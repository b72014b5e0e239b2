"""Use an account's money for what it owes: the one rule by which money pays invoices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from billing.invoicing.models import OpenItem
from billing.invoicing.services.settle_open_item import settle_many
from payments.models import Allocation, Payment
from payments.oldest_first import pay_oldest_first
from payments.services.lock_accounts import lock_accounts

# A payment with money left, or what is open on a credit note.
Credit = Payment | OpenItem


def apply_credit(account_ids: Collection[int], *, at: datetime) -> list[Allocation]:
    """Pay what these accounts owe, oldest due first, with the credit they have.

    Credit is what credit notes left (used first, so that money stays money) and what payments
    left, oldest first. What can't be used stays as account credit. Called when money comes in,
    when a payment is assigned and when invoices are issued, always under the accounts' locks.
    Source: rules 5 and 6, "account credit is used before money is asked for".
    """
    with transaction.atomic():
        lock_accounts(account_ids)
        owed: dict[int, list[OpenItem]] = defaultdict(list)
        for item in _open_items(account_ids, owed=True):
            owed[item.account_id].append(item)
        money: dict[int, list[Credit]] = defaultdict(list)
        for note in _open_items(account_ids, owed=False):
            money[note.account_id].append(note)
        for payment in _payments(account_ids):
            assert payment.account_id is not None
            money[payment.account_id].append(payment)
        pairs = [
            pair
            for account_id, pieces in money.items()
            for pair in pay_oldest_first(
                ((piece, _left(piece)) for piece in pieces),
                ((item, item.open_amount) for item in owed[account_id]),
            )
        ]
        return _allocate(pairs, at)


def _open_items(account_ids: Collection[int], *, owed: bool) -> list[OpenItem]:
    sign = {"open_amount__gt": 0} if owed else {"open_amount__lt": 0}
    items = OpenItem.objects.filter(account__in=account_ids, **sign)
    return list(items.order_by("due_date", "id").select_for_update(no_key=True))


def _payments(account_ids: Collection[int]) -> list[Payment]:
    payments = Payment.objects.filter(account__in=account_ids, unallocated__gt=0)
    return list(payments.order_by("paid_on", "id").select_for_update(no_key=True))


def _left(credit: Credit) -> Decimal:
    return credit.unallocated if isinstance(credit, Payment) else -credit.open_amount


def _allocate(pairs: Iterable[tuple[Credit, OpenItem, Decimal]], at: datetime) -> list[Allocation]:
    settled: dict[int, Decimal] = defaultdict(Decimal)
    used: dict[int, Payment] = {}
    allocations: list[Allocation] = []
    for credit, debt, amount in pairs:
        allocation = Allocation(invoice_id=debt.invoice_id, amount=amount, allocated_at=at)
        settled[debt.pk] += amount
        if isinstance(credit, Payment):
            allocation.payment = credit
            credit.unallocated -= amount
            used[credit.pk] = credit
        else:
            allocation.credit_note_id = credit.invoice_id
            settled[credit.pk] += amount
        allocations.append(allocation)
    if allocations:
        settle_many(settled)
        Payment.objects.bulk_update(used.values(), ["unallocated"], batch_size=1000)
        Allocation.objects.bulk_create(allocations, batch_size=5000)
    return allocations

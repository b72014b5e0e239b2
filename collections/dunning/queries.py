"""Who is late with what: open items past their due date, by account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal

from billing.invoicing.models import OpenItem
from core.models import Brand
from dunning.models import DunningAction
from dunning.policy import REMINDER, reminded_from


def late_items(brand: Brand, as_of: date) -> dict[int, list[OpenItem]]:
    """By account, the open items of the brand whose due date has passed, oldest due first."""
    items = OpenItem.objects.filter(
        account__brand=brand, open_amount__gt=0, due_date__lt=as_of
    ).order_by("account__number", "due_date", "id")
    by_account: dict[int, list[OpenItem]] = defaultdict(list)
    for item in items:
        by_account[item.account_id].append(item)
    return dict(by_account)


def late_items_of(account_id: int, as_of: date) -> list[OpenItem]:
    """The account's open items whose due date has passed, with their invoices, oldest first."""
    items = OpenItem.objects.filter(account=account_id, open_amount__gt=0, due_date__lt=as_of)
    return list(items.select_related("invoice__legal_entity").order_by("due_date", "id"))


def overdue_items(items: Iterable[OpenItem], as_of: date, days_after_due: int) -> list[OpenItem]:
    """Those of the late items of which the account may be reminded on `as_of`."""
    return [item for item in items if reminded_from(item.due_date, days_after_due) <= as_of]


def open_sum(items: Iterable[OpenItem]) -> Decimal:
    """What is open on all of these, which share a currency."""
    return sum((item.open_amount for item in items), Decimal(0))


def reminders_of(invoice_ids: Collection[int]) -> dict[int, DunningAction]:
    """The reminders that were decided for these invoices, with their messages."""
    actions = DunningAction.objects.filter(invoice__in=invoice_ids, step=REMINDER)
    return {action.invoice_id: action for action in actions.select_related("message")}

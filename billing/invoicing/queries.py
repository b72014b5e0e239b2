"""Questions about bill runs and invoices."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import QuerySet

from accounts.models.people import Account
from billing.invoicing.models import InvoiceLine
from billing.usage.any_of import any_of
from core.models.organisation import Brand
from core.periods import anchor_date


def accounts_due(brand: Brand, bill_date: date) -> QuerySet[Account]:
    """The brand's accounts whose bill day falls on `bill_date`, opened by then.

    Bill days 29–31 fall on the last day of short months.
    """
    days = [
        day
        for day in range(1, 32)
        if anchor_date(bill_date.year, bill_date.month, day) == bill_date
    ]
    return (
        Account.objects.filter(brand=brand, bill_day__in=days, opened_on__lte=bill_date)
        .select_related("parent")
        .order_by("number")
    )


def bill_dates_in(brand: Brand, month: date) -> list[date]:
    """The dates of that month (given by any of its days) on which the brand has a bill day."""
    days = Account.objects.filter(brand=brand).values_list("bill_day", flat=True).distinct()
    return sorted({anchor_date(month.year, month.month, day) for day in days})


def bills_with_usage(keys: Collection[tuple[int, date, date]], **_: Any) -> list[str]:
    """The invoices on which usage of these keys stands: subscription, usage period and origin.

    Also those that were credited since, and drafts.
    """
    lines = InvoiceLine.objects.filter(
        any_of("subscription_id", {subscription for subscription, _, _ in keys}),
        kind=InvoiceLine.Kind.USAGE,
    ).values_list(
        "subscription_id",
        "usage_period",
        "usage_origin",
        "invoice__number",
        "invoice__account__number",
    )
    wanted = set(keys)
    return sorted(
        {
            f"invoice {number}" if number else f"a draft invoice of account {account}"
            for *key, number, account in lines.iterator()
            if tuple(key) in wanted
        }
    )

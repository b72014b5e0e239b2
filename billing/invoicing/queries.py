"""Questions about bill runs and invoices."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from accounts.models.people import Account
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

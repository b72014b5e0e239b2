"""On which bill dates an account gets an invoice: each month's, or each so many months'."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from django.db.models import Min

from accounts.models.people import Account
from billing.usage.models import UsagePeriod, UsageSummary
from core.periods import Period, period_containing


def first_usage(account_ids: Collection[int]) -> dict[int, date]:
    """The start of the first usage period in which each account used something, where it did."""
    return dict(
        UsageSummary.objects.filter(account__in=account_ids)
        .values_list("account_id")
        .annotate(first=Min("period_start"))
    )


def first_periods(accounts: Sequence[Account]) -> dict[int, date]:
    """The start of each account's first usage period; what is closed already tells it, else the day
    it was opened or first used something. From there its invoice periods count."""
    ids = [account.pk for account in accounts]
    closed = dict(
        UsagePeriod.objects.filter(account__in=ids)
        .values_list("account_id")
        .annotate(first=Min("start"))
    )
    used = first_usage([pk for pk in ids if pk not in closed])
    return {
        account.pk: period_containing(
            closed.get(account.pk) or min(account.opened_on, used.get(account.pk, date.max)),
            account.bill_day,
        ).start
        for account in accounts
    }


def invoice_period(account: Account, first: date, day: date) -> Period:
    """The invoice period in which `day` lies; `first` is the start of the first usage period."""
    return period_containing(day, account.bill_day, account.invoice_months, first)


def not_due(accounts: Sequence[Account], bill_date: date) -> dict[int, date]:
    """The accounts that get no invoice on `bill_date`, one of their bill days, with the next date
    on which they do."""
    several = [account for account in accounts if account.invoice_months > 1]
    if not several:
        return {}
    firsts = first_periods(several)
    found = {}
    for account in several:
        period = invoice_period(account, firsts[account.pk], bill_date)
        # The day on which the first period begins bills nothing that was used: fees in advance.
        if period.start != bill_date:
            found[account.pk] = period.end
    return found

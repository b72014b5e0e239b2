"""Stored records are taken back: sums, allowances and common prices as if they had never come."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import F, Q
from numpy.typing import NDArray

from billing.usage.allowances.balances import Pair
from billing.usage.allowances.models import AllowanceBalance
from billing.usage.allowances.records import delete_records
from billing.usage.allowances.settling import Settlement, UsageTerms, account_periods
from billing.usage.allowances.usage_rows import as_rows, no_rows
from billing.usage.any_of import any_of
from billing.usage.models import UsageSummary
from billing.usage.own_ids import OwnIds
from billing.usage.price_tables import PriceTables
from core.models import Brand

Columns = dict[str, NDArray[Any]]

# So many records are let go, and their accounts' periods let in again, at a time.
RECORDS_AT_ONCE = 200_000

_EMPTY_SUMMARIES = """
    DELETE FROM billing_usagesummary summary USING accounts_account account
    WHERE account.id = summary.account_id AND account.id = ANY(%s) AND summary.records = 0
      AND summary.period_start >= coalesce(account.usage_closed_until, '-infinity')
"""
_EMPTY_DAYS = """
    DELETE FROM billing_dailyusage daily
    USING accounts_subscription subscription
    JOIN accounts_account account ON account.id = subscription.account_id
    WHERE subscription.id = daily.subscription_id AND account.id = ANY(%s)
      AND daily.period_start >= coalesce(account.usage_closed_until, '-infinity')
      AND NOT EXISTS (
          SELECT FROM billing_usagesummary summary
          WHERE (summary.subscription_id, summary.period_start, summary.origin_start,
                 summary.usage_type) = (daily.subscription_id, daily.period_start,
                                        daily.origin_start, daily.usage_type)
      )
"""
_EMPTY_COUNTERS = """
    DELETE FROM billing_cumulativeusage counted
    USING accounts_subscription subscription
    JOIN accounts_account account ON account.id = subscription.account_id
    WHERE subscription.id = counted.subscription_id AND account.id = ANY(%s)
      AND counted.units = 0
      AND counted.origin_start >= coalesce(account.usage_closed_until, '-infinity')
      AND NOT EXISTS (
          SELECT FROM billing_usagesummary summary
          WHERE summary.subscription_id = counted.subscription_id
            AND summary.origin_start = counted.origin_start
            AND summary.period_start = counted.origin_start
            AND summary.plan_version_id = counted.plan_version_id
            AND summary.category_id = counted.category_id
            AND summary.usage_type = counted.usage_type
      )
"""


def take_records_back(brand: Brand, columns: Columns, tables: PriceTables) -> int:
    """Delete these records of open usage periods, and let what is left of these periods use its
    allowances anew; how many other records cost something else now.

    `columns` are as `records` loads them. The caller holds the locks of their accounts.
    """
    usage_terms = UsageTerms(brand)
    changed = 0
    for rows in _by_account(columns):
        part = {name: column[rows] for name, column in columns.items()}
        changed += _take_back(usage_terms, part, tables)
    return changed


def _by_account(columns: Columns) -> Iterator[NDArray[np.int64]]:
    """The records, all of an account together, so many at a time."""
    order = np.argsort(columns["account_id"], kind="stable")
    accounts = columns["account_id"][order]
    start = 0
    while start < len(order):
        end = min(start + RECORDS_AT_ONCE, len(order))
        end = int(np.searchsorted(accounts, accounts[end - 1], side="right"))
        yield order[start:end]
        start = end


def _take_back(usage_terms: UsageTerms, columns: Columns, tables: PriceTables) -> int:
    ids = np.unique(columns["account_id"]).tolist()
    accounts = account_periods(ids)
    # Their places among those of one moment are read from their lines while they are there.
    settlement = Settlement(usage_terms, tables, OwnIds())
    rows = as_rows(columns, tables, usage_terms.terms)
    delete_records(columns)
    settlement.take_back(rows)
    used = _used_pairs(ids)
    stored = _stored_pairs(ids)
    again = {pair for pair in stored | used if not accounts[pair[0]].is_closed(pair[1])}
    again -= _close_unused(again - used)
    nothing = no_rows()
    settlement.consume(nothing, accounts.values(), also=again, anew=again)
    changed = settlement.finish(nothing.columns)
    forget_empty_sums(ids)
    return changed


def forget_empty_sums(account_ids: Collection[int]) -> None:
    """Delete the sums of these accounts' open usage periods in which nothing is left."""
    with connection.cursor() as cursor:
        for statement in (_EMPTY_SUMMARIES, _EMPTY_COUNTERS, _EMPTY_DAYS):
            cursor.execute(statement, [list(account_ids)])


def _used_pairs(account_ids: Collection[int]) -> set[Pair]:
    """The usage periods in which something started that is still there."""
    used = UsageSummary.objects.filter(
        any_of("account_id", account_ids), records__gt=0, period_start=F("origin_start")
    )
    return set(used.values_list("account_id", "origin_start"))


def _stored_pairs(account_ids: Collection[int]) -> set[Pair]:
    stored = AllowanceBalance.objects.filter(any_of("account_id", account_ids))
    return set(stored.values_list("account_id", "period_start"))


def _close_unused(unused: Collection[Pair]) -> set[Pair]:
    """Take away the grants of these open periods without usage: the first record opens them again.

    Where something was carried they stay: other periods say what went on, or came. Returns the
    periods that have none any more.
    """
    balances = AllowanceBalance.objects.filter(any_of("account_id", {pair[0] for pair in unused}))
    carrying = balances.filter(Q(granted__lt=F("period_start")) | Q(carried__isnull=False))
    kept = set(carrying.values_list("account_id", flat=True))
    gone = {pair for pair in unused if pair[0] not in kept}
    for start in {start for _, start in gone}:
        of_start = [account for account, its in gone if its == start]
        balances.filter(any_of("account_id", of_start), period_start=start).delete()
    return gone

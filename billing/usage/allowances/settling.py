"""From priced records to what is charged: allowances, cumulative prices, all in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
from django.db.models import F
from numpy.typing import NDArray

from billing.usage.allowances.balances import Pair
from billing.usage.allowances.consuming import Consumption
from billing.usage.allowances.cumulating import AmountChange, Cumulation
from billing.usage.allowances.models import AllowanceBalance
from billing.usage.allowances.periods import AccountPeriods, Grants
from billing.usage.allowances.records import rewrite_records
from billing.usage.allowances.terms import BrandTerms
from billing.usage.allowances.usage_rows import CONSUMED, UsageRows, no_rows
from billing.usage.any_of import any_of
from billing.usage.fetching import rows_by
from billing.usage.local_days import epoch_day
from billing.usage.models import UsageRecord, UsageSummary
from billing.usage.own_ids import OwnIds
from billing.usage.price_tables import PriceTables
from billing.usage.services.store_usage import add_to_summaries
from core.models import Brand

Columns = dict[str, NDArray[Any]]
Integers = NDArray[np.int64]

_ACCOUNTS = """
    SELECT id, bill_day, currency, usage_closed_until FROM accounts_account
    WHERE id = ANY(%s::bigint[])
"""
_FIGURES = ("quantity", "billed", "covered", "paid", "amount", "cost")


class UsageTerms:
    """A brand's allowances and cumulative prices, and who names them: looked up once for many
    batches."""

    def __init__(self, brand: Brand, terms: BrandTerms | None = None) -> None:
        """`terms` are those of the brand, where they are known."""
        self.terms = terms or BrandTerms(brand)
        self.grants = Grants(self.terms)

    @property
    def is_empty(self) -> bool:
        """Whether the brand has neither, so that records cost what their decks say."""
        return self.terms.is_empty


def account_periods(account_ids: Collection[int]) -> dict[int, AccountPeriods]:
    """What decides the usage periods of these accounts, which are locked."""
    return {row[0]: AccountPeriods(*row) for row in rows_by(_ACCOUNTS, account_ids)}


class Settlement:
    """One batch of records on its way from its prices to its charges.

    The caller holds the locks of all accounts. `consume` sets what new rows cost; the caller
    stores them; `finish` writes what changed of others, and the summaries.
    """

    def __init__(
        self, usage_terms: UsageTerms, tables: PriceTables, own_ids: OwnIds | None = None
    ) -> None:
        self._terms = usage_terms.terms
        self._grants = usage_terms.grants
        self._tables = tables
        self._own_ids = own_ids or OwnIds()
        self._cumulation = Cumulation(self._terms, tables, self._own_ids)
        self._replayed: list[tuple[UsageRows, Integers, Columns]] = []
        # Pairs of account and subscription whose stored records cost something else now.
        self.repriced: set[tuple[int, int]] = set()

    def consume(
        self,
        rows: UsageRows,
        accounts: Iterable[AccountPeriods],
        *,
        also: Iterable[Pair] = (),
        anew: Iterable[Pair] = (),
        returned: UsageRows | None = None,
    ) -> None:
        """Let the rows use allowances; see `Consumption.run`."""
        counted = rows.charges > 0
        rows.columns["flags"][counted] |= int(UsageRecord.Flag.CUMULATIVE)
        # Its own price is none, so neither is its margin.
        rows.columns["flags"][counted] &= ~int(UsageRecord.Flag.LOW_MARGIN)
        rows.columns["amount"][counted] = 0
        if self._terms.plans_with_allowances:
            consumption = Consumption(self._grants, self._tables, accounts, self._own_ids)
            consumption.run(rows, also=also, anew=anew, returned=returned)
            self._replayed = consumption.replayed

    def count(self, rows: UsageRows) -> None:
        """Count what cumulative prices count of the rows; late ones get their price."""
        self._cumulation.price_late(rows)
        self._cumulation.count(rows)

    def take_back(self, rows: UsageRows) -> None:
        """Let stored records go, which are deleted already: their sums and counted units.

        What they took of allowances their periods give anew: let these in with `anew`.
        """
        if not len(rows):
            return
        columns = rows.columns
        minus = {name: -columns[name] for name in _FIGURES}
        negative = columns | minus | {"records": np.full(len(rows), -1)}
        add_to_summaries(negative, self._terms.zone)
        self._cumulation.count(replace(rows, columns=negative, targets={}))

    def replayed_figures(self, key: bytes, start: int) -> dict[str, int] | None:
        """What a stored record costs now, if it was let in again."""
        for rows, some, _ in self._replayed:
            starts = rows.columns["start_at"]
            for row in some[starts[some] == start].tolist():
                if rows.columns["key"][row].tobytes() == key:
                    return {name: int(rows.columns[name][row]) for name in CONSUMED}
        return None

    def finish(self, columns: Columns) -> int:
        """Write the stored records that changed, and the sums of all; how many changed."""
        changed = 0
        if len(columns["start_at"]):
            add_to_summaries(columns, self._terms.zone)
        for rows, some, before in self._replayed:
            changed += self._rewrite(rows, some, before)
        changes = self._cumulation.settle()
        if changes:
            add_to_summaries(_columns_of(changes), self._terms.zone)
        return changed

    def _rewrite(self, rows: UsageRows, some: Integers, before: Columns) -> int:
        differs = np.zeros(len(some), np.bool_)
        for name in CONSUMED:
            differs |= rows.columns[name][some] != before[name]
        moved = np.flatnonzero(differs)
        if not len(moved):
            return 0
        rewrite_records(rows.columns, some[moved])
        changed = rows.taken(some[moved])
        names = ("account_id", "subscription_id")
        self.repriced |= set(zip(*(changed.columns[name].tolist() for name in names), strict=True))
        self._cumulation.count(changed, minus_covered=before["covered"][moved])
        by = {
            name: changed.columns[name] - before[name][moved]
            for name in ("amount", "covered", "paid")
        }
        add_to_summaries(changed.columns | by | _no_more(len(moved)), self._terms.zone)
        return len(moved)


def _no_more(count: int, also: tuple[str, ...] = ()) -> Columns:
    """Summaries whose records stay the same."""
    nothing = np.zeros(count, np.int64)
    return dict.fromkeys(("records", "quantity", "billed", "cost", *also), nothing)


def _columns_of(changes: Collection[AmountChange]) -> Columns:
    def column(values: Iterable[int]) -> Integers:
        return np.fromiter(values, np.int64)

    starts = column(epoch_day(change.series.origin) for change in changes)
    return {
        "account_id": column(change.account for change in changes),
        "subscription_id": column(change.series.subscription for change in changes),
        "period_start": starts,
        "origin_start": starts,
        "category_id": column(change.counter.category for change in changes),
        "plan_version_id": column(change.series.version for change in changes),
        "usage_type": column(change.counter.usage_type for change in changes),
        "amount": column(change.amount for change in changes),
    } | _no_more(len(changes), also=("covered", "paid"))


def settle_accounts(
    brand: Brand, account_ids: Collection[int], *, until: date, anew: bool = False
) -> int:
    """Bring the allowances of open usage periods that begin before `until` up to date.

    Masters may have changed since the last record came: what records took is taken anew where
    that matters, and with `anew` everywhere. The caller holds the accounts' locks. Returns how
    many records changed.
    """
    usage_terms = UsageTerms(brand)
    if not usage_terms.terms.plans_with_allowances or not account_ids:
        return 0
    accounts = account_periods(account_ids)
    stored = AllowanceBalance.objects.filter(
        any_of("account_id", account_ids), period_start__lt=until
    )
    used = UsageSummary.objects.filter(
        any_of("account_id", account_ids), origin_start__lt=until, period_start=F("origin_start")
    )
    pairs = {
        *stored.values_list("account_id", "period_start"),
        *used.values_list("account_id", "origin_start"),
    }
    still_open = {pair for pair in pairs if not accounts[pair[0]].is_closed(pair[1])}
    settlement = Settlement(usage_terms, PriceTables())
    rows = no_rows()
    settlement.consume(rows, accounts.values(), also=still_open, anew=still_open if anew else ())
    return settlement.finish(rows.columns)

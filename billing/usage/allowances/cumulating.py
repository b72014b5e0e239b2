"""Cumulative prices: units that usage periods count, and what they cost together.

A series is what one charge counts of a subscription in a usage period, under one plan version.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from billing.rating.cumulative import CumulativePrice, late_price, period_total, record_shares
from billing.usage.allowances.canonical import in_canonical_order
from billing.usage.allowances.models import CumulativeUsage
from billing.usage.allowances.terms import BrandTerms
from billing.usage.allowances.usage_rows import UsageRows, load_usage
from billing.usage.any_of import any_of
from billing.usage.local_days import day_of
from billing.usage.models import UsageRecord
from billing.usage.own_ids import OwnIds
from billing.usage.price_tables import PriceTables

Integers = NDArray[np.int64]
_LATE = UsageRecord.Flag.LATE


class Series(NamedTuple):
    """What is priced together; `origin` is the start of the usage period."""

    subscription: int
    origin: date
    version: int
    charge: int


class Counter(NamedTuple):
    """The part of a series that one summary shows."""

    category: int
    usage_type: int


@dataclass(frozen=True, slots=True)
class AmountChange:
    """By how much the amount of one part of a series changed, in millionths."""

    account: int
    series: Series
    counter: Counter
    amount: int


_STORE = """
    INSERT INTO billing_cumulativeusage AS counted (
        subscription_id, origin_start, plan_version_id, charge_id, category_id, usage_type,
        units, amount
    )
    SELECT * FROM unnest(
        %s::bigint[], %s::date[], %s::bigint[], %s::bigint[], %s::bigint[], %s::smallint[],
        %s::bigint[], %s::bigint[]
    )
    ON CONFLICT (
        subscription_id, origin_start, plan_version_id, charge_id, category_id, usage_type
    ) DO UPDATE SET units = excluded.units, amount = excluded.amount
"""


class Cumulation:
    """One batch's way into the cumulative prices of its subscriptions."""

    def __init__(self, terms: BrandTerms, tables: PriceTables, own_ids: OwnIds) -> None:
        self._own_ids = own_ids
        self._terms = terms
        self._tables = tables
        self._units: dict[tuple[Series, Counter], int] = defaultdict(int)
        self._accounts: dict[int, int] = {}

    def count(self, rows: UsageRows, *, minus_covered: Integers | None = None) -> None:
        """Count the uncovered units of records that are on time.

        With `minus_covered` the records were counted before, with so many units covered.
        """
        columns = rows.columns
        units = columns["billed"] - columns["covered"]
        if minus_covered is not None:
            units = minus_covered - columns["covered"]
        on_time = (columns["flags"] & _LATE) == 0
        some = np.flatnonzero((rows.charges > 0) & on_time & (units != 0))
        for series, counter, account, size in self._keys(rows, some, units):
            self._units[series, counter] += size
            self._accounts[series.subscription] = account

    def price_late(self, rows: UsageRows) -> None:
        """Late records cost the difference that they make to the total of their own period."""
        columns = rows.columns
        late = (columns["flags"] & _LATE) > 0
        units = columns["billed"] - columns["covered"]
        some = np.flatnonzero((rows.charges > 0) & late)
        if not len(some):
            return
        some = some[np.argsort(columns["line_number"][some], kind="stable")]
        found = list(self._keys(rows, some, units))
        counted = self._counted({series for series, _, _, _ in found})
        for row, (series, _, _, size) in zip(some.tolist(), found, strict=True):
            price = self.price(series)
            columns["amount"][row] = late_price(price, counted[series], size)
            counted[series] += size

    def settle(self) -> list[AmountChange]:
        """Price what was counted, and store it; what changed the summaries' amounts."""
        if not self._units:
            return []
        touched = {series for series, _ in self._units}
        known = self._stored(touched)
        units = {key: figures[0] for key, figures in known.items()}
        for key, more in self._units.items():
            units[key] = units.get(key, 0) + more
        parts: dict[Series, list[Counter]] = defaultdict(list)
        for series, counter in units:
            parts[series].append(counter)
        amounts = self._amounts(parts, units)
        changes = [
            AmountChange(self._accounts[series.subscription], series, counter, amount - before)
            for (series, counter), amount in amounts.items()
            if amount != (before := known.get((series, counter), (0, 0))[1])
        ]
        self._store(units, amounts)
        return changes

    def members(self, rows: UsageRows, at: int) -> tuple[Series, Integers]:
        """The series in which a row counts, and its rows on time in the order of their shares."""
        on_time = (rows.columns["flags"] & _LATE) == 0
        some = np.flatnonzero((rows.charges > 0) & on_time)
        units = rows.columns["billed"]
        [(wanted, _, _, _)] = self._keys(rows, np.array([at], np.int64), units)
        series = [found for found, _, _, _ in self._keys(rows, some, units)]
        same = np.array([found == wanted for found in series], np.bool_)
        order = self._in_order(rows)
        return wanted, order[np.isin(order, some[same])]

    def _amounts(
        self, parts: dict[Series, list[Counter]], units: dict[tuple[Series, Counter], int]
    ) -> dict[tuple[Series, Counter], int]:
        """What each part costs: a series of several is shared out by its records."""
        amounts: dict[tuple[Series, Counter], int] = {}
        shared: list[Series] = []
        for series, counters in parts.items():
            if len(counters) == 1:
                key = (series, counters[0])
                amounts[key] = period_total(self.price(series), units[key])
            else:
                shared.append(series)
                amounts |= {(series, counter): 0 for counter in counters}
        for series, counter, share in self._shares(shared):
            amounts[series, counter] += share
        return amounts

    def _shares(self, wanted: Collection[Series]) -> Iterable[tuple[Series, Counter, int]]:
        """Each stored record's share of these series, which are stored already."""
        pairs = {(self._accounts[series.subscription], series.origin) for series in wanted}
        if not pairs:
            return
        rows = load_usage(pairs, self._tables, self._terms)
        columns = rows.columns
        rows = rows.taken(np.flatnonzero((rows.charges > 0) & ((columns["flags"] & _LATE) == 0)))
        columns = rows.columns
        order = self._in_order(rows)
        units = columns["billed"] - columns["covered"]
        by_series: dict[Series, list[tuple[Counter, int]]] = defaultdict(list)
        for series, counter, _, size in self._keys(rows, order, units):
            by_series[series].append((counter, size))
        for series in wanted:
            counted = by_series[series]
            shares = record_shares(self.price(series), [size for _, size in counted])
            for (counter, _), share in zip(counted, shares, strict=True):
                yield series, counter, share

    def _in_order(self, rows: UsageRows) -> Integers:
        """Canonical, and each correction right after its record."""
        reversing = np.flatnonzero(rows.corrects >= 0)
        records = rows.corrects[reversing]
        order = in_canonical_order(rows, self._own_ids)
        place = np.empty(len(order), np.int64)
        place[order] = 2 * np.arange(len(order))
        place[reversing] = place[records] + 1
        return np.argsort(place, kind="stable")

    def _counted(self, wanted: Collection[Series]) -> dict[Series, int]:
        """The units that series count, with the late ones that came before."""
        counted = dict.fromkeys(wanted, 0)
        for (series, _), (units, _) in self._stored(wanted).items():
            counted[series] += units
        pairs = {(self._accounts[series.subscription], series.origin) for series in wanted}
        rows = load_usage(pairs, self._tables, self._terms)
        columns = rows.columns
        late = np.flatnonzero((rows.charges > 0) & ((columns["flags"] & _LATE) > 0))
        for series, _, _, size in self._keys(rows, late, columns["billed"] - columns["covered"]):
            if series in counted:
                counted[series] += size
        return counted

    def _stored(self, wanted: Collection[Series]) -> dict[tuple[Series, Counter], tuple[int, int]]:
        """Units and amounts of these series, by part."""
        rows = CumulativeUsage.objects.filter(
            any_of("subscription_id", {series.subscription for series in wanted}),
            origin_start__in={series.origin for series in wanted},
        ).values_list(
            "subscription_id",
            "origin_start",
            "plan_version_id",
            "charge_id",
            "category_id",
            "usage_type",
            "units",
            "amount",
        )
        found = {}
        for subscription, origin, version, charge, category, usage_type, units, amount in rows:
            series = Series(subscription, origin, version, charge)
            if series in wanted:
                found[series, Counter(category, usage_type)] = (units, amount)
        return found

    def _store(
        self,
        units: dict[tuple[Series, Counter], int],
        amounts: dict[tuple[Series, Counter], int],
    ) -> None:
        rows = [
            (*series, *counter, units[series, counter], amounts[series, counter])
            for series, counter in sorted(amounts)
        ]
        with connection.cursor() as cursor:
            cursor.execute(_STORE, [list(column) for column in zip(*rows, strict=True)])

    def price(self, series: Series) -> CumulativePrice:
        """What the units of a series cost."""
        for charge in self._terms.cumulative_of(series.version):
            if charge.charge_id == series.charge:
                return charge.price
        raise LookupError(f"Plan version {series.version} has no charge {series.charge}.")

    def _keys(
        self, rows: UsageRows, some: Integers, units: Integers
    ) -> Iterable[tuple[Series, Counter, int, int]]:
        columns = rows.columns
        names = (
            "subscription_id",
            "origin_start",
            "plan_version_id",
            "category_id",
            "usage_type",
            "account_id",
        )
        lists = [columns[name][some].tolist() for name in names]
        figures = zip(*lists, rows.charges[some].tolist(), units[some].tolist(), strict=True)
        for subscription, origin, version, category, usage_type, account, charge, size in figures:
            self._accounts[subscription] = account
            yield (
                Series(subscription, day_of(origin), version, charge),
                Counter(category, usage_type),
                account,
                size,
            )

"""What records of closed usage periods would have cost at today's prices, allowances and all.

All of a period is let in again in canonical order: a money allowance that pays less for one call
may pay more for another. What went on into the next period stays there.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from billing.rating.allowances import consume_columns
from billing.rating.replays import reset_groups
from billing.usage.allowances.balances import (
    Pair,
    code_of,
    load_balances,
    pair_codes,
    pair_of,
    store_balances,
)
from billing.usage.allowances.canonical import in_canonical_order
from billing.usage.allowances.period_batch import Batch, UsagePeriodOfAccount
from billing.usage.allowances.periods import AccountPeriods
from billing.usage.allowances.settling import UsageTerms
from billing.usage.allowances.usage_rows import Columns, UsageRows, load_usage
from billing.usage.own_ids import OwnIds
from billing.usage.price_tables import PriceTables
from billing.usage.rerating.candidates import taken
from billing.usage.rerating.standing import standing

Integers = NDArray[np.int64]


@dataclass(slots=True, eq=False)
class Outcome:
    """Billed records that cost something else: as they are stored, and as they would be.

    `left` are the periods that can't be told: what their records took of allowances isn't what
    letting them in again gives. Nothing of them is in the rows.
    """

    stored: Columns
    rows: UsageRows
    left: set[Pair] = field(default_factory=set)


class ClosedPeriods:
    """Closed usage periods of some accounts, whose locks the caller holds."""

    def __init__(
        self, accounts: dict[int, AccountPeriods], usage_terms: UsageTerms, tables: PriceTables
    ) -> None:
        self._accounts = accounts
        self._terms = usage_terms
        self._tables = tables
        self._own_ids = OwnIds()

    def outcome(self, stored: Columns, rows: UsageRows) -> Outcome:
        """What `rows` cost after their periods' allowances, and whose charges change with them.

        `stored` are the same records as they are. What grants gave is written at once.
        """
        pairs = {pair_of(code) for code in np.unique(pair_codes(stored)).tolist()}
        granted = self._granted(pairs)
        if not granted:
            return Outcome(stored, rows)
        usage, late = standing(load_usage(granted, self._tables, self._terms.terms))
        others, _ = _others(usage, taken(stored, np.flatnonzero(_in_pairs(stored, granted))))
        left = self._not_repeatable(granted, usage, late, others)
        granted -= left
        there = ~_in_pairs(stored, left)
        with_grants = _in_pairs(stored, granted)
        alone = np.flatnonzero(there & ~with_grants)
        again = np.flatnonzero(with_grants)
        others, same = _others(usage, taken(stored, again))
        others &= _in_pairs(usage.columns, granted)
        kept = np.flatnonzero(others)
        whole = usage.taken(kept).followed_by(rows.taken(again))
        before = _followed_by(taken(usage.columns, kept), taken(stored, again))
        self._let_in(granted, whole, np.concatenate([late[kept], late[same]]), keeps=True)
        is_anew = np.arange(len(whole)) >= len(kept)
        rows_changed = np.flatnonzero(is_anew | _differs(whole, before))
        return Outcome(
            _followed_by(taken(stored, alone), taken(before, rows_changed)),
            rows.taken(alone).followed_by(whole.taken(rows_changed)),
            left,
        )

    def _granted(self, pairs: Collection[Pair]) -> set[Pair]:
        """The periods in which there are grants."""
        terms = self._terms.terms
        if not terms.plans_with_allowances or not pairs:
            return set()
        return {pair for pair, found in load_balances(pairs, (), terms).items() if found} & {*pairs}

    def _not_repeatable(
        self,
        pairs: set[Pair],
        usage: UsageRows,
        late: NDArray[np.bool_],
        others: NDArray[np.bool_],
    ) -> set[Pair]:
        """The periods whose records took something else than they would take again.

        Of those that are rated again, all but the `others`, the amounts don't count: the price of
        the later parts of a call over the edge of a band is already that of today.
        """
        trial = usage.taken(np.arange(len(usage)))
        self._let_in(pairs, trial, late, keeps=False)
        differs = _takes_otherwise(trial, usage.columns)
        differs |= _differs(trial, usage.columns) & others
        return {pair_of(code) for code in np.unique(pair_codes(usage.columns)[differs]).tolist()}

    def _let_in(
        self, pairs: set[Pair], usage: UsageRows, late: NDArray[np.bool_], *, keeps: bool
    ) -> None:
        """Let all records of these periods use their grants from the beginning."""
        self._terms.grants.learn({account for account, _ in pairs})
        stored = load_balances(pairs, (), self._terms.terms)
        periods = [
            UsagePeriodOfAccount(self._accounts[account], start, whole=True)
            for account, start in sorted(pairs)
        ]
        batch = Batch(self._terms.grants, periods, stored)
        table = batch.compile(usage)
        anew = batch.groups_anew(table)
        state = reset_groups(table, batch.state(table), anew)
        chosen = np.flatnonzero(usage.consuming)
        order = self._order(usage.taken(chosen), late[chosen])
        consumed = consume_columns(table, batch.events(table, usage, chosen), order, state)
        usage.set_consumed(chosen, consumed)
        if keeps:
            batch.count(table, consumed, anew)
            store_balances([each for pair in pairs for each in stored[pair]], [], self._terms.terms)

    def _order(self, usage: UsageRows, late: NDArray[np.bool_]) -> Integers:
        """Canonical for what came in time; late usage follows as it arrived."""
        columns = usage.columns
        order = in_canonical_order(usage, self._own_ids)
        rows = np.flatnonzero(late)
        arrived = rows[np.lexsort((columns["line_number"][rows], columns["file_id"][rows]))]
        return np.concatenate([order[~late[order]], arrived])


def _differs(rows: UsageRows, columns: Columns) -> NDArray[np.bool_]:
    """Which rows took or cost something else; a record of a common price costs nothing of its own,
    or, if it came late, the difference that it made then."""
    amounts = rows.columns["amount"] != columns["amount"]
    differs: NDArray[np.bool_] = amounts & (rows.charges == 0)
    return differs | _takes_otherwise(rows, columns)


def _takes_otherwise(rows: UsageRows, columns: Columns) -> NDArray[np.bool_]:
    """Which rows took something else of allowances."""
    differs = np.zeros(len(rows), np.bool_)
    for name in ("covered", "paid"):
        differs |= rows.columns[name] != columns[name]
    return differs


def _others(usage: UsageRows, stored: Columns) -> tuple[NDArray[np.bool_], Integers]:
    """Which rows aren't among the stored ones, and the row of each of those that are."""
    place = {key: row for row, key in enumerate(_keys(usage.columns))}
    same = np.array([place[key] for key in _keys(stored)], np.int64)
    others = np.ones(len(usage), np.bool_)
    others[same] = False
    return others, same


def _keys(columns: Columns) -> list[tuple[bytes, int]]:
    starts = columns["start_at"].tolist()
    return [(key.tobytes(), start) for key, start in zip(columns["key"], starts, strict=True)]


def _in_pairs(columns: Columns, pairs: Collection[Pair]) -> NDArray[np.bool_]:
    return np.isin(pair_codes(columns), np.array([code_of(pair) for pair in pairs], np.int64))


def _followed_by(one: Columns, other: Columns) -> Columns:
    return {name: np.concatenate([one[name], other[name]]) for name in one.keys() & other.keys()}

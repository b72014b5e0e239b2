"""Records use the allowances of their usage periods: new ones, and stored ones where they must.

All records of a batch are let in at once. Where one comes before others that went short, or a
correction gives back what others missed, or the masters changed, the period's stored records are
read, priced again and let in with them, in canonical order, in the same transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from billing.rating.allowances import consume_columns
from billing.rating.replays import groups_to_replay, reset_groups
from billing.usage.allowances.balances import (
    Balance,
    Pair,
    code_of,
    load_balances,
    pair_codes,
    pair_of,
    store_balances,
)
from billing.usage.allowances.canonical import in_canonical_order
from billing.usage.allowances.period_batch import Batch, UsagePeriodOfAccount
from billing.usage.allowances.periods import AccountPeriods, Change, Grants
from billing.usage.allowances.taking import consumed_by, row_of
from billing.usage.allowances.usage_rows import CONSUMED, UsageRows, load_usage
from billing.usage.models import UsageRecord, UsageSummary
from billing.usage.own_ids import OwnIds
from billing.usage.price_tables import PriceTables

Integers = NDArray[np.int64]


class Consumption:
    """One batch's way through the allowances of its accounts, whose locks the caller holds."""

    def __init__(
        self,
        grants: Grants,
        tables: PriceTables,
        accounts: Iterable[AccountPeriods],
        own_ids: OwnIds,
    ) -> None:
        self._grants = grants
        self._own_ids = own_ids
        self._tables = tables
        self._accounts = {account.account_id: account for account in accounts}
        grants.learn(self._accounts.keys())
        self._stored: dict[Pair, list[Balance]] = {}
        self._gone: list[Balance] = []
        self._changes: dict[Pair, Change] = {}
        # Stored rows that were let in again: as they are, which ones, and as they were.
        self.replayed: list[tuple[UsageRows, Integers, dict[str, NDArray[Any]]]] = []

    def run(
        self,
        rows: UsageRows,
        *,
        also: Iterable[Pair] = (),
        anew: Iterable[Pair] = (),
        returned: UsageRows | None = None,
    ) -> None:
        """Let the rows in: their covered units, payments and amounts are set.

        `also` are periods to bring up to date although no row is in them, of those `anew` all
        stored records are let in again. `returned` are corrections of stored records: while their
        periods are open all records are let in again; afterwards late usage finds what they give
        back.
        """
        given_back = set() if returned is None else self._pairs(returned, everything=True)
        anew = set(anew) | given_back
        pairs = self._pairs(rows) | set(also) | anew
        pairs = {pair for pair in pairs if self._grants.has_any(pair[0])}
        if not pairs:
            return
        carrying = {account for account, _ in pairs if self._grants.carries(account)}
        self._stored = load_balances(pairs, carrying, self._grants.terms)
        touched: set[Pair] = set()
        for wave in self._waves(pairs, carrying):
            periods = [self._bring_up_to_date(pair) for pair in wave]
            self._look_for_usage(periods)
            for period in periods:
                period.whole |= period.pair in anew and not period.is_closed
            late = [each for each in periods if each.is_closed and each.pair in given_back]
            self._let_in(rows, [each for each in periods if each not in late])
            for period in late:
                assert returned is not None
                self._let_in_with_returns(rows, period, returned)
            touched |= {period.pair for period in periods}
        kept = [balance for pair in touched for balance in self._stored.get(pair, [])]
        kept += [
            balance
            for pair, balances in self._stored.items()
            if pair not in touched
            for balance in balances
            if balance.stored != balance.state()
        ]
        store_balances(kept, self._gone, self._grants.terms)

    def _pairs(self, rows: UsageRows, *, everything: bool = False) -> set[Pair]:
        codes = pair_codes(rows.columns)
        codes = np.unique(codes if everything else codes[rows.consuming])
        return {pair_of(code) for code in codes.tolist()}

    def _waves(self, pairs: set[Pair], carrying: set[int]) -> list[list[Pair]]:
        """Periods that may go together: of an account that carries, each after the one before."""
        waves: dict[int, list[Pair]] = defaultdict(list)
        for pair in sorted(pairs):
            if pair[0] not in carrying:
                waves[0].append(pair)
        for account in sorted(carrying):
            starts = {start for owner, start in pairs if owner == account}
            for place, start in enumerate(self._chain(account, starts)):
                waves[place].append((account, start))
        return [waves[place] for place in sorted(waves)]

    def _chain(self, account_id: int, starts: set[date]) -> list[date]:
        """These periods, those before that were never opened, and later ones that are stored."""
        account = self._accounts[account_id]
        last = max(starts | {start for owner, start in self._stored if owner == account_id})
        start = account.period(min(self._grants.first_day(account_id), *starts)).start
        chain: list[date] = []
        while start <= last:
            known = (account_id, start) in self._stored
            if start in starts or not known or start > min(starts):
                chain.append(start)
            start = account.period(start).end
        return chain

    def _bring_up_to_date(self, pair: Pair) -> UsagePeriodOfAccount:
        account = self._accounts[pair[0]]
        period = UsagePeriodOfAccount(account, pair[1])
        change = self._sync(account, pair[1])
        if period.is_closed and self._grants.carries(pair[0]):
            # What goes into the next period is settled before late usage takes the rest.
            self._sync(account, account.period(pair[1]).end)
        period.opened = change == Change.OPENED
        period.whole = change == Change.ALTERED
        return period

    def _sync(self, account: AccountPeriods, start: date) -> Change:
        """Bring a period's grants up to date; what was found before in this batch counts."""
        pair = (account.account_id, start)
        change = self._grants.bring_up_to_date(account, start, self._stored, self._gone)
        if self._changes.get(pair, Change.NONE).value < change.value:
            self._changes[pair] = change
        return self._changes.get(pair, Change.NONE)

    def _look_for_usage(self, periods: Sequence[UsagePeriodOfAccount]) -> None:
        """A period whose grants are opened only now may have records already."""
        opened = {
            period.pair: period for period in periods if period.opened and not period.is_closed
        }
        if not opened:
            return
        used = UsageSummary.objects.filter(
            account__in={account for account, _ in opened},
            origin_start__in={start for _, start in opened},
        )
        for pair in set(used.values_list("account_id", "origin_start")):
            if pair in opened:
                opened[pair].whole = True

    def _let_in_with_returns(
        self, rows: UsageRows, period: UsagePeriodOfAccount, returned: UsageRows
    ) -> None:
        """Late usage and what corrections give back for it, in the order of arrival."""
        lines = rows.columns["line_number"]
        done = 0
        for row in np.argsort(returned.columns["line_number"], kind="stable").tolist():
            line = int(returned.columns["line_number"][row])
            self._let_in(rows, [period], only=(done < lines) & (lines < line))
            self._give_back(period, returned, row)
            done = line
        self._let_in(rows, [period], only=lines > done)

    def _give_back(self, period: UsagePeriodOfAccount, returned: UsageRows, row: int) -> None:
        """Give back what the corrected record had taken, to the very grants."""
        columns = returned.columns
        if pair_codes(columns)[row] != code_of(period.pair):
            return
        balances = self._stored.get(period.pair, [])
        if not balances or not (columns["covered"][row] or columns["paid"][row]):
            return
        stored = load_usage({period.pair}, self._tables, self._grants.terms)
        batch = Batch(self._grants, [period], self._stored)
        at = row_of(stored, *returned.targets[row])
        for take in consumed_by(batch, balances, stored, at, self._own_ids).takes:
            balances[take.grant].used -= take.quantity

    def _let_in(
        self,
        rows: UsageRows,
        periods: Sequence[UsagePeriodOfAccount],
        *,
        only: NDArray[np.bool_] | None = None,
    ) -> None:
        batch = Batch(self._grants, periods, self._stored)
        mine = batch.rows_of(rows)
        if only is not None:
            mine = mine[only[mine]]
        usage = rows.taken(mine)
        table = batch.compile(usage)
        on_time = np.flatnonzero((usage.columns["flags"] & UsageRecord.Flag.LATE) == 0)
        asked = batch.events(table, usage, on_time)
        short = groups_to_replay(table, asked, batch.state(table))
        batch.replay_groups(table, short.tolist())
        again = [period for period in periods if period.whole or period.in_part]
        if again:
            usage = self._with_stored(usage, again)
            table = batch.compile(usage)
        anew = batch.groups_anew(table)
        state = reset_groups(table, batch.state(table), anew)
        groups = table.group_of_profile[usage.profiles]
        fresh = np.arange(len(usage)) < len(mine)
        # Of a whole period also records that may use nothing: they may have had something before.
        chosen = np.flatnonzero(fresh | np.isin(groups, anew) | batch.is_whole(usage))
        chosen = chosen[usage.consuming[chosen]]
        events = batch.events(table, usage, chosen)
        order = self._order(usage.taken(chosen))
        consumed = consume_columns(table, events, order, state)
        batch.count(table, consumed, anew)
        stored = np.arange(len(mine), len(usage))
        before = {name: usage.columns[name][stored] for name in CONSUMED}
        usage.set_consumed(chosen, consumed)
        rows.put(mine, usage, np.arange(len(mine)))
        if again:
            self.replayed.append((usage, stored, before))

    def _with_stored(self, usage: UsageRows, periods: Sequence[UsagePeriodOfAccount]) -> UsageRows:
        pairs = {period.pair for period in periods}
        stored = load_usage(pairs, self._tables, self._grants.terms)
        return usage.followed_by(stored)

    def _order(self, usage: UsageRows) -> Integers:
        """Canonical for what is on time; late usage follows as it arrived."""
        columns = usage.columns
        late = (columns["flags"] & UsageRecord.Flag.LATE) > 0
        order = in_canonical_order(usage, self._own_ids)
        late_rows = np.flatnonzero(late)
        by_arrival = late_rows[np.argsort(columns["line_number"][late_rows], kind="stable")]
        return np.concatenate([order[~late[order]], by_arrival])

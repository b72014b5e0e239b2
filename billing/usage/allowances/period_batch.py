"""Some usage periods' grants and records, as the engine takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

import numpy as np
from numpy.typing import NDArray

from billing.rating.allowances import ConsumedColumns, GrantState
from billing.rating.event_columns import EventColumns
from billing.rating.grant_table import UNLIMITED, GrantTable, compile_grants
from billing.rating.grants import Profile
from billing.rating.segments import taken_from
from billing.usage.allowances.balances import Balance, Pair, code_of, in_period, pair_codes
from billing.usage.allowances.periods import AccountPeriods, Grants
from billing.usage.allowances.usage_rows import UsageRows, group_masks
from billing.usage.groups import distinct_of, first_rows
from billing.usage.models import USAGE_TYPE_NAMES

Integers = NDArray[np.int64]


@dataclass(slots=True, eq=False)
class UsagePeriodOfAccount:
    """A usage period of an account in this batch."""

    account: AccountPeriods
    start: date
    opened: bool = False
    # All its records, or those of some groups, are let in again.
    whole: bool = False
    in_part: bool = False

    @property
    def pair(self) -> Pair:
        return self.account.account_id, self.start

    @property
    def is_closed(self) -> bool:
        return self.account.is_closed(self.start)


class Batch:
    """Some periods' grants, as the engine takes them."""

    def __init__(
        self,
        grants: Grants,
        periods: Sequence[UsagePeriodOfAccount],
        stored: dict[Pair, list[Balance]],
    ) -> None:
        self._terms = grants.terms
        self._periods = periods
        self._place = {period.pair: place for place, period in enumerate(periods)}
        self._balances: list[Balance] = []
        self._period_of: list[int] = []
        for place, period in enumerate(periods):
            found = stored.get(period.pair, [])
            self._balances += found
            self._period_of += [place] * len(found)
        self._grants = [
            balance.as_grant(key, self._terms.zone, place)
            for key, (balance, place) in enumerate(
                zip(self._balances, self._period_of, strict=True)
            )
        ]
        self._anew: set[int] = set()

    def rows_of(self, rows: UsageRows) -> Integers:
        """Which rows lie in these periods."""
        places = self._places(rows)
        return np.flatnonzero((places >= 0) & rows.consuming)

    def compile(self, usage: UsageRows) -> GrantTable:
        """The grants for the profiles of these rows, which get their `profiles`."""
        masks, groups = group_masks(usage.columns, self._terms)
        places = self._places(usage)
        subscriptions, subscription_of = distinct_of(usage.columns["subscription_id"])
        # A number for each profile: one column is told apart much faster than four.
        types, sets = max(USAGE_TYPE_NAMES) + 1, len(groups)
        code = (places + 1) * len(subscriptions) + subscription_of
        code = (code * types + usage.columns["usage_type"]) * sets + masks
        firsts, usage.profiles = first_rows(code)
        figures = (places, usage.columns["subscription_id"], usage.columns["usage_type"], masks)
        found = [
            Profile(in_period(subscription, place), USAGE_TYPE_NAMES[usage_type], groups[mask])
            for place, subscription, usage_type, mask in zip(
                *(column[firsts].tolist() for column in figures), strict=True
            )
        ]
        return compile_grants(self._grants, found)

    def state(self, table: GrantTable) -> GrantState:
        """How far the grants are used."""
        left = [balance.left for balance in self._balances]
        spare = [
            value if balance.spare is None or value is None else min(balance.spare, value)
            for balance, value in zip(self._balances, left, strict=True)
        ]
        return GrantState(
            np.array([UNLIMITED if value is None else value for value in left], np.int64),
            np.array([balance.used_up_from for balance in self._balances], np.int64),
            np.array([balance.last_start for balance in self._balances], np.int64),
            np.array([UNLIMITED if value is None else value for value in spare], np.int64),
        )

    def replay_groups(self, table: GrantTable, groups: Sequence[int]) -> None:
        """Mark the grants of these groups, and their periods, as to be let in again."""
        for grant in np.flatnonzero(np.isin(table.group_of_grant, list(groups))).tolist():
            self._anew.add(grant)
            self._periods[self._period_of[grant]].in_part = True

    def groups_anew(self, table: GrantTable) -> Integers:
        """The groups whose records are let in again: those marked, and all of altered periods."""
        whole = [grant for grant, place in enumerate(self._period_of) if self._periods[place].whole]
        return np.unique(table.group_of_grant[np.array([*self._anew, *whole], np.int64)])

    def is_whole(self, usage: UsageRows) -> NDArray[np.bool_]:
        """Which rows lie in periods of which all records are let in again."""
        whole = np.array([*(period.whole for period in self._periods), False])
        return whole[self._places(usage)]

    def events(self, table: GrantTable, usage: UsageRows, rows: Integers) -> EventColumns:
        """These rows as the engine takes them."""
        parts = taken_from(usage.parts, rows)
        place = np.full(len(usage) + 1, -1)
        place[rows] = np.arange(len(rows))
        nothing = np.zeros(len(rows), np.int64)
        return EventColumns(
            profiles=usage.profiles[rows],
            starts=usage.columns["start_at"][rows],
            **{field.name: getattr(parts, field.name) for field in fields(parts)},
            settled=nothing > 0,
            settled_micro=nothing,
            cumulative=usage.charges[rows] > 0,
            corrects=place[usage.corrects[rows]],
        )

    def count(self, table: GrantTable, consumed: ConsumedColumns, anew: Integers) -> None:
        """Note on the grants what records took."""
        taken = np.zeros(len(self._balances), np.int64)
        np.add.at(taken, consumed.takes.grants, consumed.takes.quantities)
        again = np.isin(table.group_of_grant, anew)
        state = consumed.state
        for grant, balance in enumerate(self._balances):
            if again[grant]:
                balance.reset()
            balance.used += int(taken[grant])
            balance.used_up_from = int(state.used_up_from[grant])
            balance.last_start = int(state.last_start[grant])
            if table.limited[grant]:
                balance.spare = int(state.spare[grant])

    def _places(self, usage: UsageRows) -> Integers:
        mine = {code_of(pair): place for pair, place in self._place.items()}
        distinct, inverse = distinct_of(pair_codes(usage.columns))
        found = np.array([mine.get(each, -1) for each in distinct.tolist()], np.int64)
        return found[inverse] if len(found) else np.zeros(0, np.int64)

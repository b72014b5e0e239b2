"""Allowances in columns: many accounts' records at once, in exact integers.

It says what `allowances_reference` says, for every record; a property test holds them together.
All grants of one level are served at once: the records' running demand, in the order of
consumption, is cut where a grant ends, and what is left goes to the next level. So there are as
many rounds as a record may have grants, never one per record. A group whose sums would not fit
62 bits is left to the reference.
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from billing.rating.allowances_reference import Consumption, consume_events
from billing.rating.event_columns import (
    SAFE,
    EventColumns,
    Flags,
    Integers,
    Pricing,
    one_event,
    prepare,
    price_uncovered_columns,
)
from billing.rating.grant_table import UNLIMITED, GrantTable, Level

# Later and earlier than any record.
NEVER = 2**62
BEFORE_ALL = -(2**62)


@dataclass(frozen=True, slots=True, eq=False)
class GrantState:
    """How far grants are used; a value per grant of the table. Keep it with the balances.

    - `left`: units or millionths; of an unlimited grant always `UNLIMITED`.
    - `used_up_from`: the start of the record that took the last of it, or `NEVER`.
    - `last_start`: the start of the last record that asked it for something, or `BEFORE_ALL`.
    - `spare`: at no place in the order less was left, also not for records that were reversed
      since; it may be too low, never too high. Without corrections it equals `left`.
    """

    left: Integers
    used_up_from: Integers
    last_start: Integers
    spare: Integers


@dataclass(frozen=True, slots=True, eq=False)
class Takes:
    """Who took what: the record's row, the grant's place, units or millionths (negative: gave
    back). In no particular order."""

    events: Integers
    grants: Integers
    quantities: Integers


@dataclass(frozen=True, slots=True, eq=False)
class ConsumedColumns:
    """A value per record, as `Consumed` has; with what was taken, and the grants afterwards.

    Where not `ok` the amount is beyond a bigint.
    """

    covered_units: Integers
    uncovered_units: Integers
    paid_micro: Integers
    amount_micro: Integers
    ok: Flags
    takes: Takes
    state: GrantState


def fresh_state(table: GrantTable) -> GrantState:
    """The grants of a period that nobody has used."""
    count = len(table.grants)
    return GrantState(
        table.quantities.copy(),
        np.full(count, NEVER),
        np.full(count, BEFORE_ALL),
        table.quantities.copy(),
    )


def consume_columns(
    table: GrantTable, events: EventColumns, order: Integers, state: GrantState
) -> ConsumedColumns:
    """Let records use the grants, in `order` (rows; see `canonical_order`).

    Corrections stand anywhere in it: with its record they cancel out for all others. The outcome
    is that of rating everything at once only where `replays.groups_to_replay` says so.
    `ValueError` for columns of different lengths.
    """
    _require_whole(events, order)
    work = _Work(table, events, order, state)
    work.take(money=False)
    with_fee = ~work.fee_falls_away
    prices = price_uncovered_columns(events, work.pricing, work.covered, with_fee)
    amounts = np.where(work.consuming & ~events.cumulative, prices, 0)
    amounts[events.settled] = events.settled_micro[events.settled]
    work.pay(np.where(work.reversing, 0, amounts))
    work.leave_to_reference(amounts)
    return work.outcome(amounts)


def canonical_order(starts: Integers, sources: Integers, records: NDArray[np.bytes_]) -> Integers:
    """Rows by start, source (the rank of its code) and the record's id as bytes."""
    order = np.argsort(starts, kind="stable")
    ordered = starts[order]
    same = np.zeros(len(order) + 1, np.bool_)
    same[1:-1] = ordered[1:] == ordered[:-1]
    ties = np.flatnonzero(same[1:] | same[:-1])
    if len(ties):
        rows = order[ties]
        order[ties] = rows[np.lexsort((records[rows], sources[rows], starts[rows]))]
    return order.astype(np.int64, copy=False)


class _Work:
    """One batch on its way through the levels."""

    def __init__(
        self, table: GrantTable, events: EventColumns, order: Integers, state: GrantState
    ) -> None:
        count = len(events)
        self.table, self.events, self.order, self.state = table, events, order, state
        self.pricing: Pricing = prepare(events)
        self.reversing = events.corrects >= 0
        self.consuming = ~self.reversing & ~events.settled & (self.pricing.units > 0)
        self.cancelled = np.zeros(count, np.bool_)
        self.cancelled[events.corrects[self.reversing]] = True
        self.left = state.left.copy()
        self.used_up_from = state.used_up_from.copy()
        self.last_start = state.last_start.copy()
        self.spare = state.spare.copy()
        self.covered = np.zeros(count, np.int64)
        self.paid = np.zeros(count, np.int64)
        self.fee_falls_away = np.zeros(count, np.bool_)
        self.takes: list[tuple[Integers, Integers, Integers]] = []
        self.by_reference = self._what_is_too_large()
        self.by_columns = order[(self.consuming & ~self.by_reference)[order]]

    def take(self, *, money: bool) -> None:
        """Units from the grants of units."""
        wanted = self.pricing.units.copy()
        self._serve(wanted, money=money)
        rows = self.by_columns
        self.covered[rows] = self.pricing.units[rows] - wanted[rows]

    def pay(self, amounts: Integers) -> None:
        """Amounts from the grants of money; neither settled ones nor cumulative ones."""
        wanted = np.where(self.events.settled | self.events.cumulative, 0, amounts)
        before = wanted.copy()
        self._serve(wanted, money=True)
        rows = self.by_columns
        self.paid[rows] = before[rows] - wanted[rows]

    def _serve(self, wanted: Integers, *, money: bool) -> None:
        rows = self.by_columns[wanted[self.by_columns] > 0]
        for level in self.table.levels:
            if level.money == money and len(rows):
                self._serve_level(level, rows, wanted)
                rows = rows[wanted[rows] > 0]

    def _serve_level(self, level: Level, rows: Integers, wanted: Integers) -> None:
        """Cut the running demand of each grant where the grant ends."""
        profiles, starts = self.events.profiles[rows], self.events.starts[rows]
        grants = level.grants[profiles]
        is_open = (level.opens[profiles] <= starts) & (starts < level.closes[profiles])
        asking = np.flatnonzero((grants >= 0) & is_open)
        if not len(asking):
            return
        by_grant = asking[np.argsort(grants[asking], kind="stable")]
        rows, grants, starts = rows[by_grant], grants[by_grant], starts[by_grant]
        begins = np.flatnonzero(np.diff(grants, prepend=-1))
        served = grants[begins]
        sizes = np.diff(begins, append=len(grants))
        # A reversed record takes its part, but is no demand for those after it.
        demand = np.where(self.cancelled[rows], 0, wanted[rows])
        running = np.cumsum(demand)
        before = running - demand
        before -= np.repeat(before[begins], sizes)
        there = self.left[grants] - before
        limited = self.table.limited[grants]
        takes = np.where(limited, np.clip(there, 0, wanted[rows]), wanted[rows])
        lasting = np.where(limited & ~self.cancelled[rows], takes, 0)
        used = np.add.reduceat(lasting, begins)
        self.left[served] -= used
        lowest = np.minimum.reduceat(np.where(limited, there - takes, UNLIMITED), begins)
        self.spare[served] = np.clip(np.minimum(self.spare[served] - used, lowest), 0, None)
        self._mark(served, begins, starts, lasting)
        wanted[rows] -= takes
        took = takes > 0
        self.takes.append((rows[took], grants[took], takes[took]))
        if not level.money:
            away = took & ~self.table.fee_when_covered[grants]
            self.fee_falls_away[rows[away]] = True

    def _mark(
        self, served: Integers, begins: Integers, starts: Integers, lasting: Integers
    ) -> None:
        """Note since when a grant is used up, and which record asked last."""
        asked = np.maximum.reduceat(starts, begins)
        self.last_start[served] = np.maximum(self.last_start[served], asked)
        taking = np.where(lasting > 0, starts, BEFORE_ALL)
        last = np.maximum.reduceat(taking, begins)
        ends = (self.left[served] == 0) & (last > BEFORE_ALL)
        self.used_up_from[served[ends]] = last[ends]

    def _what_is_too_large(self) -> Flags:
        """Records that the reference must rate: with one that is too large goes its group."""
        groups = self.table.group_of_profile[self.events.profiles]
        grouped = groups >= 0
        if not self.consuming.any():
            return np.zeros(len(groups), np.bool_)
        # The last place stands for no group.
        count = len(self.table.grants) + 1
        rows = self.consuming & grouped
        large = np.zeros(count, np.bool_)
        for bound in (self.pricing.units_bound, self.pricing.amount_bound):
            large |= np.bincount(groups[rows], bound[rows], count) >= SAFE
        large[groups[rows & self.pricing.too_large]] = True
        alone = ~grouped & self.pricing.too_large
        return self.consuming & np.where(grouped, large[groups], alone)

    def leave_to_reference(self, amounts: Integers) -> None:
        """Rate by the reference what is too large, group by group."""
        self.ok = np.ones(len(self.events), np.bool_)
        if not self.by_reference.any():
            return
        rows = self.order[self.by_reference[self.order]]
        groups = self.table.group_of_profile[self.events.profiles[rows]]
        for group in np.unique(groups).tolist():
            self._rate_group(rows[groups == group], group, amounts)

    def _rate_group(self, rows: Integers, group: int, amounts: Integers) -> None:
        table = self.table
        places = [] if group < 0 else np.flatnonzero(table.group_of_grant == group).tolist()
        profiles = self.events.profiles[rows].tolist()
        corrections = np.flatnonzero(self.reversing)
        reversed_here = np.isin(self.events.corrects[corrections], rows)
        found = {
            row: one_event(self.events, row, table.profiles[profile], place)
            for place, (row, profile) in enumerate(zip(rows.tolist(), profiles, strict=True))
        }
        for row in corrections[reversed_here].tolist():
            record = found[int(self.events.corrects[row])]
            assert record.arrival is not None
            found[row] = one_event(self.events, row, record.profile, record.arrival)
        key_places = {table.grants[place].key: place for place in places}
        left = {key: int(self.left[place]) for key, place in key_places.items()}
        limited = {key: value for key, value in left.items() if table.limited[key_places[key]]}
        outcome = consume_events(
            [table.grants[place] for place in places], found.values(), left=limited
        )
        self._keep(rows, key_places, outcome, amounts)

    def _keep(
        self, rows: Integers, places: dict[int, int], outcome: Consumption, amounts: Integers
    ) -> None:
        """Put a group's outcome into the columns."""
        for row in rows.tolist():
            record = outcome.records[row]
            start = int(self.events.starts[row])
            units = record.covered_units + record.uncovered_units
            if max(units, record.amount_micro + record.paid_micro) >= NEVER:
                self.ok[row] = False
                continue
            self.covered[row], self.paid[row] = record.covered_units, record.paid_micro
            amounts[row] = record.amount_micro + record.paid_micro
            grants = [places[take.grant] for take in record.takes]
            quantities = [take.quantity for take in record.takes]
            self.takes.append(_columns([row] * len(grants), grants, quantities))
            for key, place in places.items():
                if self.table.grants[place].serves(record.event.profile):
                    self.last_start[place] = max(self.last_start[place], start)
                if place in grants and not outcome.left[key] and not self.cancelled[row]:
                    self.used_up_from[place] = max(BEFORE_ALL, start)
        for key, place in places.items():
            there = outcome.left[key]
            self.left[place] = UNLIMITED if there is None else there
            # Not worth following here: the next record out of order replays the group.
            self.spare[place] = UNLIMITED if there is None else 0

    def outcome(self, amounts: Integers) -> ConsumedColumns:
        """The columns, with what corrections mirror."""
        events, rows = self.events, np.flatnonzero(self.reversing)
        records = events.corrects[rows]
        units = np.where(self.ok, self.pricing.units, 0)
        uncovered = units - self.covered
        amounts = np.where(self.ok, amounts - self.paid, 0)
        for column in (self.covered, uncovered, self.paid, amounts):
            column[rows] = -column[records]
        self.ok[rows] = self.ok[records]
        return ConsumedColumns(
            self.covered,
            uncovered,
            self.paid,
            amounts,
            self.ok,
            self._all_takes(rows, records),
            GrantState(self.left, self.used_up_from, self.last_start, self.spare),
        )

    def _all_takes(self, rows: Integers, records: Integers) -> Takes:
        """What was taken, and what corrections give back to the very grants."""
        parts = [*self.takes, _columns([], [], [])]
        taken, grants, quantities = (
            np.concatenate([part[column] for part in parts]) for column in range(3)
        )
        reversal = np.full(len(self.events), -1, np.int64)
        reversal[records] = rows
        back = np.flatnonzero(reversal[taken] >= 0)
        return Takes(
            np.concatenate([taken, reversal[taken[back]]]),
            np.concatenate([grants, grants[back]]),
            np.concatenate([quantities, -quantities[back]]),
        )


def _columns(*columns: list[int]) -> tuple[Integers, Integers, Integers]:
    rows, grants, quantities = (np.array(column, np.int64) for column in columns)
    return rows, grants, quantities


def _require_whole(events: EventColumns, order: Integers) -> None:
    count = len(events)
    for name in (field.name for field in fields(EventColumns)):
        size = len(getattr(events, name))
        expected = count + 1 if name == "offsets" else count
        if name.startswith("segment_"):
            expected = int(events.offsets[-1])
        if size != expected:
            raise ValueError(f"Column {name} has {size} values where {expected} were expected.")
    if len(order) != count:
        raise ValueError(f"The order has {len(order)} rows where {count} were expected.")

"""When records that arrive out of order make their group be rated again from its beginning.

While nothing is used up, every record takes all it wants from its first grant, whatever the
order. So new records may be added to what stands if, for each connected group of grants, one of
these holds:

- they all start after the last record that asked any grant that they may use; or
- each finds its first grant that isn't used up before it, and all their demand together leaves
  something of that grant, so that nobody after them goes short.

Otherwise the group is replayed: all records of the period, from full grants, in canonical order.
A correction of a record that stands gives back what the record took; where a grant that it took
from is used up, others may have gone short, and the group is replayed too.
"""

import numpy as np
from numpy.typing import NDArray

from billing.rating.allowances import BEFORE_ALL, NEVER, GrantState
from billing.rating.event_columns import (
    EventColumns,
    Flags,
    Integers,
    Pricing,
    prepare,
    price_uncovered_columns,
)
from billing.rating.grant_table import UNLIMITED, GrantTable


def groups_to_replay(table: GrantTable, events: EventColumns, state: GrantState) -> Integers:
    """The connected groups (places of their first grants) that new records force to be rated
    again; `state` is that of the grants before them.

    It may name a group too many where starts are equal, never one too few. Late records of a
    closed period aren't asked about: they never replay anything.
    """
    groups = table.group_of_profile[events.profiles]
    pricing = prepare(events)
    asking = (groups >= 0) & (events.corrects < 0) & ~events.settled & (pricing.units > 0)
    late = _arrives_late(table, events, state, asking)
    unsure = np.zeros(len(table.grants) + 1, np.bool_)
    unsure[groups[late]] = True
    rows = np.flatnonzero(asking & unsure[groups])
    short = _groups_that_run_short(table, events, pricing, rows, state)
    return np.flatnonzero(short)


def groups_to_replay_for_corrections(
    table: GrantTable, grants: Integers, state: GrantState
) -> Integers:
    """The groups that corrections of records that stand force to be rated again: those in which
    one of the `grants` (places) that the records took from is, or was at its end, used up."""
    used_up = grants[state.spare[grants] == 0]
    return np.unique(table.group_of_grant[used_up])


def give_back(
    table: GrantTable, state: GrantState, grants: Integers, quantities: Integers
) -> GrantState:
    """The state after corrections of records that stand gave back what these had taken."""
    left = state.left.copy()
    np.add.at(left, grants, np.where(table.limited[grants], quantities, 0))
    used_up_from = np.where(left > 0, NEVER, state.used_up_from)
    return GrantState(left, used_up_from, state.last_start, state.spare)


def reset_groups(table: GrantTable, state: GrantState, groups: Integers) -> GrantState:
    """The state with the grants of these groups as if nobody had used them."""
    again = np.isin(table.group_of_grant, groups)
    return GrantState(
        np.where(again, table.quantities, state.left),
        np.where(again, NEVER, state.used_up_from),
        np.where(again, BEFORE_ALL, state.last_start),
        np.where(again, table.quantities, state.spare),
    )


def _arrives_late(
    table: GrantTable, events: EventColumns, state: GrantState, asking: Flags
) -> Flags:
    """Records that don't start after all that their grants have served or refused."""
    late = np.zeros(len(events), np.bool_)
    rows = np.flatnonzero(asking)
    for level in table.levels:
        profiles, starts = events.profiles[rows], events.starts[rows]
        grants = level.grants[profiles]
        is_open = (level.opens[profiles] <= starts) & (starts < level.closes[profiles])
        late[rows] |= (grants >= 0) & is_open & (starts <= state.last_start[grants])
    return late


def _groups_that_run_short(
    table: GrantTable,
    events: EventColumns,
    pricing: Pricing,
    rows: Integers,
    state: GrantState,
) -> Flags:
    """By group: whether the demand of these records on their first grants leaves nothing."""
    short = np.zeros(len(table.grants), np.bool_)
    short[table.group_of_profile[events.profiles[rows[pricing.too_large[rows]]]]] = True
    rows = rows[~pricing.too_large[rows]]
    grants = _first_grants(table, events, rows, state, money=False)
    demand = pricing.units[rows]
    _mark_short(table, short, grants, demand, state)
    covered = np.zeros(len(events), np.int64)
    covered[rows] = np.where(grants >= 0, demand, 0)
    with_fee = np.ones(len(events), np.bool_)
    with_fee[rows] = (grants < 0) | table.fee_when_covered[grants]
    amounts = price_uncovered_columns(events, pricing, covered, with_fee)[rows]
    paying = ~events.cumulative[rows] & (amounts > 0)
    rows, amounts = rows[paying], amounts[paying]
    grants = _first_grants(table, events, rows, state, money=True)
    _mark_short(table, short, grants, amounts, state)
    return short


def _first_grants(
    table: GrantTable, events: EventColumns, rows: Integers, state: GrantState, *, money: bool
) -> Integers:
    """The first open grant of each row that isn't used up before it, or -1."""
    found = np.full(len(rows), -1, np.int64)
    profiles, starts = events.profiles[rows], events.starts[rows]
    for level in table.levels:
        if level.money == money:
            grants = level.grants[profiles]
            there = (grants >= 0) & (level.opens[profiles] <= starts)
            there &= (starts < level.closes[profiles]) & (starts <= state.used_up_from[grants])
            found = np.where((found < 0) & there, grants, found)
    return found


def _mark_short(
    table: GrantTable,
    short: NDArray[np.bool_],
    grants: Integers,
    demand: Integers,
    state: GrantState,
) -> None:
    """Mark the groups of grants of which the demand leaves nothing."""
    served = grants >= 0
    grants, demand = grants[served], demand[served]
    # Each is cut at what a grant may hold, so that a few of them can't overflow; where very many
    # could, they are too many for the grant anyway.
    enough = NEVER // max(len(grants), 1)
    wanted = np.zeros(len(table.grants), np.int64)
    np.add.at(wanted, grants, np.minimum(demand, enough))
    huge = np.zeros(len(table.grants), np.bool_)
    huge[grants[demand >= enough]] = True
    left = np.where(table.limited, state.spare, UNLIMITED)
    asked = np.zeros(len(table.grants), np.bool_)
    asked[grants] = True
    ends = asked & table.limited & (huge | (wanted >= left))
    short[table.group_of_grant[ends]] = True

"""What one record of a usage period took, told by the reference from the period's beginning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from billing.rating.allowances_reference import Consumed, consume_events
from billing.rating.event_columns import one_event
from billing.rating.grants import Grant
from billing.usage.allowances.balances import Balance
from billing.usage.allowances.canonical import in_canonical_order
from billing.usage.allowances.period_batch import Batch
from billing.usage.allowances.usage_rows import UsageRows
from billing.usage.models import UsageRecord
from billing.usage.own_ids import OwnIds

_LATE = UsageRecord.Flag.LATE


def consumed_by(
    batch: Batch, balances: Sequence[Balance], rows: UsageRows, at: int, own_ids: OwnIds
) -> Consumed:
    """The outcome of the row `at`, after all that came before it in the period.

    `rows` are all records of the one period of `batch`; its takes name grants by their place in
    `balances`.
    """
    table = batch.compile(rows)
    some = np.flatnonzero(rows.consuming)
    if not rows.consuming[at]:
        some = np.append(some, at)
    columns = batch.events(table, rows, some)
    order = in_canonical_order(rows, own_ids)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    events = []
    for place, row in enumerate(some.tolist()):
        event = one_event(columns, place, table.profiles[int(columns.profiles[place])], 0)
        late = int(rows.columns["flags"][row]) & _LATE
        events.append(
            replace(
                event,
                record=int(rank[row]).to_bytes(8, "big"),
                arrival=_arrival(rows, row) if late else None,
                settled_micro=None if rows.consuming[row] else int(rows.columns["amount"][row]),
            )
        )
    both = list(zip(table.grants, balances, strict=True))
    outcome = consume_events(
        [_whole(grant, balance) for grant, balance in both],
        events,
        carried={grant.key: balance.carried or 0 for grant, balance in both},
    )
    return outcome.records[int(np.flatnonzero(some == at)[0])]


def row_of(rows: UsageRows, key: bytes, start: int) -> int:
    """The row of the record with this key that starts at this moment."""
    same = np.flatnonzero(rows.columns["start_at"] == start).tolist()
    return next(row for row in same if rows.columns["key"][row].tobytes() == key)


def _arrival(rows: UsageRows, row: int) -> int:
    """Late usage counts in the order of files and lines."""
    return (int(rows.columns["file_id"][row]) << 32) | int(rows.columns["line_number"][row])


def _whole(grant: Grant, balance: Balance) -> Grant:
    """What the grant held before anything was carried out of it."""
    if grant.quantity is None:
        return grant
    return replace(grant, quantity=grant.quantity + (balance.carried or 0))

"""The order in which records consume: by start, source code and the record's own id."""

from __future__ import annotations

import numpy as np

from billing.rating.allowances import canonical_order
from billing.rating.event_columns import Integers
from billing.usage.allowances.usage_rows import UsageRows
from billing.usage.own_ids import OwnIds


def in_canonical_order(rows: UsageRows, own_ids: OwnIds) -> Integers:
    """The rows in canonical order, late usage among them.

    Only records of one account and one source that start at the same moment are told apart by
    their ids; these alone are read again from their lines. Where they have none, their keys decide.
    """
    columns = rows.columns
    keys = np.ascontiguousarray(columns["key"]).view("S16")
    order = canonical_order(columns["start_at"], rows.ranks, keys)
    for run in _ties(rows, order):
        places = np.sort(run)
        tied = order[places]
        lines = list(
            zip(
                columns["file_id"][tied].tolist(),
                columns["line_number"][tied].tolist(),
                strict=True,
            )
        )
        ids = own_ids.of(lines)
        sorting = sorted(range(len(tied)), key=lambda at: (ids[at], bytes(keys[tied[at]])))
        order[places] = tied[sorting]
    return order


def _ties(rows: UsageRows, order: Integers) -> list[Integers]:
    """Places in the order whose records one moment, source and account share, run by run."""
    columns = rows.columns
    names = ("account_id", "start_at")
    values = [columns[name][order] for name in names] + [rows.ranks[order]]
    by_account = np.lexsort((values[2], values[1], values[0]))
    same = np.ones(max(len(order) - 1, 0), np.bool_)
    for value in values:
        same &= np.diff(value[by_account]) == 0
    if not same.any():
        return []
    starts = np.flatnonzero(np.concatenate(([True], ~same)))
    ends = np.append(starts[1:], len(order))
    several = np.flatnonzero(ends - starts > 1)
    return [
        by_account[start:end]
        for start, end in zip(starts[several].tolist(), ends[several].tolist(), strict=True)
    ]

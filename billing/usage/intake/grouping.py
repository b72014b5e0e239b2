"""Which events are taken in together: those of an account, and those that speak of one record."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from billing.usage.intake.batch import Digests, EventBatch, Integers


def cut_by_account(events: EventBatch, accounts: Integers, rows_max: int) -> Iterator[Integers]:
    """Rows of the events, at most `rows_max` at a time, in the order of their lines.

    All rows of an account come at once, unless it has more; then they come in order of time. All
    rows of one key, and corrections of it, come with the first of them, however many they are.
    """
    leaders = _leaders(events)
    _, account, counts = np.unique(accounts[leaders], return_inverse=True, return_counts=True)
    if counts.size and int(counts.max()) > rows_max:
        order = np.lexsort((leaders, events.starts[leaders], account))
        # Within an account that is too large any row may be cut off that its leader leads.
        new = np.flatnonzero(
            (np.diff(account[order]) != 0)
            | ((np.diff(leaders[order]) != 0) & (counts[account[order][1:]] > rows_max))
        )
        edges = np.append(new + 1, len(order))
    else:
        order = np.argsort(account.astype(np.int32), kind="stable")
        edges = np.cumsum(counts)
    start = 0
    for end in _ends(edges.tolist(), rows_max):
        yield np.sort(order[start:end])
        start = end


def _ends(edges: list[int], rows_max: int) -> Iterator[int]:
    """Where to cut so that pieces are as large as they may be; nothing at all is a piece too."""
    start = last = 0
    for edge in edges:
        if edge - start > rows_max and last > start:
            yield last
            start = last
        last = edge
    yield last


def halves_of(keys: Digests) -> Integers:
    """The first half of each key: where two differ, so do the keys."""
    return np.ascontiguousarray(keys).view(np.int64)[::2]


def _leaders(events: EventBatch) -> Integers:
    """For each row the first one that has its key, or that a correction of it names."""
    halves = halves_of(events.keys)
    order = np.argsort(halves, kind="stable")
    ordered = halves[order]
    is_first = np.ones(len(order), np.bool_)
    is_first[1:] = ordered[1:] != ordered[:-1]
    leaders = np.empty_like(order)
    leaders[order] = order[is_first][np.cumsum(is_first) - 1]
    naming = np.flatnonzero(events.corrections)
    if len(naming):
        wanted = halves_of(events.corrects[naming])
        at = np.minimum(np.searchsorted(ordered, wanted), len(order) - 1)
        found = ordered[at] == wanted
        pairs = zip(
            leaders[naming[found]].tolist(), leaders[order[at[found]]].tolist(), strict=True
        )
        leaders = _joined(leaders, pairs)
    return leaders


def _joined(leaders: Integers, pairs: Iterator[tuple[int, int]]) -> Integers:
    """The leaders when those of each pair belong together: the first of them leads all."""
    above: dict[int, int] = {}

    def top(row: int) -> int:
        while row in above:
            row = above[row]
        return row

    for one, other in pairs:
        first, second = sorted((top(one), top(other)))
        if first != second:
            above[second] = first
    tops = np.arange(len(leaders))
    for row in above:
        tops[row] = top(row)
    joined: Integers = tops[leaders]
    return joined

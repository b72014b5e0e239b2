"""Rows of columns that belong together, and what is distinct in whole numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]

# Groups are numbered, and the numbers must fit 63 bits.
_CODES_MAX = 2**62
# A table of all that values may be is quicker than sorting them, while it isn't much longer.
_PLACES_A_VALUE = 16
_PLACES_FREE = 2**16


def distinct_of(values: NDArray[Any]) -> tuple[Integers, Integers]:
    """The distinct whole numbers in their order, and the place of each value among them.

    What `numpy.unique` says with `return_inverse`, without sorting where values lie close together.
    """
    table = _table(values)
    if table is None:
        distinct, place = np.unique(values, return_inverse=True)
        return distinct.astype(np.int64), place.reshape(-1)
    low, there, at = table
    return np.flatnonzero(there) + low, (np.cumsum(there) - 1)[at]


def groups_of(columns: Sequence[NDArray[Any]]) -> tuple[Integers, Integers]:
    """The first row of each group of equal rows, and each row's group; groups are in order of
    columns."""
    code, size = np.zeros(len(columns[0]), np.int64), 1
    for column in columns:
        low, count = int(column.min()), int(column.max()) - int(column.min()) + 1
        if size * count >= _CODES_MAX or not _fits(size * count, len(code)):
            distinct, code = distinct_of(code)
            size = len(distinct)
        if size * count >= _CODES_MAX:
            distinct, place = np.unique(column, return_inverse=True)
            code, size = code * len(distinct) + place, size * len(distinct)
        else:
            code, size = code * count + (column - low), size * count
    return first_rows(code)


def first_rows(code: Integers) -> tuple[Integers, Integers]:
    """The first row of each group of equal codes, in the order of the codes; each row's group."""
    distinct, group = distinct_of(code)
    firsts = np.empty(len(distinct), np.int64)
    # Of rows of one group the last one that is written stays: the first in the batch.
    firsts[group[::-1]] = np.arange(len(code) - 1, -1, -1)
    return firsts, group


def _table(values: NDArray[Any]) -> tuple[int, NDArray[np.bool_], NDArray[Any]] | None:
    """The least value, which of those from it on there are, and each value's distance from it."""
    if not len(values):
        return None
    low, high = int(values.min()), int(values.max())
    if not _fits(high - low + 1, len(values)):
        return None
    at = values - low
    there = np.zeros(high - low + 1, np.bool_)
    there[at] = True
    return low, there, at


def _fits(places: int, count: int) -> bool:
    return places <= count * _PLACES_A_VALUE + _PLACES_FREE

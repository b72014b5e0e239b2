"""Rows of columns that belong together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Groups are numbered, and the numbers must fit 63 bits.
_CODES_MAX = 2**62


def groups_of(
    columns: Sequence[NDArray[Any]],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """A row of each group of equal rows, and each row's group; groups are in order of columns."""
    code, size = np.zeros(len(columns[0]), np.int64), 1
    for column in columns:
        low, count = int(column.min()), int(column.max()) - int(column.min()) + 1
        if size * count >= _CODES_MAX:
            distinct, code = np.unique(code, return_inverse=True)
            size = len(distinct)
        if size * count >= _CODES_MAX:
            distinct, place = np.unique(column, return_inverse=True)
            code, size = code * len(distinct) + place, size * len(distinct)
        else:
            code, size = code * count + (column - low), size * count
    _, firsts, group = np.unique(code, return_index=True, return_inverse=True)
    return firsts, group.reshape(-1)

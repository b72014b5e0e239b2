"""Which records of a usage period stand, after those that were reversed and rated again."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from billing.usage.allowances.usage_rows import Columns, UsageRows
from billing.usage.models import UsageRecord
from billing.usage.rerating.models import UsageReplacement

_FLAG = UsageRecord.Flag


def standing(usage: UsageRows) -> tuple[UsageRows, NDArray[np.bool_]]:
    """The records without those that are reversed, and their reversals; which of them came late.

    Of a replacement, whether the first record did.
    """
    gone = np.zeros(len(usage), np.bool_)
    gone[list(usage.targets)] = True
    gone[usage.corrects[usage.corrects >= 0]] = True
    left = np.flatnonzero(~gone)
    return usage.taken(left), _late(usage.columns)[left]


def _late(columns: Columns) -> NDArray[np.bool_]:
    late: NDArray[np.bool_] = (columns["flags"] & _FLAG.LATE) > 0
    replacements = np.flatnonzero(columns["flags"] & _FLAG.RERATED).tolist()
    if replacements:
        keys = [UUID(bytes=key.tobytes()) for key in columns["key"]]
        came_late = dict(zip(keys, late.tolist(), strict=True))
        first = _first_keys([keys[row] for row in replacements])
        for row in replacements:
            late[row] = came_late.get(first[keys[row]], True)
    return late


def _first_keys(keys: Collection[UUID]) -> dict[UUID, UUID]:
    """The record with which a chain of replacements began."""
    first = {key: key for key in keys}
    while True:
        before = dict(
            UsageReplacement.objects.filter(key__in=set(first.values())).values_list(
                "key", "replaced_key"
            )
        )
        if not before:
            return first
        first = {key: before.get(last, last) for key, last in first.items()}

"""Records that were rated again are known by the names of those that they stand for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from billing.usage.allowances.records import load_by_key
from billing.usage.intake.normalising import epoch_microseconds
from billing.usage.rerating.models import UsageReplacement

Columns = dict[str, NDArray[Any]]


def followed(stored: Columns) -> Columns:
    """These records, and instead of one that was rated again what stands for it now.

    Their column `named` is the key by which a source knows them.
    """
    columns = stored | {"named": stored["key"]}
    while len(columns["key"]):
        replaced = _replacements(columns)
        if not replaced:
            break
        places = _places(columns)
        rows = [places[name] for name in replaced]
        keys = np.frombuffer(b"".join(replaced.values()), "V16")
        starts = columns["start_at"][rows]
        fresh = load_by_key(keys, int(starts.min()), int(starts.max()))
        at = _places(fresh)
        fresh = {
            name: column[[at[key, start] for (_, start), key in replaced.items()]]
            for name, column in fresh.items()
        }
        for name, column in fresh.items():
            columns[name] = columns[name].copy()
            columns[name][rows] = column
    return columns


def _replacements(columns: Columns) -> dict[tuple[bytes, int], bytes]:
    """The keys of the records that replace some of these."""
    places = _places(columns)
    found = UsageReplacement.objects.filter(replaced_key__in=[UUID(bytes=key) for key, _ in places])
    named = {
        (row.replaced_key.bytes, epoch_microseconds(row.start_at)): row.key.bytes for row in found
    }
    return {name: key for name, key in named.items() if name in places}


def _places(columns: Columns) -> dict[tuple[bytes, int], int]:
    starts = columns["start_at"].tolist()
    names = [(key.tobytes(), start) for key, start in zip(columns["key"], starts, strict=True)]
    return {name: row for row, name in enumerate(names)}

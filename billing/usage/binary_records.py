"""Usage records as PostgreSQL's binary COPY has them: built of whole columns, and read into them.

All fields are of fixed width, so that a row is one item of an array. Columns are named as
`UsageRecord`'s fields; instants are microseconds and dates days since 1970, UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

# How COPY writes each field. `id` is given by the database; it is read only.
FORMATS = {
    "id": ">i8",
    "start_at": ">i8",
    "key": "V16",
    "content": "V16",
    "source_id": ">i8",
    "file_id": ">i8",
    "line_number": ">i4",
    "brand_id": ">i8",
    "account_id": ">i8",
    "subscription_id": ">i8",
    "number_id": ">i8",
    "plan_version_id": ">i8",
    "category_id": ">i8",
    "rate_id": ">i8",
    "usage_type": ">i2",
    "called": ">i8",
    "called_digits": ">i2",
    "quantity": ">i8",
    "billed": ">i8",
    "amount": ">i8",
    "cost": ">i8",
    "flags": ">i2",
    "period_start": ">i4",
    "origin_start": ">i4",
    "covered": ">i8",
    "paid": ">i8",
}
WRITTEN = tuple(name for name in FORMATS if name != "id")
# What rating a record again asks of it.
READ = tuple(name for name in FORMATS if name not in ("content", "brand_id"))

# What PostgreSQL counts its instants and dates from, in microseconds and days since 1970.
_SINCE_1970 = {"start_at": 946_684_800_000_000, "period_start": 10_957, "origin_start": 10_957}
_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END = b"\xff\xff"
_ROWS_A_BLOCK = 10_000


def packed(columns: Mapping[str, NDArray[Any]], order: NDArray[np.int64]) -> Iterator[bytes]:
    """The rows, in this order, as blocks of a binary COPY of the fields `WRITTEN`."""
    rows = np.zeros(len(order), _layout(WRITTEN))
    rows["fields"] = len(WRITTEN)
    for name in WRITTEN:
        rows[f"{name} length"] = np.dtype(FORMATS[name]).itemsize
        rows[name] = columns[name][order]
    for name, epoch in _SINCE_1970.items():
        rows[name] -= epoch
    yield _HEADER
    for first in range(0, len(rows), _ROWS_A_BLOCK):
        yield rows[first : first + _ROWS_A_BLOCK].tobytes()
    yield _END


def unpacked(content: bytes, names: Sequence[str] = READ) -> dict[str, NDArray[Any]]:
    """The columns of a binary COPY of the fields `names`; whole numbers are int64."""
    body = content[len(_HEADER) : -len(_END)]
    rows = np.frombuffer(body, _layout(names))
    columns: dict[str, NDArray[Any]] = {
        name: rows[name].copy() if FORMATS[name] == "V16" else rows[name].astype(np.int64)
        for name in names
    }
    for name in _SINCE_1970.keys() & set(names):
        columns[name] += _SINCE_1970[name]
    return columns


def in_key_order(keys: NDArray[np.void]) -> NDArray[np.int64]:
    """The rows in the order in which PostgreSQL's index has their keys.

    By their first halves alone: of the few keys that share them any may come first.
    """
    return np.argsort(np.ascontiguousarray(keys).view(">u8")[::2].astype(np.uint64))


def _layout(names: Iterable[str]) -> np.dtype[Any]:
    """A row: how many fields there are, then each one's length and bytes."""
    layout: list[tuple[str, str]] = [("fields", ">i2")]
    for name in names:
        layout += [(f"{name} length", ">i4"), (name, FORMATS[name])]
    return np.dtype(layout)

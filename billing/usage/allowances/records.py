"""Stored usage records as columns: read for a replay, written where they changed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

Columns = dict[str, NDArray[Any]]

_FORMATS = {
    "id": ">i8",
    "start_at": ">i8",
    "key": "V16",
    "source_id": ">i8",
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
    "file_id": ">i8",
    "line_number": ">i4",
}
_POSTGRES_EPOCH = 946_684_800_000_000
_POSTGRES_DAY = 10_957
_HEADER_BYTES = 19
# A period lasts at most 31 days; a day more on either side for the brand's zone.
_REACH = timedelta(days=33)

_UPDATE = """
    UPDATE billing_usagerecord AS record
    SET amount = fresh.amount, covered = fresh.covered, paid = fresh.paid, flags = fresh.flags
    FROM unnest(
        %s::uuid[], %s::timestamptz[], %s::bigint[], %s::bigint[], %s::bigint[], %s::smallint[]
    ) AS fresh (key, start_at, amount, covered, paid, flags)
    WHERE record.key = fresh.key AND record.start_at = fresh.start_at
      AND record.start_at BETWEEN %s AND %s
"""


def load_records(subscriptions: Collection[int], origins: Collection[date]) -> Columns:
    """The records of these subscriptions that started in usage periods that start on these days.

    Columns are named as `UsageRecord`'s fields; instants are microseconds and dates days since
    1970. They come in no particular order.
    """
    if not subscriptions or not origins:
        return _columns(b"")
    first = datetime.combine(min(origins), datetime.min.time(), UTC) - timedelta(days=2)
    last = datetime.combine(max(origins), datetime.min.time(), UTC) + _REACH
    where = """
        subscription_id = ANY(%s::bigint[]) AND origin_start = ANY(%s::date[])
        AND start_at BETWEEN %s AND %s
    """
    return _columns(_copied(where, [sorted(subscriptions), sorted(origins), first, last]))


def load_by_key(keys: NDArray[np.void], first: int, last: int) -> Columns:
    """The records of these keys that started between two instants, as `load_records` gives them."""
    if not len(keys):
        return _columns(b"")
    where = "key = ANY(%s::uuid[]) AND start_at BETWEEN %s AND %s"
    return _columns(_copied(where, [uuid_array(keys), _instant(first), _instant(last)]))


def uuid_array(keys: NDArray[np.void]) -> str:
    """Keys as PostgreSQL writes an array of them."""
    digits = keys.tobytes().hex()
    return "{" + ",".join(digits[at : at + 32] for at in range(0, len(digits), 32)) + "}"


def _copied(where: str, params: list[object]) -> bytes:
    query = f"""
        COPY (SELECT {", ".join(_FORMATS)} FROM billing_usagerecord WHERE {where})
        TO STDOUT (FORMAT BINARY)
    """  # noqa: S608 - the texts are constants
    with connection.cursor() as cursor, cursor.copy(query, params) as copy:
        content = b"".join(bytes(block) for block in copy)
    return content[_HEADER_BYTES:-2]


def _columns(content: bytes) -> Columns:
    layout: list[tuple[str, str]] = [("fields", ">i2")]
    for name, form in _FORMATS.items():
        layout += [(f"{name} length", ">i4"), (name, form)]
    rows = np.frombuffer(content, np.dtype(layout))
    columns: Columns = {}
    for name, form in _FORMATS.items():
        columns[name] = rows[name].copy() if form == "V16" else rows[name].astype(np.int64)
    columns["start_at"] += _POSTGRES_EPOCH
    for name in ("period_start", "origin_start"):
        columns[name] += _POSTGRES_DAY
    return columns


def rewrite_records(columns: Columns, rows: NDArray[np.int64]) -> None:
    """Write amount, covered units, payment and flags of these rows."""
    if not len(rows):
        return
    starts = columns["start_at"][rows]
    keys = uuid_array(columns["key"][rows])
    instants = [_instant(start) for start in starts.tolist()]
    figures = [columns[name][rows].tolist() for name in ("amount", "covered", "paid", "flags")]
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE, [keys, instants, *figures, min(instants), max(instants)])


def _instant(microseconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)

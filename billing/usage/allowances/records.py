"""Stored usage records as columns: read for a replay, written where they changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from billing.usage.array_texts import uuid_array
from billing.usage.binary_records import READ, unpacked
from billing.usage.intake.normalising import instant

Columns = dict[str, NDArray[Any]]

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

_DELETE = """
    DELETE FROM billing_usagerecord AS record
    USING unnest(%s::uuid[], %s::timestamptz[]) AS gone (key, start_at)
    WHERE record.key = gone.key AND record.start_at = gone.start_at
      AND record.start_at BETWEEN %s AND %s
"""


def load_records(subscriptions: Collection[int], origins: Collection[date]) -> Columns:
    """The records of these subscriptions that started in usage periods that start on these days.

    Columns are named as `UsageRecord`'s fields; instants are microseconds and dates days since
    1970. They come in no particular order.
    """
    if not subscriptions or not origins:
        return unpacked(b"")
    first = datetime.combine(min(origins), datetime.min.time(), UTC) - timedelta(days=2)
    last = datetime.combine(max(origins), datetime.min.time(), UTC) + _REACH
    where = """
        subscription_id = ANY(%s::bigint[]) AND origin_start = ANY(%s::date[])
        AND start_at BETWEEN %s AND %s
    """
    return unpacked(_copied(where, [sorted(subscriptions), sorted(origins), first, last]))


def load_by_key(keys: NDArray[np.void], first: int, last: int) -> Columns:
    """The records of these keys that started between two instants, as `load_records` gives them."""
    if not len(keys):
        return unpacked(b"")
    where = "key = ANY(%s::uuid[]) AND start_at BETWEEN %s AND %s"
    return unpacked(_copied(where, [uuid_array(keys), instant(first), instant(last)]))


def load_of_file(file_id: int) -> Columns:
    """All records of a file, as `load_records` gives them: no index helps to find them."""
    return unpacked(_copied("file_id = %s", [file_id]))


def load_where(where: str, params: Sequence[object], names: Sequence[str] = READ) -> Columns:
    """The records that fulfil a condition, which is a constant text, with these fields."""
    return unpacked(_copied(where, [*params], names), names)


def delete_records(columns: Columns) -> int:
    """Delete these records; how many there were."""
    if not len(columns["start_at"]):
        return 0
    starts = columns["start_at"].tolist()
    instants = [instant(start) for start in starts]
    with connection.cursor() as cursor:
        cursor.execute(
            _DELETE, [uuid_array(columns["key"]), instants, min(instants), max(instants)]
        )
        return int(cursor.rowcount)


def _copied(where: str, params: list[object], names: Sequence[str] = READ) -> bytes:
    query = f"""
        COPY (SELECT {", ".join(names)} FROM billing_usagerecord WHERE {where})
        TO STDOUT (FORMAT BINARY)
    """  # noqa: S608 - the texts are constants
    with connection.cursor() as cursor, cursor.copy(query, params) as copy:
        return b"".join(bytes(block) for block in copy)


def rewrite_records(columns: Columns, rows: NDArray[np.int64]) -> None:
    """Write amount, covered units, payment and flags of these rows."""
    if not len(rows):
        return
    starts = columns["start_at"][rows]
    keys = uuid_array(columns["key"][rows])
    instants = [instant(start) for start in starts.tolist()]
    figures = [columns[name][rows].tolist() for name in ("amount", "covered", "paid", "flags")]
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE, [keys, instants, *figures, min(instants), max(instants)])

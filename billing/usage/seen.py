"""Which lines came before: the same record again, or another one under the same id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
from django.db import connection
from django.db.backends.utils import CursorWrapper
from numpy.typing import NDArray

from billing.usage.array_texts import uuid_array
from billing.usage.binary_records import in_key_order
from billing.usage.intake.batch import DIGEST, EventBatch, Integers
from billing.usage.intake.events import Event, Trouble
from billing.usage.intake.grouping import halves_of
from billing.usage.intake.normalising import epoch_microseconds, instant
from billing.usage.models import SuspendedUsage
from billing.usage.partitions import existing_months, months_between

Reason = SuspendedUsage.Reason

# The keys come out of a subquery: planning takes longer than the work if the planner sees them all,
# and may choose to read whole partitions.
_STORED_KEYS = """
    SELECT key FROM billing_usagerecord_{month:%Y_%m}
    WHERE key = ANY((SELECT %s::uuid[])::uuid[]) AND start_at BETWEEN %s AND %s
"""
_HAS_ROWS = "SELECT EXISTS (SELECT FROM billing_usagerecord_{month:%Y_%m})"
# Few lines wait, as a rule: then their keys are told as one.
_OPEN_KEYS_MAX = 50_000
_OPEN_KEYS = """
    SELECT count(*), coalesce(string_agg(uuid_send(key), ''), '')
    FROM (SELECT key FROM billing_suspendedusage WHERE state <> 'released' LIMIT %s) line
"""
_SUSPENDED_KEYS = """
    SELECT key FROM billing_suspendedusage
    WHERE key = ANY((SELECT %s::uuid[])::uuid[]) AND state <> 'released'
"""
# Of so many keys all are asked for at once.
_FEW = 100
_KEYS_OF_FEW = """
    SELECT key FROM billing_usagerecord
    WHERE key = ANY(%s::uuid[]) AND start_at BETWEEN %s AND %s
    UNION ALL
    SELECT key FROM billing_suspendedusage
    WHERE key = ANY(%s::uuid[]) AND state <> 'released'
"""
_SEEN_RECORDS = """
    SELECT key, content, start_at, true FROM billing_usagerecord
    WHERE key = ANY(%s::uuid[]) AND start_at BETWEEN %s AND %s
"""
# A line that made no sense, or contradicted another, does not stand in the way of one that does.
# One that was released is a record, or what it says stands elsewhere. One that was discarded is to
# stay away when it comes again, but says nothing against another.
_SEEN_IN_SUSPENSE = """
    SELECT key, content, start_at, state = 'open' AND reason NOT IN ('invalid', 'conflict'),
           file_id, line_number
    FROM billing_suspendedusage WHERE key = ANY(%s::uuid[]) AND state <> 'released'
"""

# A line's place: its file and number. Records, and lines just judged, come before every line.
Place = tuple[int, int]
_BEFORE_ALL: Place = (-1, 0)
_AFTER_ALL: Place = (2**63, 0)


class Twin(NamedTuple):
    """A record or suspended line seen before. `stands`: another content contradicts it."""

    content: bytes
    start: int | None
    stands: bool
    place: Place = _BEFORE_ALL


@dataclass(slots=True)
class SortedEvents:
    """Events by what to do with them: rate, suspend, or (`duplicates` counts) nothing.

    `duplicate_units` are the units that the duplicates say.
    """

    fresh: list[Event] = field(default_factory=list)
    suspended: list[tuple[Event, Trouble]] = field(default_factory=list)
    duplicates: int = 0
    duplicate_units: int = 0


@dataclass(slots=True)
class SortedRows:
    """Rows of a batch by what to do with them, as `SortedEvents`."""

    fresh: Integers
    suspended: list[tuple[Event, Trouble]]
    duplicates: int
    duplicate_units: int


def sort_out_batch(
    batch: EventBatch, id_reuse_days: int, *, waiting_in: int | None = None
) -> SortedRows:
    """As `sort_out`, of which only those are asked whose key came before, here or stored."""
    came = np.ones(len(batch), np.bool_)
    if waiting_in is None:
        came = _repeated(batch) | _stored(batch, timedelta(days=id_reuse_days))
    rows = np.flatnonzero(came).tolist()
    told = (
        SortedEvents()
        if not rows
        else sort_out(
            [batch.event(row) for row in rows],
            id_reuse_days,
            waiting_in=waiting_in,
        )
    )
    fresh = batch.readable & ~came
    numbers = np.array([event.line.number for event in told.fresh], np.int64)
    fresh[np.searchsorted(batch.line_numbers, numbers)] = True
    alone = [
        (event, event.trouble)
        for row, event in batch.troubled.items()
        if event.trouble and not came[row]
    ]
    suspended = [*told.suspended, *alone]
    return SortedRows(np.flatnonzero(fresh), suspended, told.duplicates, told.duplicate_units)


def _repeated(batch: EventBatch) -> NDArray[np.bool_]:
    """Which rows may have a key that other rows of the batch have too."""
    halves = halves_of(batch.keys)
    order = np.argsort(halves)
    same = np.flatnonzero(np.diff(halves[order]) == 0)
    repeated = np.zeros(len(batch), np.bool_)
    repeated[order[same]] = repeated[order[same + 1]] = True
    return repeated


def _stored(batch: EventBatch, reuse: timedelta) -> NDArray[np.bool_]:
    """Which rows may have a key that is stored."""
    # In the order of the index: what is asked next lies near.
    keys = uuid_array(batch.keys[in_key_order(batch.keys)])
    has_start = np.ones(len(batch), np.bool_)
    has_start[[row for row, event in batch.troubled.items() if event.start is None]] = False
    starts = batch.starts[has_start]
    span = None
    if len(starts):
        span = instant(int(starts.min())) - reuse, instant(int(starts.max())) + reuse
    with connection.cursor() as cursor:
        if len(batch) <= _FEW:
            first, last = span or (None, None)
            cursor.execute(_KEYS_OF_FEW, [keys, first, last, keys])
            found = [key.bytes for (key,) in cursor.fetchall()]
        else:
            found = _keys_of_many(cursor, keys, span)
    stored: NDArray[np.bool_] = np.isin(
        halves_of(batch.keys), halves_of(np.frombuffer(b"".join(found), DIGEST))
    )
    return stored


def _keys_of_many(
    cursor: CursorWrapper, keys: str, span: tuple[datetime, datetime] | None
) -> list[bytes]:
    """Those of the keys that are stored, partition by partition, and those that are in suspense,
    with others that are."""
    found: list[bytes] = []
    if span:
        first, last = span
        for month in _months_with_rows(cursor, first, last):
            cursor.execute(_STORED_KEYS.format(month=month), [keys, first, last])
            found += [key.bytes for (key,) in cursor.fetchall()]
    cursor.execute(_OPEN_KEYS, [_OPEN_KEYS_MAX])
    count, open_keys = cursor.fetchone()
    if count < _OPEN_KEYS_MAX:
        found.append(bytes(open_keys))
    else:
        cursor.execute(_SUSPENDED_KEYS, [keys])
        found += [key.bytes for (key,) in cursor.fetchall()]
    return found


def _months_with_rows(cursor: CursorWrapper, first: datetime, last: datetime) -> Iterator[date]:
    """The months of the span that have a partition, and something in it."""
    there = existing_months(cursor)
    for month in months_between(first.date(), last.date()):
        if month in there:
            cursor.execute(_HAS_ROWS.format(month=month))
            if cursor.fetchone()[0]:
                yield month


def sort_out(
    events: Sequence[Event], id_reuse_days: int, *, waiting_in: int | None = None
) -> SortedEvents:
    """Tell new events from those that came before, in this part or stored ones.

    An id is the same record if the start times lie within `id_reuse_days`. Same content:
    duplicate, also of a line in suspense; other content: `conflict`, the first stays.

    `waiting_in` is the file whose lines these are if they wait in suspense themselves: then none
    is its own twin, and of the others in suspense only those that came before it count.
    """
    reuse = timedelta(days=id_reuse_days)
    reuse_microseconds = reuse // timedelta(microseconds=1)
    twins = _stored_twins(events, reuse, waiting_in)
    result = SortedEvents()
    for event in events:
        place = _AFTER_ALL if waiting_in is None else (waiting_in, event.line.number)
        near = [
            twin
            for twin in twins.get(event.key, ())
            if twin.place < place
            and (
                event.start is None
                or twin.start is None
                or abs(event.start - twin.start) <= reuse_microseconds
            )
        ]
        if near and any(twin.content == event.content for twin in near):
            result.duplicates += 1
            result.duplicate_units += event.quantity or 0
            continue
        trouble = event.trouble or (_CONFLICT if any(twin.stands for twin in near) else None)
        if trouble:
            result.suspended.append((event, trouble))
        else:
            result.fresh.append(event)
        twins[event.key].append(Twin(event.content, event.start, stands=trouble is None))
    return result


_CONFLICT = Trouble(
    Reason.CONFLICT,
    "another record with the same id says something else; the first one stays",
    "ask the source which is right",
)


def _stored_twins(
    events: Sequence[Event], reuse: timedelta, waiting_in: int | None
) -> defaultdict[bytes, list[Twin]]:
    twins: defaultdict[bytes, list[Twin]] = defaultdict(list)
    # One text for all keys: an array of tens of thousands is slow to adapt.
    keys = "{" + ",".join({event.key.hex() for event in events}) + "}"
    starts = [event.start for event in events if event.start is not None]
    # What is stored of the lines that are judged anew no longer holds.
    anew = {(waiting_in, event.line.number) for event in events}
    with connection.cursor() as cursor:
        if starts:
            first, last = instant(min(starts)) - reuse, instant(max(starts)) + reuse
            cursor.execute(_SEEN_RECORDS, [keys, first, last])
            for row in cursor.fetchall():
                _add(twins, row, _BEFORE_ALL)
        cursor.execute(_SEEN_IN_SUSPENSE, [keys])
        for *row, file_id, line_number in cursor.fetchall():
            if (file_id, line_number) not in anew:
                _add(twins, row, (file_id, line_number))
    return twins


def _add(twins: defaultdict[bytes, list[Twin]], row: Sequence[Any], place: Place) -> None:
    key, content, start_at, stands = row
    start: datetime | None = start_at
    twins[key.bytes].append(
        Twin(content.bytes, None if start is None else epoch_microseconds(start), stands, place)
    )

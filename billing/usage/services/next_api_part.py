"""Find the file and the part for what comes over the API: a source's file of the day."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, time
from typing import NamedTuple

from django.db import connection

from billing.usage.models import UsageFile, UsageSource

# Of a file with very many parts a single line is slow to find.
PARTS_MAX = 1_000

_LAST_PART = """
    SELECT file.id, file.state, file.name, coalesce(part.position, -1), coalesce(part.last_line, 0)
    FROM billing_usagefile file
    LEFT JOIN LATERAL (
        SELECT position, last_line FROM billing_usagefileslice
        WHERE file_id = file.id ORDER BY position DESC LIMIT 1
    ) part ON true
    WHERE file.source_id = %s AND file.via_api AND file.imported_at >= %s
    ORDER BY file.id DESC LIMIT 1
"""


class NextPart(NamedTuple):
    """A file, and the position and the first line number of the part that comes next in it."""

    file: UsageFile
    position: int
    first_line: int


def next_part(source: UsageSource, now: datetime) -> NextPart:
    """Where what comes now belongs; the day's first file is made if there is none.

    The caller holds the lock of the source. A file that was rolled back takes nothing any more.
    """
    day = now.astimezone(UTC).date()
    since = datetime.combine(day, time(), UTC)
    with connection.cursor() as cursor:
        cursor.execute(_LAST_PART, [source.pk, since])
        found = cursor.fetchone()
    if found is not None:
        pk, state, name, position, last_line = found
        if state == UsageFile.State.DONE and position + 1 < PARTS_MAX:
            file = UsageFile(pk=pk, source=source, state=state, name=name, via_api=True)
            return NextPart(file, position + 1, last_line + 1)
    count = UsageFile.objects.filter(source=source, via_api=True, imported_at__gte=since).count()
    return NextPart(_new(source, day, count, now), 0, 1)


def _new(source: UsageSource, day: date, count: int, now: datetime) -> UsageFile:
    """It is done from the beginning: whatever it holds was taken in whole."""
    name = f"API {day}" + (f" ({count + 1})" if count else "")
    return UsageFile.objects.create(
        source=source,
        name=name,
        sha256=hashlib.sha256(f"{source.pk} {name}".encode()).hexdigest(),
        size=0,
        state=UsageFile.State.DONE,
        imported_at=now,
        via_api=True,
    )

"""Store what became of lines that waited in suspense: their states, and their file's counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from django.db import connection
from django.db.models import F

from billing.usage.intake.events import Event
from billing.usage.models import SuspendedUsage, UsageFile, UsageFileSlice
from billing.usage.services.store_usage import Columns, publish_totals, suspense_values
from billing.usage.slices import slices_of_lines
from billing.usage.totals import Suspended

# Lines that say what they said before are left alone: many may be tried every day.
_RESTATE = """
    UPDATE billing_suspendedusage AS line
    SET (reason, detail, cause, key, content, start_at, service, called, usage_type,
         quantity) = (
        again.reason, again.detail, again.cause, again.key, again.content, again.start_at,
        again.service, again.called, again.usage_type, again.quantity
    )
    FROM unnest(
        %s::bigint[], %s::text[], %s::text[], %s::text[], %s::uuid[], %s::uuid[],
        %s::timestamptz[], %s::text[], %s::text[], %s::smallint[], %s::bigint[]
    ) AS again (
        line_number, reason, detail, cause, key, content, start_at, service, called, usage_type,
        quantity
    )
    WHERE line.file_id = %s AND line.line_number = again.line_number AND (
        line.reason, line.detail, line.cause, line.key, line.content, line.start_at, line.service,
        line.called, line.usage_type, line.quantity
    ) IS DISTINCT FROM (
        again.reason, again.detail, again.cause, again.key, again.content, again.start_at,
        again.service, again.called, again.usage_type, again.quantity
    )
"""


def store_release(
    file: UsageFile,
    tried: Sequence[SuspendedUsage],
    events: Sequence[Event],
    suspended: Suspended,
    stored: Columns,
) -> None:
    """Release the lines of `file` that were tried, but for those that stay `suspended`.

    `events` are the lines that are usage, `stored` the records of them; the rest of them are
    duplicates. The source is locked.
    """
    staying = {event.line.number for event, _ in suspended}
    released = [line.pk for line in tried if line.line_number not in staying]
    SuspendedUsage.objects.filter(pk__in=released).update(state=SuspendedUsage.State.RELEASED)
    if suspended:
        restate(file, suspended)
    move_counts(file, _changes(tried, events, staying, stored))


def restate(file: UsageFile, suspended: Suspended) -> None:
    """Let lines in suspense say what they say today."""
    rows = [(event.line.number, *suspense_values(event, trouble)) for event, trouble in suspended]
    with connection.cursor() as cursor:
        cursor.execute(_RESTATE, [*map(list, zip(*rows, strict=True)), file.pk])


def _changes(
    tried: Iterable[SuspendedUsage],
    events: Iterable[Event],
    staying: set[int],
    stored: Columns,
) -> dict[int, Counter[str]]:
    """By line number, how the counts and units of its slice change."""
    rated = dict(zip(stored["line_number"].tolist(), stored["quantity"].tolist(), strict=True))
    units = {event.line.number: event.quantity or 0 for event in events}
    changes: dict[int, Counter[str]] = {}
    for line in tried:
        number = line.line_number
        said, before = units.get(number, 0), line.quantity or 0
        change = Counter(quantity_suspended=-before)
        if number in staying:
            change["quantity_suspended"] += said
        else:
            change["suspended"] = -1
            if number in rated:
                said = rated[number]
                change["rated"], change["quantity_rated"] = 1, said
            else:
                change["duplicates" if number in units else "ignored"] = 1
                change["quantity_duplicates"] = said
        change["quantity"] = said - before
        changes[number] = change
    return changes


def move_counts(file: UsageFile, changes: dict[int, Counter[str]]) -> None:
    """Change the counts of each line's slice; those of the file follow once it is complete."""
    of_slice: defaultdict[int, Counter[str]] = defaultdict(Counter)
    holders = slices_of_lines(file, np.array(list(changes), np.int64))
    for holder, change in zip(holders, changes.values(), strict=True):
        # Not `+=`: adding counters drops what is negative.
        of_slice[holder].update(change)
    for pk, counts in of_slice.items():
        moved = {name: F(name) + count for name, count in counts.items() if count}
        if moved:
            UsageFileSlice.objects.filter(pk=pk).update(**moved)
    if file.state == UsageFile.State.DONE:
        publish_totals(file)

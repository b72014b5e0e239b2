"""Take in events of one source that came together over the API, all of them at once."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from django.db import connection, transaction

from billing.usage.intake.api_events import SaidEvent, kept
from billing.usage.intake.api_layout import API_LAYOUT
from billing.usage.intake.batch import EventBatch
from billing.usage.intake.events import Event, EventReader, Trouble
from billing.usage.intake.framing import Line
from billing.usage.intake.normalising import normaliser_of
from billing.usage.known_prices import known_prices
from billing.usage.models import SuspendedUsage, UsageSource
from billing.usage.partitions import usual_months
from billing.usage.placing import Places
from billing.usage.services.ensure_partitions import ensure_partitions
from billing.usage.services.next_api_part import NextPart, next_part
from billing.usage.services.rate_lines import rate_lines
from billing.usage.services.store_usage import Columns, store_suspended
from billing.usage.services.take_in_slice import units_of
from billing.usage.source_locks import write_between
from billing.usage.totals import PartTotals
from billing.usage.waiting_twins import why_waiting

_STORE_PART = """
    WITH part AS (
        INSERT INTO billing_usagefileslice (
            file_id, position, first_line, last_line, line_count, lines, raw, rated, duplicates,
            suspended, discarded, ignored, quantity, quantity_rated, quantity_duplicates,
            quantity_suspended, quantity_discarded
        )
        VALUES (
            %(file)s, %(position)s, %(first_line)s, %(last_line)s, %(rows)s, '', %(raw)s,
            %(rated)s, %(duplicates)s, %(suspended)s, 0, 0, %(quantity)s, %(quantity_rated)s,
            %(quantity_duplicates)s, %(quantity_suspended)s, 0
        )
    )
    UPDATE billing_usagefile SET
        rows = rows + %(rows)s, size = size + %(size)s, rated = rated + %(rated)s,
        duplicates = duplicates + %(duplicates)s, suspended = suspended + %(suspended)s,
        quantity = quantity + %(quantity)s, quantity_rated = quantity_rated + %(quantity_rated)s,
        quantity_duplicates = quantity_duplicates + %(quantity_duplicates)s,
        quantity_suspended = quantity_suspended + %(quantity_suspended)s
    WHERE id = %(file)s
"""


class Status(StrEnum):
    """What became of an event."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    SUSPENDED = "suspended"
    CONFLICT = "conflict"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one event; but for accepted ones, why, and how to mend it.

    `reason` is that of the line in suspense. A duplicate has one if what came first waits there.
    """

    id: str
    status: Status
    reason: str = ""
    what: str = ""
    remedy: str = ""


def take_in_events(
    *, source: UsageSource, events: Sequence[SaidEvent], now: datetime
) -> list[Outcome]:
    """Rate and store events, in one transaction that lasts; what became of each, in their order.

    When this returns, what was accepted stands in records, summaries, days and balances, and what
    is suspended in suspense, as lines of the source's file of the day. An event that came before,
    over the API or in a file, is a duplicate, so all may be sent again. Those that can't be kept
    are rejected and nothing is stored of them. Raises `DomainError` if the source's settings make
    no sense.
    """
    outcomes = [_rejected(event) for event in events]
    if all(outcomes):
        return [outcome for outcome in outcomes if outcome]
    with transaction.atomic(durable=True):
        taken = iter(_take(source, events, now))
    return [outcome or next(taken) for outcome in outcomes]


def _rejected(event: SaidEvent) -> Outcome | None:
    if event.refusal is None:
        return None
    return Outcome(event.id, Status.REJECTED, "", event.refusal.what, event.refusal.remedy)


def _take(source: UsageSource, said: Sequence[SaidEvent], now: datetime) -> list[Outcome]:
    """What became of the events that can be kept."""
    write_between(source.pk)
    ensure_partitions(usual_months(now.astimezone(UTC).date()))
    part = next_part(source, now)
    lines = kept(said, part.first_line)
    events, _ = EventReader(source.pk, API_LAYOUT, normaliser_of(source), ()).read(lines)
    prices = known_prices(source.brand)
    batch = EventBatch.of(events)
    totals, stored = rate_lines(
        source=source,
        file=part.file,
        batch=batch,
        tables=prices.tables,
        places=Places(source.brand, prices.terms, prices.versions),
        now=now,
    )
    if totals.suspended:
        store_suspended(part.file, totals.suspended)
    _store_part(part, lines, totals, units_of(batch, stored))
    return _outcomes(events, totals, stored)


def _store_part(part: NextPart, lines: Sequence[Line], totals: PartTotals, quantity: int) -> None:
    """Keep the lines, and add what became of them to the totals of their file."""
    raw = "".join(f"{line.text}\n" for line in lines).encode()
    counts = {
        "rated": totals.rated,
        "duplicates": totals.duplicates,
        "suspended": len(totals.suspended),
        "quantity": quantity,
        "quantity_rated": totals.units.total(),
        "quantity_duplicates": totals.duplicate_units,
        "quantity_suspended": sum(event.quantity or 0 for event, _ in totals.suspended),
    }
    said: dict[str, Any] = counts | {
        "file": part.file.pk,
        "position": part.position,
        "first_line": part.first_line,
        "last_line": lines[-1].number,
        "rows": len(lines),
        "raw": zlib.compress(raw, 1),
        "size": len(raw),
    }
    with connection.cursor() as cursor:
        cursor.execute(_STORE_PART, said)


def _outcomes(events: Sequence[Event], totals: PartTotals, stored: Columns) -> list[Outcome]:
    """What became of each event: it is rated, in suspense, or else it came before."""
    rated = set(stored["line_number"].tolist())
    troubles = {event.line.number: trouble for event, trouble in totals.suspended}
    again = [e for e in events if e.line.number not in rated and e.line.number not in troubles]
    waiting = why_waiting(again)
    outcomes: list[Outcome] = []
    for event in events:
        own_id, number = event.line.fields[0], event.line.number
        if number in rated:
            outcomes.append(Outcome(own_id, Status.ACCEPTED))
        elif number in troubles:
            outcomes.append(_suspended(own_id, troubles[number]))
        else:
            reason, what = waiting.get((event.key, event.content), ("", ""))
            outcomes.append(Outcome(own_id, Status.DUPLICATE, reason, what))
    return outcomes


def _suspended(own_id: str, trouble: Trouble) -> Outcome:
    is_conflict = trouble.reason == SuspendedUsage.Reason.CONFLICT
    status = Status.CONFLICT if is_conflict else Status.SUSPENDED
    return Outcome(own_id, status, str(trouble.reason), trouble.what, trouble.remedy)

"""Judge lines of a usage file anew: what they were compared with is there no more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from billing.usage.intake.batch import EventBatch
from billing.usage.intake.events import Event, EventReader
from billing.usage.intake.layouts import layout_of_file
from billing.usage.intake.normalising import normaliser_of
from billing.usage.intake.rereading import read_again
from billing.usage.models import SuspendedUsage, UsageFile, UsageSource
from billing.usage.placing import Places
from billing.usage.price_tables import PriceTables
from billing.usage.services.rate_lines import rate_lines
from billing.usage.services.store_release import move_counts, restate
from billing.usage.services.store_usage import Columns, store_suspended
from billing.usage.stored_lines import stored_header, stored_texts
from billing.usage.totals import PartTotals, Suspended
from core.errors import DomainError

LINES_AT_ONCE = 50_000

_State = SuspendedUsage.State
# How a line ended, as slices count it, and with how many units.
_End = tuple[str, int]


@dataclass(slots=True)
class LinesOfFile:
    """Lines of a file, ascending, and of those that were records the units of these, which are
    deleted already."""

    source: UsageSource
    file: UsageFile
    numbers: list[int]
    taken_back: Mapping[int, int] = field(default_factory=dict)

    def events(self) -> Iterator[tuple[list[int], list[Event], tuple[str, ...]]]:
        """Some lines at a time: their numbers, their events, and the file's header.

        Raises `DomainError` where they can't be read with the source's mapping of today.
        """
        self.file.source = self.source
        layout, normaliser = layout_of_file(self.file), normaliser_of(self.source)
        header = stored_header(self.file, layout)
        reader = EventReader(self.source.pk, layout, normaliser, header)
        for start in range(0, len(self.numbers), LINES_AT_ONCE):
            some = self.numbers[start : start + LINES_AT_ONCE]
            texts = stored_texts(self.file, some, layout)
            lines, problems = read_again(self.file.name, texts, layout, len(header))
            if problems:
                raise DomainError(str(problems[0]))
            yield some, reader.read(lines)[0], header


def accounts_of(lines: LinesOfFile, places: Places) -> set[int]:
    """The accounts whose usage these lines are."""
    found: set[int] = set()
    for _, events, _ in lines.events():
        found |= set(places.accounts_of(EventBatch.of(events)).tolist())
    return found - {0}


def judge_again(lines: LinesOfFile, tables: PriceTables, *, now: datetime) -> PartTotals:
    """Rate these lines of a file as an import of them alone would `now`; keep what becomes of them.

    They end as records, duplicates or in suspense, and their file counts them so. The caller holds
    the source and the accounts.
    """
    result = PartTotals()
    for numbers, events, header in lines.events():
        before = _ends_before(lines, numbers, events)
        totals, stored = rate_lines(
            source=lines.source,
            file=lines.file,
            batch=EventBatch.of(events),
            tables=tables,
            places=Places(lines.source.brand),
            header=header,
            waiting=True,
            now=now,
        )
        _keep_suspense(lines.file, numbers, totals.suspended)
        move_counts(lines.file, _changes(before, _ends_now(events, totals.suspended, stored)))
        result.rows += len(numbers)
        result.rated += totals.rated
        result.duplicates += totals.duplicates
        result.suspended += totals.suspended
    return result


def _ends_before(
    lines: LinesOfFile, numbers: list[int], events: Iterable[Event]
) -> dict[int, _End]:
    units = {event.line.number: event.quantity or 0 for event in events}
    ends = {number: ("duplicates", units.get(number, 0)) for number in numbers}
    ends |= {
        number: ("rated", lines.taken_back[number])
        for number in numbers
        if number in lines.taken_back
    }
    waiting = lines.file.suspended_lines.filter(state=_State.OPEN, line_number__in=numbers)
    for number, quantity in waiting.values_list("line_number", "quantity"):
        ends[number] = ("suspended", quantity or 0)
    return ends


def _ends_now(events: Iterable[Event], suspended: Suspended, stored: Columns) -> dict[int, _End]:
    ends = {event.line.number: ("duplicates", event.quantity or 0) for event in events}
    ends |= {event.line.number: ("suspended", event.quantity or 0) for event, _ in suspended}
    rated = zip(stored["line_number"].tolist(), stored["quantity"].tolist(), strict=True)
    return ends | {number: ("rated", quantity) for number, quantity in rated}


def _changes(before: Mapping[int, _End], now: Mapping[int, _End]) -> dict[int, Counter[str]]:
    changes: dict[int, Counter[str]] = {}
    for number, (was, units) in before.items():
        ended, units_now = now.get(number, ("ignored", 0))
        change = Counter({was: -1, f"quantity_{was}": -units})
        change.update({ended: 1, "quantity": units_now - units})
        if ended != "ignored":
            change.update({f"quantity_{ended}": units_now})
        changes[number] = change
    return changes


def _keep_suspense(file: UsageFile, numbers: list[int], suspended: Suspended) -> None:
    """Lines that can't be rated wait, again or for the first time; the others do no longer."""
    waiting = {event.line.number for event, _ in suspended}
    known = file.suspended_lines.filter(line_number__in=numbers).exclude(state=_State.DISCARDED)
    known.filter(state=_State.OPEN).exclude(line_number__in=waiting).update(state=_State.RELEASED)
    known.filter(state=_State.RELEASED, line_number__in=waiting).update(state=_State.OPEN)
    there = set(known.filter(line_number__in=waiting).values_list("line_number", flat=True))
    fresh = [one for one in suspended if one[0].line.number not in there]
    if fresh:
        store_suspended(file, fresh)
    if there:
        restate(file, [one for one in suspended if one[0].line.number in there])

"""Brings stored spans of dates to what they shall be, so that at no moment two overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar

from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.services.importing.bulk import BATCH

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Span:
    """What holds from a date until before another: `what` is a plan's or number's key."""

    what: Any
    start: date
    end: date | None

    @property
    def end_or_never(self) -> date:
        return self.end or date.max

    def overlaps(self, other: Span) -> bool:
        """Whether both share a day."""
        return self.start < other.end_or_never and other.start < self.end_or_never


@dataclass(slots=True)
class SpanChanges(Generic[M]):
    """Collects what differs over a whole file and stores it in four statements.

    First rows go, then they shrink, then they grow, then they come. As the spans that shall be
    don't overlap, and a row keeps its start, no row ever overlaps another on the way.
    """

    gone: list[M] = field(default_factory=list)
    shorter: list[M] = field(default_factory=list)
    longer: list[M] = field(default_factory=list)
    new: list[M] = field(default_factory=list)

    def keep(self, row: M, before: Span, after: Span) -> None:
        """The row's end moves, or nothing does."""
        if after.end == before.end:
            return
        row.during = DateRange(after.start, after.end)  # type: ignore[attr-defined]
        shorter = after.end_or_never < before.end_or_never
        (self.shorter if shorter else self.longer).append(row)

    def store(self, model: type[M]) -> None:
        """Delete, shorten, lengthen and insert, in this order."""
        manager = model._default_manager
        if self.gone:
            manager.filter(pk__in=[row.pk for row in self.gone]).delete()
        for rows in (self.shorter, self.longer):
            if rows:
                manager.bulk_update(rows, ["during"], batch_size=BATCH // 2)
        if self.new:
            manager.bulk_create(self.new, batch_size=BATCH)


def until_next(starts: Sequence[tuple[Any, date]]) -> list[Span]:
    """Spans of a history in order of dates: each until the next; equal neighbours are one."""
    spans: list[Span] = []
    for what, start in starts:
        if spans and spans[-1].what == what:
            continue
        if spans:
            spans[-1] = Span(spans[-1].what, spans[-1].start, start)
        spans.append(Span(what, start, None))
    return spans

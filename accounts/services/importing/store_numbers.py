"""Assigns numbers to subscriptions; a number belongs to one subscription at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import NumberAssignment, ServiceNumber, Subscription
from accounts.services.importing.bulk import BATCH
from accounts.services.importing.entries import NumberEntry, SubscriptionEntry
from accounts.services.importing.spans import Span, SpanChanges
from accounts.services.importing.stored import Stored
from accounts.services.release_number import quarantine_days
from core.input_report import ImportReport
from core.input_tree import listed

PART = "numbers"
_HELD_BY_SOMEBODY = {
    ServiceNumber.State.FREE,
    ServiceNumber.State.RESERVED,
    ServiceNumber.State.ASSIGNED,
}


@dataclass(slots=True, eq=False)
class NumberHistory:
    """One number on one subscription: the rows that are there, and the spans that shall be."""

    entry: SubscriptionEntry
    number: str
    rows: list[NumberAssignment]
    wanted: list[NumberEntry] | None
    spans: list[Span]

    @property
    def brand_id(self) -> int:
        return self.entry.subscription.account.brand_id


class _Owner(NamedTuple):
    """Who has a number over a span; `entry` where the file says so."""

    subscription: Subscription
    entry: NumberEntry | None


def check_numbers(entries: list[SubscriptionEntry], stored: Stored) -> list[NumberHistory]:
    """The histories that the file touches; a number that somebody else has is reported."""
    histories: list[NumberHistory] = []
    for entry in entries:
        rows: dict[str, list[NumberAssignment]] = defaultdict(list)
        for row in stored.numbers.get(entry.subscription.pk, []):
            rows[row.number.number].append(row)
        wanted: dict[str, list[NumberEntry]] = defaultdict(list)
        for number in entry.numbers:
            wanted[number.number].append(number)
        if not entry.is_dated and rows:
            _refuse_a_change_without_date(wanted, rows)
            wanted.clear()
        histories.extend(
            _history(entry, name, rows.get(name, []), wanted.get(name))
            for name in sorted(wanted.keys() | rows.keys())
        )
    _check_owners(histories)
    return histories


def store_numbers(report: ImportReport, histories: list[NumberHistory], as_of: date) -> None:
    """Store the assignments, and the numbers that are new to their brand."""
    numbers = _service_numbers(histories)
    changes: SpanChanges[NumberAssignment] = SpanChanges()
    for history in histories:
        label = f"{history.number} on {history.entry.label}"
        wanted = {span.start: span for span in history.spans}
        before = [_span(row) for row in history.rows]
        for row, span in zip(history.rows, before, strict=True):
            found = wanted.pop(span.start, None)
            if found is None:
                changes.gone.append(row)
            else:
                changes.keep(row, span, found)
        for span in wanted.values():
            number = numbers[history.brand_id, history.number]
            during = DateRange(span.start, span.end)
            changes.new.append(
                NumberAssignment(
                    number=number, subscription=history.entry.subscription, during=during
                )
            )
        if not before:
            report.add_new(PART, f"{label}, {_words(history.spans)}")
        elif before == history.spans:
            report.add_unchanged(PART)
        else:
            report.add_changed(PART, label, [f"{_words(before)} → {_words(history.spans)}"])
    changes.store(NumberAssignment)
    _set_states(list(numbers.values()), as_of)


def _set_states(numbers: list[ServiceNumber], as_of: date) -> None:
    """A number that somebody has, today or later, is assigned; one that had an owner rests."""
    ends: dict[int, date] = {}
    rows = NumberAssignment.objects.filter(number__in=numbers).values_list("number_id", "during")
    for number_id, during in rows:
        ends[number_id] = max(ends.get(number_id, date.min), during.upper or date.max)
    changed: list[ServiceNumber] = []
    for number in numbers:
        end = ends.get(number.pk)
        held = end is not None and end > as_of
        if held and number.state != ServiceNumber.State.ASSIGNED:
            number.state = ServiceNumber.State.ASSIGNED
            number.quarantined_until = number.reserved_until = None
            changed.append(number)
        elif end is not None and not held and number.state in _HELD_BY_SOMEBODY:
            number.state = ServiceNumber.State.QUARANTINED
            number.reserved_until = None
            number.quarantined_until = end + timedelta(days=quarantine_days(number))
            changed.append(number)
    fields = ["state", "quarantined_until", "reserved_until"]
    ServiceNumber.objects.bulk_update(changed, fields, batch_size=BATCH)


def _history(
    entry: SubscriptionEntry,
    number: str,
    rows: list[NumberAssignment],
    wanted: list[NumberEntry] | None,
) -> NumberHistory:
    """What the file says of a number replaces what is there; the subscription's end ends it."""
    if wanted is not None:
        spans = [Span(number, item.start, item.end) for item in wanted]
    else:
        spans = [_span(row) for row in rows]
        if entry.ends_on is not None:
            ends_on = entry.ends_on
            spans = [
                Span(span.what, span.start, min(span.end_or_never, ends_on))
                for span in spans
                if span.start < ends_on
            ]
    spans.sort(key=lambda span: span.start)
    return NumberHistory(entry, number, rows, wanted, spans)


def _refuse_a_change_without_date(
    wanted: dict[str, list[NumberEntry]],
    rows: dict[str, list[NumberAssignment]],
) -> None:
    for number in wanted.keys() - rows.keys():
        wanted[number][0].fields.problem(
            "number",
            f"the subscription has {listed(sorted(rows))}, not {number}, and CSV names no date"
            " of the change",
            "write it in YAML with numbers: and from:",
        )


def _check_owners(histories: list[NumberHistory]) -> None:
    """Put every span of the file's numbers side by side, whoever has it, and look for overlaps."""
    owners: dict[tuple[int, str], dict[Span, list[_Owner]]] = defaultdict(lambda: defaultdict(list))
    for history in histories:
        entries = {item.start: item for item in history.wanted or []}
        for span in history.spans:
            owner = _Owner(history.entry.subscription, entries.get(span.start))
            owners[history.brand_id, history.number][span].append(owner)
    in_file = {history.entry.subscription.pk for history in histories} - {None}
    for row in _assignments_elsewhere(histories, in_file):
        account = row.subscription.account
        span = _span(row)
        owners[account.brand_id, span.what][span].append(_Owner(row.subscription, None))
    for spans in owners.values():
        _report_overlaps([(span, owner) for span, found in spans.items() for owner in found])


def _assignments_elsewhere(
    histories: list[NumberHistory], in_file: set[int]
) -> Iterable[NumberAssignment]:
    """What other subscriptions have of the numbers that the file names."""
    named: dict[int, set[str]] = defaultdict(set)
    for history in histories:
        if history.wanted is not None:
            named[history.brand_id].add(history.number)
    for brand_id, numbers in named.items():
        rows = NumberAssignment.objects.filter(
            number__brand=brand_id, number__number__in=numbers
        ).select_related("number", "subscription__account")
        yield from (row for row in rows if row.subscription_id not in in_file)


def _report_overlaps(owned: list[tuple[Span, _Owner]]) -> None:
    owned.sort(key=lambda item: (item[0].start, item[0].end_or_never))
    for (earlier, first), (later, second) in pairwise(owned):
        if not earlier.overlaps(later):
            continue
        told, other, held = (
            (second.entry, first, earlier) if second.entry else (first.entry, second, later)
        )
        if told is not None:
            account = other.subscription.account
            told.fields.problem(
                "number",
                f"number {held.what} belongs to account {account.number} ({account.name}),"
                f" subscription {other.subscription.code}, {_words([held])}",
                "end it there with until:, or begin here later with from:",
            )


def _service_numbers(histories: list[NumberHistory]) -> dict[tuple[int, str], ServiceNumber]:
    named: dict[int, set[str]] = defaultdict(set)
    for history in histories:
        named[history.brand_id].add(history.number)
    found: dict[tuple[int, str], ServiceNumber] = {}
    for brand_id, numbers in named.items():
        for row in ServiceNumber.objects.filter(brand=brand_id, number__in=numbers):
            found[brand_id, row.number] = row
        new = [
            ServiceNumber(brand_id=brand_id, number=number, state=ServiceNumber.State.ASSIGNED)
            for number in sorted(numbers)
            if (brand_id, number) not in found
        ]
        for row in ServiceNumber.objects.bulk_create(new, batch_size=BATCH):
            found[brand_id, row.number] = row
    return found


def _span(row: NumberAssignment) -> Span:
    return Span(row.number.number, row.during.lower, row.during.upper)


def _words(spans: Iterable[Span]) -> str:
    return (
        ", ".join(
            f"from {span.start}" + (f" until {span.end}" if span.end else "") for span in spans
        )
        or "nothing"
    )

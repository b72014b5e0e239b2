"""Which files of a source are missing, and which came late: by their names and by the clock."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from billing.usage.arrivals.name_patterns import NameParts, NamePattern

# Of a schedule that began long ago only the latest files are looked for.
DAYS_MAX = 400


@dataclass(frozen=True, slots=True)
class Arrival:
    """A name under which a file came, and when."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is known of a source's files: how they are named and when they are due.

    Days and times of day are of `zone`, the brand's.
    """

    zone: str
    pattern: str = ""
    every_hours: int | None = None
    by: time | None = None
    starts: date | None = None
    sequence_first: int | None = None
    sequence_daily: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """A file that is missing. `key` names it within its source, `what` is a sentence without a
    full stop; its usage may have begun at `since`."""

    key: str
    what: str
    since: datetime


@dataclass(frozen=True, slots=True)
class LateFile:
    """A file that came after it was due."""

    name: str
    due: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class Slot:
    """The stretch of time of which one file is expected, and when it is due."""

    key: str
    start: datetime
    due: datetime


def sequence_gaps(
    expected: Expectation, arrivals: Sequence[Arrival], accepted: Collection[str]
) -> Iterator[Gap]:
    """Numbers that are missing between those that came, neighbours as one gap."""
    series: dict[date | None, dict[int, datetime]] = {}
    for arrival, parts in _named(expected, arrivals):
        if parts.sequence is not None:
            numbers = series.setdefault(parts.day if expected.sequence_daily else None, {})
            numbers[parts.sequence] = min(arrival.at, numbers.get(parts.sequence, arrival.at))
    for day in sorted(series, key=lambda each: each or date.min):
        yield from _gaps_of_series(day, series[day], expected.sequence_first, accepted)


def _gaps_of_series(
    day: date | None, numbers: dict[int, datetime], first: int | None, accepted: Collection[str]
) -> Iterator[Gap]:
    prefix = f"{day}/" if day else ""
    there = sorted(numbers)
    if first is not None:
        there = [first - 1, *(number for number in there if number >= first)]
    done = sorted(_ranges(accepted, prefix))
    for before, after in pairwise(there):
        since = numbers.get(before, min(numbers.values()))
        for low, high in _without(before + 1, after - 1, done):
            numbered = f"{low}" if low == high else f"{low}-{high}"
            files = "file number" if low == high else "files number"
            of_day = f" of {day}" if day else ""
            yield Gap(f"#{prefix}{numbered}", f"{files} {numbered}{of_day} never came", since)


def _ranges(keys: Collection[str], prefix: str) -> Iterator[tuple[int, int]]:
    """The numbers that accepted gaps of a series name."""
    for key in keys:
        if key.startswith(f"#{prefix}") and "/" not in key[len(prefix) + 1 :]:
            low, _, high = key[len(prefix) + 1 :].partition("-")
            if low.isdigit() and (not high or high.isdigit()):
                yield int(low), int(high or low)


def _without(low: int, high: int, taken: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The stretches of `low` to `high` (both included) that none of `taken`, in order, holds."""
    for start, end in taken:
        if end < low or start > high:
            continue
        if start > low:
            yield low, start - 1
        low = max(low, end + 1)
    if low <= high:
        yield low, high


def slots_of(expected: Expectation, now: datetime) -> list[Slot]:
    """The stretches of time up to now, each of which a file is expected of."""
    if expected.starts is None:
        return []
    zone = ZoneInfo(expected.zone)
    today = now.astimezone(zone).date()
    first = max(expected.starts, today - timedelta(days=DAYS_MAX))
    if expected.every_hours is not None:
        return list(_by_hours(expected, first, expected.every_hours, now))
    if expected.by is None:
        return []
    # The file of a day is due on the next one, by a time of day.
    days = [first + timedelta(days=n) for n in range((today - first).days + 1)]
    return [
        Slot(
            str(day),
            datetime.combine(day, time(0), zone),
            datetime.combine(day + timedelta(days=1), expected.by, zone),
        )
        for day in days
    ]


def _by_hours(expected: Expectation, first: date, hours: int, now: datetime) -> Iterator[Slot]:
    zone = ZoneInfo(expected.zone)
    assert expected.starts is not None
    utc = ZoneInfo("UTC")
    begin = datetime.combine(expected.starts, time(0), zone).astimezone(utc)
    step = timedelta(hours=hours)
    passed = datetime.combine(first, time(0), zone).astimezone(utc) - begin
    start = begin + (passed // step) * step
    while start <= now:
        yield Slot(f"{start:%Y-%m-%dT%H:%MZ}", start, start + step)
        start += step


def schedule_gaps(
    expected: Expectation, arrivals: Sequence[Arrival], now: datetime
) -> tuple[list[Gap], list[LateFile]]:
    """Files that are due and did not come, and those that came after they were due."""
    slots = slots_of(expected, now)
    came = (
        _by_name(expected, arrivals, slots) if _names_tell(expected) else _by_time(arrivals, slots)
    )
    gaps = [
        Gap(
            slot.key,
            f"the file from {_shown(slot.start, expected)}, due by {_shown(slot.due, expected)}, "
            "never came",
            slot.start,
        )
        for slot in slots
        if slot.key not in came and slot.due <= now
    ]
    late = [
        LateFile(came[slot.key].name, slot.due, came[slot.key].at)
        for slot in slots
        if slot.key in came and came[slot.key].at > slot.due
    ]
    return gaps, late


def _names_tell(expected: Expectation) -> bool:
    """Whether a name says of which stretch of time its file is."""
    parts = NamePattern(expected.pattern).parts if expected.pattern else []
    if expected.every_hours is None or expected.every_hours % 24 == 0:
        return "date" in parts
    return "hour" in parts


def _by_name(
    expected: Expectation, arrivals: Sequence[Arrival], slots: Sequence[Slot]
) -> dict[str, Arrival]:
    came: dict[str, Arrival] = {}
    zone = ZoneInfo(expected.zone)
    starts = [slot.start for slot in slots]
    for arrival, parts in _named(expected, arrivals):
        if parts.day is None:
            continue
        moment = datetime.combine(parts.day, time(parts.hour or 0), zone)
        place = bisect_right(starts, moment) - 1
        if place >= 0:
            came.setdefault(slots[place].key, arrival)
    return came


def _by_time(arrivals: Sequence[Arrival], slots: Sequence[Slot]) -> dict[str, Arrival]:
    """An arrival is the file whose time is nearest; a further one is the oldest that is missing."""
    came: dict[str, Arrival] = {}
    dues = [slot.due for slot in slots]
    oldest = 0
    for arrival in sorted(arrivals, key=lambda each: each.at):
        if not slots or arrival.at < slots[0].start:
            continue
        next_one = bisect_left(dues, arrival.at)
        while oldest < next_one and slots[oldest].key in came:
            oldest += 1
        place = _nearest(slots, next_one, arrival.at, came)
        if place is None and oldest < next_one:
            place = oldest
        if place is not None:
            came[slots[place].key] = arrival
    return came


def _nearest(
    slots: Sequence[Slot], next_one: int, at: datetime, came: Collection[str]
) -> int | None:
    """Which file it is, the one that is due next or the one that was due just before: whichever is
    missing, and nearer if both are."""
    missing = [
        place
        for place in (next_one - 1, next_one)
        if 0 <= place < len(slots) and slots[place].key not in came
    ]
    if next_one < len(slots) and next_one not in missing:
        return None
    return min(missing, key=lambda place: abs(slots[place].due - at), default=None)


def _named(
    expected: Expectation, arrivals: Sequence[Arrival]
) -> Iterator[tuple[Arrival, NameParts]]:
    if not expected.pattern:
        return
    pattern = NamePattern(expected.pattern)
    for arrival in sorted(arrivals, key=lambda each: each.at):
        parts = pattern.read(arrival.name)
        if parts is not None:
            yield arrival, parts


def _shown(moment: datetime, expected: Expectation) -> str:
    return f"{moment.astimezone(ZoneInfo(expected.zone)):%Y-%m-%d %H:%M}"

"""Time bands: which hours of a deck an instant lies in, by the wall clock of the deck's zone.

Bands are named; the empty name stands for hours that no band has. A date wins over a holiday and
a holiday over a weekday, each in its own hours only. An hour that comes twice when clocks are put
back counts twice, one that is skipped doesn't count. Rules: docs/how-invoices-are-calculated.md,
"Time bands".
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

MINUTES_OF_A_DAY = 1440
_DAY_SECONDS, _HOUR_SECONDS = 86_400, 3_600
_EPOCH_DAY = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class BandHours:
    """Hours of a band: minutes `[first, end)` from midnight, on one kind of day.

    The day is a weekday (1 is Monday), a date, or any public holiday of a country.
    """

    band: str
    first: int
    end: int
    weekday: int | None = None
    day: date | None = None
    holidays_of: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.first < self.end <= MINUTES_OF_A_DAY:
            raise ValueError(f"Hours lie within one day, not {self.first} to {self.end} minutes.")
        if (self.weekday is not None) + (self.day is not None) + bool(self.holidays_of) != 1:
            raise ValueError("Hours are of a weekday, of a date or of holidays: of one of these.")

    def covers(self, minute: int) -> bool:
        return self.first <= minute < self.end


def no_holidays(_country: str, _day: date) -> bool:
    """For decks that name no country's holidays."""
    return False


@dataclass(frozen=True, slots=True)
class Calendar:
    """The bands of a deck. Of one kind of day, no two hours share a minute.

    `is_holiday` says of a country (ISO 3166) and a date whether it is a public holiday there.
    `also` names bands that have no hours.
    """

    zone: str
    hours: tuple[BandHours, ...]
    is_holiday: Callable[[str, date], bool] = no_holidays
    also: tuple[str, ...] = ()

    @property
    def bands(self) -> tuple[str, ...]:
        """The bands' names, without the empty one."""
        return tuple(sorted({hours.band for hours in self.hours}.union(self.also)))

    def hours_of(self, day: date) -> tuple[Sequence[BandHours], ...]:
        """The hours that hold on a date, the winning kind first: date, holiday, weekday."""
        return (
            [hours for hours in self.hours if hours.day == day],
            [
                hours
                for hours in self.hours
                if hours.holidays_of and self.is_holiday(hours.holidays_of, day)
            ],
            [hours for hours in self.hours if hours.weekday == day.isoweekday()],
        )


def band_at(calendar: Calendar, instant: int) -> str:
    """The band of an instant (UTC epoch seconds); the plain reading of the rule."""
    local = datetime.fromtimestamp(instant, ZoneInfo(calendar.zone))
    minute = local.hour * 60 + local.minute
    for kind in calendar.hours_of(local.date()):
        for hours in kind:
            if hours.covers(minute):
                return hours.band
    return ""


@dataclass(frozen=True, slots=True, eq=False)
class BandTable:
    """The bands of some days in columns: from `changes[i]` on it is band `bands[i]`.

    Both have shape (changes,): UTC epoch seconds, ascending, and places in `names` (0 is "").
    """

    names: tuple[str, ...]
    changes: NDArray[np.int64]
    bands: NDArray[np.int64]

    def at(self, instants: NDArray[np.int64]) -> NDArray[np.int64]:
        """The band of each instant, as its place in `names`."""
        return self.bands[np.searchsorted(self.changes, instants, side="right") - 1]

    def next_change(self, instants: NDArray[np.int64]) -> NDArray[np.int64]:
        """When each instant's band ends; the last band of the table goes on for ever."""
        after = np.searchsorted(self.changes, instants, side="right")
        ends = np.append(self.changes, np.iinfo(np.int64).max)
        return ends[after]

    def between(self, start: int, end: int) -> list[tuple[int, int]]:
        """The changes inside `(start, end)` with the band that begins there."""
        first = int(np.searchsorted(self.changes, start, side="right"))
        last = int(np.searchsorted(self.changes, end, side="left"))
        return list(
            zip(self.changes[first:last].tolist(), self.bands[first:last].tolist(), strict=True)
        )


def compile_bands(
    calendar: Calendar, starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> BandTable:
    """The bands of all days (of UTC) that the events `[start, end]` touch.

    Starts and ends are UTC epoch seconds between the years 1 and 9999; asked about other instants
    the table doesn't know.
    """
    names = ("", *calendar.bands)
    place_of = {name: place for place, name in enumerate(names)}
    zone = ZoneInfo(calendar.zone)
    painted: dict[date, list[tuple[int, int]]] = {}
    changes: list[int] = []
    bands: list[int] = []
    for first, end in _runs_of_days(starts // _DAY_SECONDS, ends // _DAY_SECONDS):
        for since, until, offset in _offsets(zone, first * _DAY_SECONDS, end * _DAY_SECONDS):
            for day_number in range((since + offset) // _DAY_SECONDS, _day_after(until + offset)):
                day = _EPOCH_DAY + timedelta(days=day_number)
                if day not in painted:
                    painted[day] = _paint(calendar, day, place_of)
                midnight = day_number * _DAY_SECONDS - offset
                for minute, band in painted[day]:
                    at = max(midnight + minute * 60, since)
                    if at >= until:
                        break
                    if changes and changes[-1] == at:
                        bands[-1] = band
                    else:
                        changes.append(at)
                        bands.append(band)
    return _without_repeats(names, changes, bands)


def _without_repeats(names: tuple[str, ...], changes: list[int], bands: list[int]) -> BandTable:
    """Where a band follows itself nothing changes."""
    at, band = np.array(changes, np.int64), np.array(bands, np.int64)
    kept = np.ones(len(at), np.bool_)
    kept[1:] = band[1:] != band[:-1]
    return BandTable(names, at[kept], band[kept])


def _runs_of_days(firsts: NDArray[np.int64], lasts: NDArray[np.int64]) -> list[tuple[int, int]]:
    """The days that the spans `[first, last]` touch, as disjoint runs `[first, end)`."""
    # One number for each span: one column is told apart much faster than two.
    size = int((lasts - firsts).max(initial=0)) + 2
    spans = np.unique(firsts * size + (lasts + 1 - firsts))
    runs: list[tuple[int, int]] = []
    for first, end in zip(
        (spans // size).tolist(), (spans // size + spans % size).tolist(), strict=True
    ):
        if runs and first <= runs[-1][1]:
            runs[-1] = (runs[-1][0], max(runs[-1][1], end))
        else:
            runs.append((first, end))
    return runs


def _day_after(local_end: int) -> int:
    return -(-local_end // _DAY_SECONDS)


def _offsets(zone: ZoneInfo, first: int, end: int) -> list[tuple[int, int, int]]:
    """`[first, end)` cut where clocks are put forward or back: since, until, seconds from UTC."""
    pieces: list[tuple[int, int, int]] = []
    since, offset = first, _offset(zone, first)
    for hour in range(first, end, _HOUR_SECONDS):
        later = _offset(zone, hour + _HOUR_SECONDS)
        if later != offset:
            at = _when_it_changes(zone, hour, hour + _HOUR_SECONDS, offset)
            pieces.append((since, at, offset))
            since, offset = at, later
    pieces.append((since, end, offset))
    return [piece for piece in pieces if piece[0] < piece[1]]


def _when_it_changes(zone: ZoneInfo, before: int, after: int, offset: int) -> int:
    """The first second at which the clocks no longer show `offset`."""
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(zone, middle) == offset:
            before = middle
        else:
            after = middle
    return after


def _offset(zone: ZoneInfo, instant: int) -> int:
    there = datetime.fromtimestamp(instant, UTC).astimezone(zone).utcoffset()
    assert there is not None
    return there // timedelta(seconds=1)


def _paint(calendar: Calendar, day: date, place_of: dict[str, int]) -> list[tuple[int, int]]:
    """From which minute on which band holds on that date, from midnight on."""
    minutes = np.zeros(MINUTES_OF_A_DAY, np.int64)
    for kind in reversed(calendar.hours_of(day)):
        for hours in kind:
            minutes[hours.first : hours.end] = place_of[hours.band]
    starts = [0, *(np.flatnonzero(np.diff(minutes)) + 1).tolist()]
    return [(start, int(minutes[start])) for start in starts]

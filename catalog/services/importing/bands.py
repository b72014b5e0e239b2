"""The time bands of a deck in the catalogue: which hours of which days bear which name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.db.backends.postgresql.psycopg_any import NumericRange

from catalog.models import BandHours, RateDeck, TimeBand
from catalog.models.bands import MINUTES_OF_A_DAY
from catalog.sections import CatalogueFile
from core.input_tree import Fields, Node, Unreadable
from core.input_values import code as code_reader
from core.input_values import country, day, list_of, scalar

# Weekday (0 for none), date (the first of all for none), country, first and last minute.
Content = tuple[int, date, str, int, int]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TIME = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])")


@dataclass(frozen=True, order=True, slots=True)
class Hours:
    """Hours of one weekday, of one date, or of a country's holidays, in minutes from midnight."""

    weekday: int
    on: date
    holidays_of: str
    first: int
    end: int
    line: int = 0

    @property
    def day(self) -> tuple[int, date, bool]:
        """Hours of equal days must not overlap; two countries' holidays may be one day."""
        return (self.weekday, self.on, bool(self.holidays_of))

    @property
    def content(self) -> Content:
        """All but the line."""
        return (self.weekday, self.on, self.holidays_of, self.first, self.end)


def read_bands(fields: Fields) -> dict[str, list[Hours]] | None:
    """The bands of a deck's entry by code; None where it names none. Problems are reported."""
    if not fields.given("bands"):
        return None
    bands: dict[str, list[Hours]] = {}
    for table in fields.tables("bands", f"{fields.subject}, band"):
        code = table.require("code", code_reader())
        if code in bands:
            table.problem("code", f"band {code} stands twice", "put all its hours in one")
        hours: list[Hours] = []
        for part in table.tables("hours", f"{fields.subject}, band {code}"):
            hours += _read_hours(part)
        if not table.given("hours"):
            table.problem("hours", "hours are missing", "add hours: - {weekdays: [mon], …}")
        table.finish()
        if code:
            bands.setdefault(code, []).extend(hours)
    _refuse_overlaps(fields, bands)
    return bands


def store_bands(
    catalogue: CatalogueFile, fields: Fields, deck: RateDeck, bands: dict[str, list[Hours]]
) -> None:
    """Make the deck's bands those of the file.

    Once rates name bands, hours are what bills were made by: then only hours of dates to come may
    be added.
    """
    stored = {band.code: band for band in deck.bands.prefetch_related("hours")}
    before = {code: _stored_hours(band) for code, band in stored.items()}
    after = {code: {hours.content for hours in of_band} for code, of_band in bands.items()}
    if before == after:
        if after:
            catalogue.report.add_unchanged("bands")
        return
    if deck.rates.filter(band__isnull=False).exists():
        today = catalogue.now.date()
        kept = all(before[code] <= after.get(code, set()) for code in before)
        added = {hours for code in after for hours in after[code] - before.get(code, set())}
        if not kept or any(hours[1] <= today for hours in added):
            fields.problem(
                "bands",
                "the hours of bands can't change: rates name them",
                "add hours of single dates to come, or make another deck",
            )
            return
    else:
        BandHours.objects.filter(deck=deck).delete()
        before = {}
        deck.bands.exclude(code__in=bands).delete()
    for code, of_band in bands.items():
        band = stored.get(code) or TimeBand.objects.create(deck=deck, code=code)
        BandHours.objects.bulk_create(
            _row(deck, band, hours)
            for hours in of_band
            if hours.content not in before.get(code, set())
        )
    catalogue.report.add_changed("bands", deck.code, [f"bands: {', '.join(bands) or '(none)'}"])


def _read_hours(fields: Fields) -> list[Hours]:
    """One entry of `hours`: its days, and from when until when."""
    weekdays = fields.get("weekdays", list_of(_weekday)) or []
    dates = fields.get("dates", list_of(day)) or []
    holidays = fields.get("holidays", country) or ""
    first = fields.get("from", _time)
    end = fields.get("until", _time)
    fields.finish()
    if sum(map(bool, (weekdays, dates, holidays))) != 1:
        fields.problem(
            "weekdays", "says not which days", "write one of weekdays, dates and holidays"
        )
        return []
    first = 0 if first is None else first
    end = MINUTES_OF_A_DAY if end is None else end
    if end <= first:
        fields.problem(
            "until", "until is not after from", "write hours over midnight as two, until 24:00"
        )
        return []
    none = date.min
    days = [(number, none, "") for number in weekdays] + [(0, found, "") for found in dates]
    if holidays:
        days.append((0, none, holidays))
    return [Hours(*one, first, end, fields.line) for one in days]


def _refuse_overlaps(fields: Fields, bands: dict[str, list[Hours]]) -> None:
    everything = sorted((hours.day, hours.first, hours.end, hours.line, code)
                        for code, of_band in bands.items() for hours in of_band)  # fmt: skip
    for earlier, later in pairwise(everything):
        if earlier[0] == later[0] and later[1] < earlier[2]:
            line = max(earlier[3], later[3])
            fields.problems.add(
                line,
                f"{fields.subject}: hours of bands {earlier[4]} and {later[4]} overlap",
                "give each minute of a day to one band",
            )


def _stored_hours(band: TimeBand) -> set[Content]:
    return {
        (row.weekday or 0, row.date or date.min, row.holidays_of, row.minutes.lower,
         row.minutes.upper)
        for row in band.hours.all()
    }  # fmt: skip


def _row(deck: RateDeck, band: TimeBand, hours: Hours) -> BandHours:
    return BandHours(
        deck=deck,
        band=band,
        weekday=hours.weekday or None,
        date=None if hours.on == date.min else hours.on,
        holidays_of=hours.holidays_of,
        minutes=NumericRange(hours.first, hours.end),
    )


def _weekday(node: Node) -> int:
    name = scalar(node).lower()[:3]
    if name not in WEEKDAYS:
        raise Unreadable(f"{scalar(node)!r} is not a weekday", f"use {', '.join(WEEKDAYS)}")
    return WEEKDAYS.index(name) + 1


def _time(node: Node) -> int:
    found = TIME.fullmatch(scalar(node))
    minutes = int(found[1]) * 60 + int(found[2]) if found else MINUTES_OF_A_DAY + 1
    if minutes > MINUTES_OF_A_DAY:
        raise Unreadable(f"{scalar(node)!r} is not a time", "write 00:00 to 24:00")
    return minutes

"""Public holidays and time zones of countries, for when people are left in peace."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

import holidays


def is_public_holiday(day: date, country: str) -> bool:
    """Whether the whole country (ISO 3166) keeps the day; none for countries nobody knows."""
    return day in _holidays(country, day.year)


@lru_cache(maxsize=256)
def _holidays(country: str, year: int) -> frozenset[date]:
    if country not in holidays.list_supported_countries():
        return frozenset()
    return frozenset(holidays.country_holidays(country, years=year).keys())


def only_zone_of(country: str) -> str:
    """The country's time zone; empty for one that has several, or that nobody knows."""
    zones = _zones().get(country, [])
    return zones[0] if len(zones) == 1 else ""


@lru_cache(maxsize=1)
def _zones() -> dict[str, list[str]]:
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text()
    zones: dict[str, list[str]] = {}
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _place, name = line.split("\t")[:3]
            zones.setdefault(country, []).append(name)
    return zones


def zone_called(name: str) -> ZoneInfo | None:
    """The zone of that IANA name; None if there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None

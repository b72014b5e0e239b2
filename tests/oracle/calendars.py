"""Days: bill days that come back after short months, usage periods, charge periods, bank days."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta


def anchor(month: int, bill_day: int) -> date:
    """The bill day of a month counted from year 0."""
    year, index = divmod(month, 12)
    return date(year, index + 1, min(bill_day, monthrange(year, index + 1)[1]))


def month_of(day: date) -> int:
    """The day's month, counted from year 0."""
    return day.year * 12 + day.month - 1


def usage_period(day: date, bill_day: int) -> tuple[date, date]:
    """The month on the bill day in which a day lies, half-open."""
    month = month_of(day)
    if anchor(month, bill_day) > day:
        month -= 1
    return anchor(month, bill_day), anchor(month + 1, bill_day)


def charge_periods(start: date, months: int, bill_day: int) -> Iterator[tuple[date, date]]:
    """The full periods of a charge that starts on a day; it starts within the first of them.

    The first anchor is the bill day of the start's month or, if that is past, one length later.
    """
    month = month_of(start)
    if anchor(month, bill_day) < start:
        month += months
    if anchor(month, bill_day) > start:
        yield anchor(month - months, bill_day), anchor(month, bill_day)
    while True:
        yield anchor(month, bill_day), anchor(month + months, bill_day)
        month += months


def bank_day(day: date, country: str) -> date:
    """The day, or the next one that is neither of a weekend nor a holiday of the whole country."""
    while day.weekday() >= 5 or day in holidays(day.year, country):
        day += timedelta(days=1)
    return day


def holidays(year: int, country: str) -> set[date]:
    """Norway's and Germany's holidays, by hand."""
    easter = _easter(year)
    moving = {"NO": (-3, -2, 0, 1, 39, 49, 50), "DE": (-2, 1, 39, 50)}[country]
    fixed = {"NO": ((1, 1), (5, 1), (5, 17), (12, 25), (12, 26))}.get(
        country, ((1, 1), (5, 1), (10, 3), (12, 25), (12, 26))
    )
    days = {easter + timedelta(days=offset) for offset in moving}
    return days | {date(year, month, day) for month, day in fixed}


def _easter(year: int) -> date:
    """Easter Sunday by Gauss and Butcher."""
    century = year // 100
    moon = (19 * (year % 19) + century - century // 4 - (8 * century + 13) // 25 + 15) % 30
    moon -= (moon // 28) * (1 - (29 // (moon + 1)) * ((21 - year % 19) // 11))
    weekday = (year + year // 4 + moon + 2 - century + century // 4) % 7
    offset = moon - weekday
    month = 3 + (offset + 40) // 44
    return date(year, month, offset + 28 - 31 * (month // 4))

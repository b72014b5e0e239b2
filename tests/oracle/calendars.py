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


def bank_day(day: date, holidays: set[date]) -> date:
    """The day, or the next one on which banks work."""
    while day.weekday() >= 5 or day in holidays:
        day += timedelta(days=1)
    return day

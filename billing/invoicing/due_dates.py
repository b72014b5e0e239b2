"""Until when an invoice is to be paid."""

from __future__ import annotations

from datetime import date, timedelta

from accounts.calendars import is_public_holiday

SATURDAY = 5


def due_date(issue_date: date, terms_days: int, *, country: str, on_bank_day: bool) -> date:
    """Issue date plus the terms; moved to the next bank day where the brand says so.

    Issued on 1 November 2026 with 14 days: 15 November is a Sunday, so 16 November.
    """
    day = issue_date + timedelta(days=terms_days)
    while on_bank_day and not is_bank_day(day, country):
        day += timedelta(days=1)
    return day


def is_bank_day(day: date, country: str) -> bool:
    """Whether banks of the country (ISO 3166) are open: no weekend, no public holiday."""
    return day.weekday() < SATURDAY and not is_public_holiday(day, country)

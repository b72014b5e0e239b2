"""When somebody who still owes is reminded: one friendly step, some days after the due date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the ladder, taken so many days after the due date."""

    name: str
    days_after_due: int


REMINDER = "reminder"


def step_due(
    *,
    due_date: date,
    as_of: date,
    open_amount: Decimal,
    minimum_open_amount: Decimal,
    days_after_due: int,
) -> Step | None:
    """The step that is due on `as_of`, if any, for something due on `due_date`.

    `open_amount` is all that the account is overdue with, in its currency; below the minimum
    nobody is reminded, nor where nothing is open. Due on 16 November with three days: from
    19 November on. Source: rules 6 and 7.
    """
    if open_amount <= 0 or open_amount < minimum_open_amount:
        return None
    if as_of < reminded_from(due_date, days_after_due):
        return None
    return Step(REMINDER, days_after_due)


def reminded_from(due_date: date, days_after_due: int) -> date:
    """The first day on which something due on `due_date` is reminded of."""
    return due_date + timedelta(days=days_after_due)

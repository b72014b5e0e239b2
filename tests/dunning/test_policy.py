"""When a reminder is due: the worked table."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from dunning.policy import Step, step_due


@pytest.mark.parametrize(
    ("due", "as_of", "open_amount", "minimum", "days", "expected"),
    [
        # Kari's bill is due on 16 November 2026 and reminded of from the 19th on.
        ("2026-11-16", "2026-11-15", "905.07", "50.00", 3, False),
        ("2026-11-16", "2026-11-16", "905.07", "50.00", 3, False),
        ("2026-11-16", "2026-11-18", "905.07", "50.00", 3, False),
        ("2026-11-16", "2026-11-19", "905.07", "50.00", 3, True),
        ("2026-11-16", "2027-02-01", "905.07", "50.00", 3, True),
        # The minimum itself is enough, an øre less is not.
        ("2026-11-16", "2026-11-19", "50.00", "50.00", 3, True),
        ("2026-11-16", "2026-11-19", "49.99", "50.00", 3, False),
        # Nothing open is nothing to remind of, whatever the minimum.
        ("2026-11-16", "2026-11-19", "0.00", "0.00", 3, False),
        ("2026-11-16", "2026-11-19", "0.01", "0.00", 3, True),
        ("2026-11-16", "2026-11-19", "-80.00", "0.00", 3, False),
        # Days are calendar days, over the month's and the year's end too.
        ("2026-12-30", "2027-01-01", "905.07", "50.00", 3, False),
        ("2026-12-30", "2027-01-02", "905.07", "50.00", 3, True),
        ("2028-02-28", "2028-02-29", "905.07", "50.00", 1, True),
    ],
)
def test_the_step_is_due_some_days_after_the_due_date(
    due, as_of, open_amount, minimum, days, expected
):
    step = step_due(
        due_date=date.fromisoformat(due),
        as_of=date.fromisoformat(as_of),
        open_amount=Decimal(open_amount),
        minimum_open_amount=Decimal(minimum),
        days_after_due=days,
    )

    assert step == (Step("reminder", days) if expected else None)

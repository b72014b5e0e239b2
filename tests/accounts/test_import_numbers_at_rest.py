"""A number that a file takes from its subscription rests before somebody else may have it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from accounts.models import NumberPool, ServiceNumber
from tests.accounts.conftest import KARI, TODAY, TakeIn

HELD = '"+47 900 00 123", from: 2026-01-01'
LEFT = HELD + ", until: 2026-11-01"


@pytest.mark.parametrize(
    ("days", "until"), [(None, date(2027, 1, 30)), (30, date(2026, 12, 1)), (0, date(2026, 11, 1))]
)
def test_it_rests_as_long_as_its_pool_says(take_in: TakeIn, days: int | None, until: date) -> None:
    """From the first day without it: 90 days, or those of its pool."""
    take_in()
    number = ServiceNumber.objects.get()
    if days is not None:
        number.pool = NumberPool.objects.create(
            brand=number.brand, code="OSLO", name="Oslo", quarantine_days=days
        )
        number.save()

    take_in(KARI.replace(HELD, LEFT))

    number.refresh_from_db()
    assert (number.state, number.quarantined_until) == ("quarantined", until)


def test_it_rests_only_once_its_last_day_is_over(take_in: TakeIn) -> None:
    later = TODAY + timedelta(days=8)

    take_in(KARI.replace(HELD, f"{HELD}, until: {later}"))
    before = ServiceNumber.objects.get()
    take_in(KARI.replace(HELD, f"{HELD}, until: {later}"), as_of=later)

    assert (before.state, before.quarantined_until) == ("assigned", None)
    assert ServiceNumber.objects.get().quarantined_until == later + timedelta(days=90)


def test_the_same_file_again_does_not_let_it_rest_longer(take_in: TakeIn) -> None:
    take_in(KARI.replace(HELD, LEFT))

    report = take_in(KARI.replace(HELD, LEFT), as_of=TODAY + timedelta(days=5))

    assert not report.has_changes
    assert ServiceNumber.objects.get().quarantined_until == date(2027, 1, 30)

"""Usage on the days of a pause is not active: the day of the pause is one, of the resume not."""

from __future__ import annotations

from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from tests.billing.usage.kari import call


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        ("2026-10-04T21:59:59Z", None),  # 4 October, 23:59:59 in Oslo
        ("2026-10-04T22:00:00Z", "not_active"),
        ("2026-10-09T21:59:59Z", "not_active"),
        ("2026-10-09T22:00:00Z", None),  # the day of the resume
    ],
)
def test_usage_of_a_paused_subscription_is_not_active(kari, start, reason):
    kari.subscription.pauses.create(during=DateRange(date(2026, 10, 5), date(2026, 10, 10)))

    imported = kari.take([call(start=start)])

    assert list(imported.suspended) == ([reason] if reason else [])

"""What the database itself refuses about arrivals, schedules and accepted gaps."""

from __future__ import annotations

from datetime import date, time

import pytest
from django.db import IntegrityError

from billing.models import AcceptedUsageGap, UsageArrival, UsageFile
from tests import make
from tests.billing.usage.kari import NOW, call


def refused(constraint: str):
    """The block must break this constraint."""
    return pytest.raises(IntegrityError, match=constraint)


@pytest.mark.parametrize(
    "schedule",
    [
        {"expected_every_hours": 24},
        {"expected_by": time(6)},
        {"expected_every_hours": 0, "expected_from": date(2026, 11, 1)},
        {"expected_every_hours": 745, "expected_from": date(2026, 11, 1)},
        {
            "expected_every_hours": 24,
            "expected_by": time(6),
            "expected_from": date(2026, 11, 1),
        },
    ],
)
def test_files_are_expected_in_one_way_from_a_day_on(fjordtel, schedule):
    with refused("usage_source_schedule_is_whole"):
        make.make_source(fjordtel, **schedule)


def test_a_name_of_a_file_is_noted_once(kari):
    kari.take([call()])
    file = UsageFile.objects.get()
    UsageArrival.objects.get_or_create(file=file, name="usage.csv", defaults={"arrived_at": NOW})

    with refused("usage_arrival_once"):
        UsageArrival.objects.create(file=file, name="usage.csv", arrived_at=NOW)


def test_a_gap_is_accepted_once_and_with_a_reason(kari):
    gap = {"source": kari.source, "key": "2026-11-02", "accepted_at": NOW}
    AcceptedUsageGap.objects.create(**gap, reason="The switch was off.")

    with refused("accepted_usage_gap_once"):
        AcceptedUsageGap.objects.create(**gap, reason="Again.")


def test_nobody_accepts_a_gap_without_a_reason(kari):
    with refused("accepted_usage_gap_says_why"):
        AcceptedUsageGap.objects.create(
            source=kari.source, key="2026-11-02", reason="", accepted_at=NOW
        )

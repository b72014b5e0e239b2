"""Quiet hours on the reader's clock: worked times, every zone, and days with 23 and 25 hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.calendars import is_public_holiday, only_zone_of, zone_called
from accounts.quiet_hours import QuietRule, is_quiet, next_allowed

OSLO = ZoneInfo("Europe/Oslo")
USUAL = QuietRule(time(21), time(8), OSLO, is_holiday=lambda day: is_public_holiday(day, "NO"))


def at(text: str) -> datetime:
    """A time on Oslo's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=OSLO)


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [
        ("2026-11-19 12:00", "2026-11-19 12:00"),  # a Thursday at noon
        ("2026-11-19 20:59", "2026-11-19 20:59"),
        ("2026-11-19 21:00", "2026-11-20 08:00"),
        ("2026-11-20 07:59", "2026-11-20 08:00"),
        ("2026-11-20 08:00", "2026-11-20 08:00"),
        ("2026-11-21 21:30", "2026-11-23 08:00"),  # Saturday evening: Sunday is quiet
        ("2026-12-24 22:00", "2026-12-28 08:00"),  # two holidays, one a Saturday, then Sunday
        ("2026-03-28 22:00", "2026-03-30 08:00"),  # over the night that loses an hour
        ("2026-10-24 22:00", "2026-10-26 08:00"),  # over the night that wins one
    ],
)
def test_worked_times_in_oslo(asked: str, allowed: str) -> None:
    assert next_allowed(USUAL, at(asked)) == at(allowed)


def test_hours_within_a_day_and_none_at_all() -> None:
    siesta = QuietRule(time(13), time(15, 7), OSLO, sundays=False)
    never = QuietRule(time(9), time(9), OSLO, sundays=False)

    assert next_allowed(siesta, at("2026-11-19 13:30")) == at("2026-11-19 15:07")
    assert not is_quiet(never, at("2026-11-22 03:00"))


def test_an_end_that_the_clock_leaves_out_is_the_moment_of_the_change() -> None:
    rule = QuietRule(time(21), time(2, 30), OSLO, sundays=False)

    allowed = next_allowed(rule, at("2026-03-28 23:00"))

    assert allowed == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)  # 02:00 becomes 03:00


def test_the_same_instant_is_quiet_here_and_not_there() -> None:
    evening = datetime(2026, 11, 19, 20, 30, tzinfo=UTC)
    new_york = QuietRule(time(21), time(8), ZoneInfo("America/New_York"))

    assert is_quiet(USUAL, evening)
    assert not is_quiet(new_york, evening)


ZONES = ["Europe/Oslo", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu", "Pacific/Chatham",
         "Australia/Lord_Howe", "America/St_Johns", "Pacific/Kiritimati", "Pacific/Pago_Pago",
         "Africa/Cairo", "America/Santiago", "UTC"]  # fmt: skip
rules = st.builds(
    QuietRule,
    quiet_from=st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    quiet_until=st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    sundays=st.booleans(),
    is_holiday=st.sampled_from([lambda _day: False, lambda day: day.day in (1, 17, 25)]),
)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)).map(  # noqa: DTZ001
    lambda t: t.replace(tzinfo=UTC)
)


@settings(max_examples=150, deadline=None)
@given(rules, moments)
def test_the_next_time_is_allowed_and_no_minute_before_it_is(
    rule: QuietRule, moment: datetime
) -> None:
    allowed = next_allowed(rule, moment)

    assert allowed >= moment
    assert not is_quiet(rule, allowed)
    step = timedelta(minutes=1)
    minutes = int((allowed - moment) / step)
    for number in range(0, minutes, max(1, minutes // 300)):
        assert is_quiet(rule, moment + number * step)
    if allowed > moment:
        assert is_quiet(rule, allowed - timedelta(seconds=1))


def test_countries_of_one_zone_name_it_and_others_do_not() -> None:
    assert only_zone_of("NO") == "Europe/Oslo"
    assert only_zone_of("US") == only_zone_of("XX") == ""
    assert zone_called("Nowhere/Land") is None
    assert is_public_holiday(date(2026, 5, 17), "NO")
    assert not is_public_holiday(date(2026, 5, 17), "XX")

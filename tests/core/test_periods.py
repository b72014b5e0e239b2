"""core.periods: half-open periods on anchors, and where local days begin."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.periods import (
    Period,
    anchor_date,
    first_anchor_from,
    local_date,
    local_midnight,
    next_anchor,
    period_containing,
    periods_between,
)

FOUR_YEARS = [(year, month) for year in range(2025, 2029) for month in range(1, 13)]

# The day that anchor 29, 30 or 31 takes in February; anchor 28 takes the 28th always.
FEBRUARY = {2025: 28, 2026: 28, 2027: 28, 2028: 29}
LENGTHS = {1: 31, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}


@pytest.mark.parametrize("anchor_day", [28, 29, 30, 31])
def test_anchors_fall_on_short_months_last_day_and_come_back(anchor_day):
    expected = [
        date(year, 2, min(anchor_day, FEBRUARY[year]))
        if month == 2
        else date(year, month, min(anchor_day, LENGTHS[month]))
        for year, month in FOUR_YEARS
    ]

    assert [anchor_date(year, month, anchor_day) for year, month in FOUR_YEARS] == expected
    walked = [expected[0]]
    while len(walked) < 48:
        walked.append(next_anchor(walked[-1], anchor_day))
    assert walked == expected


@pytest.mark.parametrize("anchor_day", range(1, 32))
@pytest.mark.parametrize("months", [1, 2, 3, 6, 12])
def test_every_day_of_four_years_lies_in_exactly_one_period(anchor_day, months):
    first = anchor_date(2025, 1, anchor_day)
    series = periods_between(first, date(2029, 1, 1), anchor_day, months)

    assert series[0].start == first
    assert all(earlier.end == later.start for earlier, later in pairwise(series))
    for period in series:
        assert (period.end.year - period.start.year) * 12 + (
            period.end.month - period.start.month
        ) == months
        for offset in range(period.days):
            day = period.start + timedelta(days=offset)
            assert period_containing(day, anchor_day, months, first) == period


def test_the_thirty_first_comes_back_after_february():
    periods = periods_between(date(2027, 12, 31), date(2028, 5, 1), 31)

    assert [period.start for period in periods] == [
        date(2027, 12, 31),
        date(2028, 1, 31),
        date(2028, 2, 29),
        date(2028, 3, 31),
        date(2028, 4, 30),
    ]


@pytest.mark.parametrize("anchor_day", [0, -1, 32])
def test_a_bill_day_lies_between_1_and_31(anchor_day):
    with pytest.raises(ValueError, match="bill day"):
        anchor_date(2026, 1, anchor_day)


@pytest.mark.parametrize(
    ("start", "anchor_day", "months", "stub_end", "share"),
    [
        (date(2026, 3, 5), 1, 1, date(2026, 4, 1), (27, 31)),
        (date(2011, 2, 10), 10, 1, date(2011, 3, 10), (28, 28)),
        (date(2026, 3, 5), 1, 3, date(2026, 6, 1), (88, 92)),
        (date(2026, 3, 5), 20, 3, date(2026, 3, 20), (15, 90)),
        (date(2026, 1, 31), 31, 12, date(2027, 1, 31), (365, 365)),
    ],
)
def test_the_leading_stub_lies_in_the_period_that_ends_at_the_first_anchor(
    start, anchor_day, months, stub_end, share
):
    first, *_ = periods_between(start, start + timedelta(days=800), anchor_day, months)

    part = first.intersect(Period(start, date(2030, 1, 1)))

    assert part == Period(start, stub_end)
    assert (part.days, first.days) == share
    anchor = first_anchor_from(start, anchor_day, months)
    assert anchor == (start if first.start == start else first.end)


def test_periods_of_several_months_need_an_anchor_of_their_bill_day():
    with pytest.raises(ValueError, match="first anchor"):
        period_containing(date(2026, 5, 5), 1, 3)
    with pytest.raises(ValueError, match="not an anchor"):
        period_containing(date(2026, 5, 5), 1, 3, date(2026, 5, 5))
    with pytest.raises(ValueError, match="at least one month"):
        period_containing(date(2026, 5, 5), 1, 0)


def test_periods_also_reach_back_before_the_first_anchor():
    anchor = date(2026, 6, 1)

    assert period_containing(date(2026, 1, 15), 1, 3, anchor) == Period(
        date(2025, 12, 1), date(2026, 3, 1)
    )


def test_a_period_is_half_open_and_never_empty():
    march = Period(date(2026, 3, 1), date(2026, 4, 1))

    assert march.days == 31
    assert march.contains(date(2026, 3, 1))
    assert march.contains(date(2026, 3, 31))
    assert not march.contains(date(2026, 4, 1))
    assert march.intersect(Period(date(2026, 4, 1), date(2026, 5, 1))) is None
    assert march.intersect(Period(date(2026, 3, 31), date(2026, 5, 1))) == Period(
        date(2026, 3, 31), date(2026, 4, 1)
    )
    with pytest.raises(ValueError, match="end after it starts"):
        Period(date(2026, 3, 1), date(2026, 3, 1))


def test_no_periods_lie_between_a_day_and_itself():
    assert periods_between(date(2026, 3, 1), date(2026, 3, 1), 1) == []


@given(
    st.dates(min_value=date(2000, 1, 1), max_value=date(2080, 1, 1)),
    st.integers(1, 31),
    st.sampled_from([1, 3, 12, 24]),
)
def test_the_first_anchor_starts_the_series_and_periods_end_on_anchors(start, anchor_day, months):
    anchor = first_anchor_from(start, anchor_day, months)
    period = period_containing(start, anchor_day, months, anchor)

    assert period.contains(start)
    assert start <= anchor
    assert anchor in (period.start, period.end)
    for edge in (period.start, period.end):
        assert edge.day == min(anchor_day, monthrange(edge.year, edge.month)[1])


@pytest.mark.parametrize(
    ("day", "zone", "instant"),
    [
        (date(2026, 1, 1), "Europe/Oslo", datetime(2025, 12, 31, 23, tzinfo=UTC)),
        (date(2026, 7, 1), "Europe/Oslo", datetime(2026, 6, 30, 22, tzinfo=UTC)),
        (date(2026, 3, 29), "Europe/Oslo", datetime(2026, 3, 28, 23, tzinfo=UTC)),
        (date(2026, 3, 30), "Europe/Oslo", datetime(2026, 3, 29, 22, tzinfo=UTC)),
        # Clocks jump from 24:00 to 01:00: the day begins at 01:00.
        (date(2018, 11, 4), "America/Sao_Paulo", datetime(2018, 11, 4, 3, tzinfo=UTC)),
        # Clocks go back from 01:00 to 00:00: midnight comes twice, the day begins at the first.
        (date(2026, 11, 1), "America/Havana", datetime(2026, 11, 1, 4, tzinfo=UTC)),
    ],
)
def test_a_day_begins_at_local_midnight(day, zone, instant):
    assert local_midnight(day, zone) == instant
    assert local_midnight(day, zone).utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "zone",
    ["UTC", "Europe/Oslo", "Europe/London", "America/Havana", "America/Sao_Paulo", "Africa/Cairo",
     "Asia/Beirut", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Nuuk", "Pacific/Auckland"],
)  # fmt: skip
def test_midnight_parts_the_days_also_when_clocks_change(zone):
    day = date(2016, 1, 1)
    while day < date(2029, 1, 1):
        midnight = local_midnight(day, zone)
        assert local_date(midnight, zone) == day
        assert local_date(midnight - timedelta(microseconds=1), zone) == day - timedelta(days=1)
        day += timedelta(days=1)


def test_an_instant_needs_a_zone_and_a_zone_a_name():
    with pytest.raises(ValueError, match="without a time zone"):
        local_date(datetime(2026, 1, 1), "Europe/Oslo")  # noqa: DTZ001
    for zone in ("Europe/Olso", "", "../etc/passwd"):
        with pytest.raises(ValueError, match="Unknown time zone"):
            local_midnight(date(2026, 1, 1), zone)

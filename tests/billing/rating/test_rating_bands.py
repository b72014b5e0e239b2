"""billing.rating: time bands by the wall clock, at their edges, on holidays and on DST nights."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from billing.rating.bands import BandHours, Calendar, band_at, compile_bands
from billing.rating.engine import charge_uncovered, rate_events
from billing.rating.model import SPLIT_SECONDS_MAX, Deck, Rate, RateError, RateStep
from billing.rating.prefixes import encode_numbers
from billing.rating.reference import Covered, explain_event, explain_stretches
from billing.rating.table import compile_deck
from core.money import from_micro

ZONES = (
    "Europe/Oslo",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/St_Johns",
    "Africa/Casablanca",
    "Pacific/Chatham",
    "America/Santiago",
)
CHRISTMAS = date(2026, 12, 25)


def christmas_in_norway(country: str, day: date) -> bool:
    return country == "NO" and (day.month, day.day) == (12, 25)


def weekly(band: str, first: int, end: int, weekdays: range = range(1, 8)) -> list[BandHours]:
    return [BandHours(band=band, first=first, end=end, weekday=weekday) for weekday in weekdays]


EVENING = Calendar(
    zone="Europe/Oslo",
    hours=(
        *weekly("evening", 20 * 60, 24 * 60),
        BandHours(band="feast", first=0, end=1440, holidays_of="NO"),
        BandHours(band="sale", first=21 * 60, end=22 * 60, day=CHRISTMAS),
    ),
    is_holiday=christmas_in_norway,
)


def at(text: str, zone: str = "Europe/Oslo", fold: int = 0) -> int:
    """The instant at which the clocks of `zone` show `text`."""
    local = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)
    return int(local.timestamp())


def deck(*rates: Rate, calendar: Calendar = EVENING, split: bool = False) -> Deck:
    return Deck("retail", rates, calendar=calendar, split=split)


def rate(band: str = "", price: str = "0.60", key: int = 1, **terms) -> Rate:
    return Rate(prefix=terms.pop("prefix", "47"), starts=terms.pop("starts", 0), key=key,
                band=band, price=Decimal(price), **terms)  # fmt: skip


def price(prices: Deck, start: int, seconds: int, number: str = "4712345678"):
    """(amount, billed units) by the reference; the engine must say the same."""
    told = explain_event(prices, number, start, seconds)
    table = compile_deck(prices)
    rated = rate_events(table, encode_numbers([number]), np.array([start]), np.array([seconds]))
    if told.priced is None:
        assert not rated.ok[0]
        assert (rated.rate_index[0] >= 0) == (told.rate is not None)
        return told.outcome
    assert rated.ok[0]
    assert table.keys[rated.rate_index[0]] == told.priced.rate_key
    assert rated.amount_micro[0] == told.priced.amount_micro
    assert rated.billed_units[0] == told.priced.billed_units
    return from_micro(told.priced.amount_micro), told.priced.billed_units


DAY_AND_EVENING = (rate(), rate("evening", "0.30", key=2))


@pytest.mark.parametrize(
    ("start", "amount"),
    [
        ("2026-11-20 19:59:59", "0.60"),
        ("2026-11-20 20:00:00", "0.30"),
        ("2026-11-20 23:59:59", "0.30"),
        ("2026-11-21 00:00:00", "0.60"),
    ],
)
def test_an_event_is_priced_by_the_band_it_starts_in(start: str, amount: str) -> None:
    assert price(deck(*DAY_AND_EVENING), at(start), 60) == (Decimal(amount), 60)


def test_a_date_wins_over_a_holiday_and_a_holiday_over_a_weekday() -> None:
    assert band_at(EVENING, at("2026-12-25 20:30")) == "feast"
    assert band_at(EVENING, at("2026-12-25 21:30")) == "sale"
    assert band_at(EVENING, at("2026-12-25 22:00")) == "feast"
    assert band_at(EVENING, at("2026-12-26 20:30")) == "evening"
    assert band_at(EVENING, at("2026-12-26 19:30")) == ""


def test_the_rate_of_all_other_hours_serves_bands_that_have_none_of_their_own() -> None:
    assert price(deck(*DAY_AND_EVENING), at("2026-12-25 20:30"), 60) == (Decimal("0.60"), 60)


def test_the_longest_prefix_is_chosen_before_the_band() -> None:
    prices = deck(rate(), rate("evening", "0.30", key=2, prefix="471"))

    assert price(prices, at("2026-11-20 20:00"), 60) == (Decimal("0.30"), 60)
    assert price(prices, at("2026-11-20 12:00"), 60) == "no_rate"
    assert price(prices, at("2026-11-20 12:00"), 60, "4720000000") == (Decimal("0.60"), 60)


def test_a_band_that_is_closed_leaves_its_hours_to_the_others() -> None:
    ended = at("2026-11-20 00:00")
    prices = deck(*DAY_AND_EVENING, rate("evening", key=3, starts=ended, ended=True))

    assert price(prices, at("2026-11-19 21:00"), 60) == (Decimal("0.30"), 60)
    assert price(prices, at("2026-11-20 21:00"), 60) == (Decimal("0.60"), 60)


def test_a_prefix_whose_bands_are_all_closed_leaves_its_numbers_to_a_shorter_one() -> None:
    ended = at("2026-11-20 00:00")
    prices = deck(
        rate(prefix="4", price="1.20", key=9),
        rate("evening", "0.30", key=2),
        rate("evening", key=3, starts=ended, ended=True),
    )

    assert price(prices, at("2026-11-19 12:00"), 60) == "no_rate"
    assert price(prices, at("2026-11-20 12:00"), 60) == (Decimal("1.20"), 60)


def test_the_rule_books_call_over_an_edge() -> None:
    """60/1 at 0.60 a minute on both sides, the edge after 10 s: 90 s are 60 + 30 s = 0.90."""
    minute_then_seconds = {"first_increment": 60, "next_increment": 1}
    prices = deck(
        rate(**minute_then_seconds), rate("evening", key=2, **minute_then_seconds), split=True
    )

    told = explain_event(prices, "47", at("2026-11-20 19:59:50"), 90)

    assert price(prices, at("2026-11-20 19:59:50"), 90) == (Decimal("0.90"), 90)
    assert [(part.from_unit, part.billed) for part in told.segments] == [(0, 60), (60, 30)]


def test_each_side_of_an_edge_has_its_price_and_the_start_its_fee_and_cap() -> None:
    """30 s at 0.60 and 60 s at 0.30 a minute, and 0.10 for the connection, are 0.70."""
    prices = deck(
        rate(connection_fee=Decimal("0.10"), max_charge=Decimal("0.75")),
        rate("evening", "0.30", key=2, connection_fee=Decimal(5), max_charge=Decimal("0.01")),
        split=True,
    )

    assert price(prices, at("2026-11-20 19:59:30"), 90) == (Decimal("0.70"), 90)
    assert price(prices, at("2026-11-20 19:59:30"), 900) == (Decimal("0.75"), 900)


def test_a_later_parts_increments_lie_on_its_own_grid_from_the_start() -> None:
    """10 s by the second, then minutes: 90 s end at 120, of which 110 cost the evening's price."""
    prices = deck(rate(), rate("evening", "0.30", key=2, next_increment=60), split=True)

    assert price(prices, at("2026-11-20 19:59:50"), 90) == (Decimal("0.65"), 120)


def test_a_later_parts_steps_count_from_the_start_of_the_call() -> None:
    """50 s in the evening's first step (0.40), 30 s in its second (0.10 a minute), 10 s before."""
    steps = (RateStep(0, Decimal("0.40"), 1), RateStep(60, Decimal("0.10"), 1))
    prices = deck(rate(), rate("evening", key=2, steps=steps), split=True)

    expected = Decimal("0.10") + Decimal("0.40") * 50 / 60 + Decimal("0.05")
    assert price(prices, at("2026-11-20 19:59:50"), 90) == (round(expected, 6), 90)


def test_a_part_without_a_price_leaves_the_whole_call_without_one() -> None:
    prices = deck(rate("evening", "0.30", key=2), split=True)

    assert price(prices, at("2026-11-20 23:59:50"), 10) == (Decimal("0.05"), 10)
    assert price(prices, at("2026-11-20 23:59:50"), 11) == "no_rate"


def test_a_call_of_more_than_a_month_has_no_price_where_calls_are_cut() -> None:
    prices = deck(*DAY_AND_EVENING, split=True)

    assert price(prices, at("2026-11-20 12:00"), SPLIT_SECONDS_MAX + 1) == "invalid"
    assert price(prices, at("2026-11-20 12:00"), SPLIT_SECONDS_MAX) != "invalid"


def test_an_hour_that_comes_twice_counts_twice() -> None:
    """In Oslo 02:00 to 03:00 came twice on 25 October 2026: 2 hours of night, one of them again."""
    night = Calendar("Europe/Oslo", tuple(weekly("night", 120, 180)))
    prices = deck(rate(), rate("night", "0.06", key=2), calendar=night, split=True)

    told = price(prices, at("2026-10-25 01:00"), 4 * 3600)

    assert told == (Decimal("36.00") * 2 + Decimal("3.60") * 2, 4 * 3600)
    assert band_at(night, at("2026-10-25 02:30", fold=1)) == "night"


def test_an_hour_that_is_skipped_does_not_count() -> None:
    night = Calendar("Europe/Oslo", tuple(weekly("night", 120, 180)))
    prices = deck(rate(), rate("night", "0.06", key=2), calendar=night, split=True)

    assert price(prices, at("2026-03-29 01:00"), 7200) == (Decimal("72.00"), 7200)


def test_allowances_cover_the_first_units_of_a_call_over_an_edge() -> None:
    """Of 30 + 60 s the first 40 are covered: 50 s at 0.30 a minute are left, and no fee."""
    prices = deck(rate(connection_fee=Decimal("0.10")), rate("evening", "0.30", key=2), split=True)
    start = at("2026-11-20 19:59:30")

    told = explain_event(prices, "47", start, 90, Covered(40))
    kept = explain_event(prices, "47", start, 90, Covered(40, keeps_fee=True))

    assert told.priced is not None
    assert kept.priced is not None
    assert from_micro(told.priced.amount_micro) == Decimal("0.25")
    assert from_micro(kept.priced.amount_micro) == Decimal("0.35")


def test_a_rate_names_a_band_of_its_deck() -> None:
    with pytest.raises(RateError, match="no band 'lunch'"):
        deck(rate("lunch"))


def test_hours_lie_within_one_day_of_one_kind() -> None:
    with pytest.raises(ValueError, match="within one day"):
        BandHours(band="night", first=1380, end=1500, weekday=1)
    with pytest.raises(ValueError, match="one of these"):
        BandHours(band="night", first=0, end=60)


# Nights on which clocks change somewhere, the ends of years and a leap day, and quiet days.
NIGHTS = (
    "2026-03-29", "2026-10-25", "2026-03-08", "2026-11-01", "2026-04-05", "2026-10-04",
    "2026-09-06", "2026-09-27", "2026-02-15", "2026-03-22", "2024-02-29", "2026-12-31",
    "2026-06-15",
)  # fmt: skip
moments = st.builds(
    lambda night, minutes, second: (
        int(datetime.fromisoformat(night).replace(tzinfo=UTC).timestamp())
        + minutes * 60 + second
    ),
    st.sampled_from(NIGHTS),
    st.integers(-1440, 2880) | st.sampled_from([k * 60 for k in range(-24, 48)]),
    st.sampled_from([0, 0, 1, 30, 59]),
)  # fmt: skip


@st.composite
def calendars(draw):
    """Bands that share no minute of one kind of day, in one of eight zones."""
    hours: list[BandHours] = []
    days: list[dict] = [{"weekday": weekday} for weekday in range(1, 8)]
    days += [{"day": date.fromisoformat(night)} for night in NIGHTS[:4]]
    days += [{"holidays_of": "NO"}]
    for day in draw(st.lists(st.sampled_from(days), max_size=6, unique_by=str)):
        edges = st.integers(0, 1440) | st.sampled_from([0, 60, 120, 150, 180, 1380, 1440])
        cuts = sorted(draw(st.sets(edges, max_size=5)))
        for first, end in zip(cuts[::2], cuts[1::2], strict=False):
            band = draw(st.sampled_from(["evening", "night"]))
            hours.append(BandHours(band=band, first=first, end=end, **day))
    return Calendar(
        draw(st.sampled_from(ZONES)),
        tuple(hours),
        lambda _country, day: day.isoformat() in NIGHTS[2:6],
    )


@st.composite
def banded_decks(draw):
    calendar = draw(calendars())
    names = ["", *calendar.bands]
    midnight = at("2026-04-05 00:00", calendar.zone)
    keys = draw(
        st.lists(
            st.tuples(
                st.sampled_from(["", "4", "47", "471"]),
                st.sampled_from(names),
                st.sampled_from([0, midnight]),
            ),
            unique=True,
            min_size=1,
            max_size=8,
        )
    )
    increments = st.sampled_from([1, 1, 6, 30, 60, 3600])
    prices = st.sampled_from(["0", "0.1", "0.333333", "0.60", "7"]).map(Decimal)
    steps = st.lists(
        st.tuples(st.sampled_from([10, 60, 61, 600]), prices, increments), unique_by=lambda s: s[0]
    ).map(lambda rest: tuple(RateStep(*step) for step in [(0, Decimal(1), 7), *sorted(rest)]))
    rates = tuple(
        Rate(
            prefix=prefix,
            band=band,
            starts=starts,
            key=1000 + place,
            ended=draw(st.sampled_from([False, False, False, True])),
            connection_fee=draw(prices),
            first_increment=draw(st.none() | st.just(0) | increments),
            next_increment=draw(increments),
            price=draw(prices),
            max_charge=draw(st.sampled_from(["0", "0", "3"]).map(Decimal)),
            steps=draw(st.just(()) | st.just(()) | steps),
        )
        for place, (prefix, band, starts) in enumerate(keys)
    )
    return Deck("generated", rates, draw(st.integers(2, 6)), calendar=calendar,
                split=draw(st.booleans()))  # fmt: skip


calls = st.lists(
    st.tuples(
        st.sampled_from(["47123", "4600", "5", ""]),
        moments,
        st.integers(0, 400) | st.integers(-8000, 20_000) | st.just(86_400),
        st.integers(0, 9000) | st.just(0),
        st.booleans(),
    ),
    max_size=12,
)


def assert_engine_equals_reference(prices: Deck, events: list) -> None:
    table = compile_deck(prices)
    numbers, starts, quantities, covers, keeps = zip(*events, strict=True) if events else [[]] * 5
    units = np.array(quantities, np.int64)
    rated = rate_events(table, encode_numbers(list(numbers)), np.array(starts, np.int64), units)
    covered = np.minimum(np.array(covers, np.int64), np.abs(rated.billed_units))
    left = charge_uncovered(table, rated, units, covered, np.array(keeps, np.bool_))
    for row, (number, start, quantity, _, keeps_fee) in enumerate(events):
        told = explain_event(prices, number, start, quantity)
        if told.priced is None:
            assert not rated.ok[row]
            continue
        assert rated.ok[row]
        assert prices.rates[rated.rate_index[row]] is told.rate
        assert rated.amount_micro[row] == told.priced.amount_micro
        assert rated.billed_units[row] == told.priced.billed_units
        cover = Covered(int(covered[row]), keeps_fee)
        covered_price = explain_event(prices, number, start, quantity, cover).priced
        assert covered_price is not None
        assert left[row] == covered_price.amount_micro


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(banded_decks(), calls)
def test_the_engine_equals_the_reference_in_bands(prices: Deck, events: list) -> None:
    assert_engine_equals_reference(prices, events)


@pytest.mark.prove
@settings(max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(banded_decks(), calls)
def test_the_engine_equals_the_reference_in_bands_at_length(prices: Deck, events: list) -> None:
    assert_engine_equals_reference(prices, events)


@settings(max_examples=200, deadline=None)
@given(calendars(), st.lists(moments, min_size=1, max_size=20))
@example(Calendar("Africa/Casablanca", tuple(weekly("night", 120, 180))), [at("2026-03-22 02:30")])
def test_the_table_of_bands_says_what_the_clock_says(calendar: Calendar, starts: list) -> None:
    instants = np.array(starts, np.int64)

    table = compile_bands(calendar, instants, instants)

    assert [table.names[place] for place in table.at(instants)] == [
        band_at(calendar, start) for start in starts
    ]


@settings(max_examples=100, deadline=None)
@given(banded_decks(), calls)
def test_what_is_cut_at_an_edge_is_as_long_as_the_call(prices: Deck, events: list) -> None:
    """Each second of a call is priced by one stretch; no second twice, none left out."""
    for number, start, quantity, *_ in events:
        told = explain_event(prices, number, start, quantity)
        used = sum(part.units for part in told.segments)
        assert used <= abs(quantity)
        if told.segments:
            last = told.segments[-1]
            assert last.from_unit + max(last.units, last.billed) >= abs(quantity)


def test_a_known_stretch_is_priced_without_a_calendar() -> None:
    plain = rate()

    told = explain_stretches(Deck("retail", (plain,)), [(plain, 0, 75)], 75)

    assert told.priced is not None
    assert from_micro(told.priced.amount_micro) == Decimal("0.75")

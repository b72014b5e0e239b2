"""billing.rating.cumulative: totals of a period, shares that add up, and late records."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.rating.cumulative import (
    CumulativeError,
    CumulativePrice,
    Tier,
    compile_cumulative,
    late_price,
    period_total,
    period_totals,
    record_shares,
    record_shares_columns,
)
from core.money import MICRO

KRONE = MICRO
# Up to 100 messages at 1.00, up to 200 at 0.50, then 0.10.
TIERS = (Tier(100, KRONE), Tier(200, KRONE // 2), Tier(None, KRONE // 10))
GRADUATED = CumulativePrice("graduated", 1, TIERS)
VOLUME = CumulativePrice("volume", 1, TIERS)
BLOCKS = CumulativePrice("package", 100, (Tier(None, 25 * KRONE),))
THIRDS = CumulativePrice("graduated", 3, (Tier(None, 1),))


@pytest.mark.parametrize(
    ("units", "graduated", "volume", "blocks"),
    [
        (0, 0, 0, 0),
        (1, 1, 1, 25),
        (100, 100, 100, 25),
        (101, 100.5, 50.5, 50),
        (200, 150, 100, 50),
        (201, 150.1, 20.1, 75),
        (300, 160, 30, 75),
        (-101, -100.5, -50.5, -50),
    ],
)
def test_a_tier_reaches_up_to_and_including_its_limit(units, graduated, volume, blocks):
    totals = [period_total(price, units) for price in (GRADUATED, VOLUME, BLOCKS)]

    assert totals == [round(total * KRONE) for total in (graduated, volume, blocks)]


def test_the_total_is_rounded_once_half_away_from_zero():
    assert [period_total(THIRDS, units) for units in (1, 2, 3, 4, 5)] == [0, 1, 1, 1, 2]
    half = CumulativePrice("volume", 2, (Tier(None, 1),))
    assert (period_total(half, 1), period_total(half, -1)) == (1, -1)


def test_shares_are_the_differences_of_the_rounded_running_total():
    assert record_shares(GRADUATED, [90, 20, 100]) == [
        90 * KRONE,
        15 * KRONE,
        45 * KRONE + KRONE,
    ]
    assert record_shares(THIRDS, [1, 1, 1, 1]) == [0, 1, 0, 0]
    assert record_shares(BLOCKS, [60, 40, 1]) == [25 * KRONE, 0, 25 * KRONE]


def test_shares_of_volume_are_at_the_price_that_the_period_reaches():
    assert record_shares(VOLUME, [90, 20]) == [45 * KRONE, 10 * KRONE]


def test_a_correction_takes_its_units_out_of_the_count():
    assert record_shares(GRADUATED, [90, -90, 110]) == [90 * KRONE, -90 * KRONE, 105 * KRONE]


def test_a_late_record_costs_the_difference_it_makes_to_its_own_period():
    assert late_price(GRADUATED, 90, 20) == 15 * KRONE
    assert late_price(VOLUME, 90, 20) == (55 - 90) * KRONE
    assert late_price(BLOCKS, 90, 10) == 0
    assert late_price(GRADUATED, 110, -20) == -15 * KRONE


@pytest.mark.parametrize(
    "terms",
    [
        ("graduated", 1, ()),
        ("steps", 1, TIERS),
        ("graduated", 0, TIERS),
        ("graduated", 1, TIERS[:2]),
        ("volume", 1, (TIERS[1], TIERS[0], TIERS[2])),
        ("volume", 1, (TIERS[2], TIERS[2])),
        ("package", 1, TIERS),
        ("package", 1, (Tier(None, -1),)),
    ],
)
def test_a_price_that_contradicts_itself_is_refused(terms):
    with pytest.raises(CumulativeError):
        CumulativePrice(*terms)


def test_an_empty_batch_and_an_unsorted_one():
    table = compile_cumulative([GRADUATED])
    nothing = np.zeros(0, np.int64)

    assert len(record_shares_columns(table, nothing, nothing, nothing)) == 0
    with pytest.raises(ValueError, match="ascend"):
        record_shares_columns(table, np.array([0, 0]), np.array([1, 0]), np.array([1, 1]))


def naive_total(price, units):
    """Unit by unit: each at its own tier's price, or all at the last one's."""
    sign, units = (-1, -units) if units < 0 else (1, units)

    def price_of(unit):
        return next(t.price_micro for t in price.tiers if t.up_to is None or unit <= t.up_to)

    if price.model == "package":
        exact = Fraction(sum(price_of(1) for unit in range(units) if unit % price.per == 0))
    elif price.model == "volume":
        exact = Fraction(units * price_of(units), price.per)
    else:
        exact = Fraction(sum(price_of(unit) for unit in range(1, units + 1)), price.per)
    whole = exact.numerator // exact.denominator
    return sign * (whole + (exact - whole >= Fraction(1, 2)))


small_limits, small_prices = st.integers(1, 40), st.integers(0, 1000)


@st.composite
def cumulative_prices(draw, limits=small_limits, micros=small_prices):
    model = draw(st.sampled_from(["graduated", "volume", "package"]))
    ends = sorted(draw(st.sets(limits, max_size=3))) if model != "package" else []
    tiers = tuple(Tier(limit, draw(micros)) for limit in [*ends, None])
    return CumulativePrice(model, draw(st.sampled_from([1, 2, 3, 7, 60])), tiers)


def assert_totals_shares_and_columns_agree(prices, batches):
    table = compile_cumulative(prices)
    places = np.arange(len(prices))
    sums = np.array([sum(units) for units in batches], np.int64)
    series = np.repeat(places, [len(units) for units in batches])
    flat = np.array([unit for units in batches for unit in units], np.int64)

    with np.errstate(all="raise"):
        totals = period_totals(table, places, sums).tolist()
        shares = record_shares_columns(table, places, series, flat)

    assert totals == [period_total(*pair) for pair in zip(prices, sums.tolist(), strict=True)]
    for place, (price, units) in enumerate(zip(prices, batches, strict=True)):
        scalar = record_shares(price, units)
        assert shares[series == place].tolist() == scalar
        assert sum(scalar) == period_total(price, sum(units)) == totals[place]


small_batches = st.lists(
    st.tuples(cumulative_prices(), st.lists(st.integers(-20, 40), max_size=8)),
    min_size=1,
    max_size=4,
)
large = st.integers(0, 100) | st.integers(1, 2**30) | st.sampled_from([1, 2**33])
large_batches = st.lists(
    st.tuples(
        cumulative_prices(large.map(lambda limit: limit + 1), st.integers(0, 2**24)),
        st.lists(large, max_size=6),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=300, deadline=None)
@given(small_batches, large_batches)
def test_shares_add_up_and_columns_equal_the_scalars(small, wide):
    for batches in (small, wide):
        assert_totals_shares_and_columns_agree(*map(list, zip(*batches, strict=True)))


@settings(max_examples=300, deadline=None)
@given(cumulative_prices(), st.integers(-130, 130))
def test_the_total_equals_an_oracle_that_counts_unit_by_unit(price, units):
    assert period_total(price, units) == naive_total(price, units)


@settings(max_examples=200, deadline=None)
@given(cumulative_prices(), st.lists(st.integers(0, 40), max_size=6), st.data())
def test_late_records_add_up_to_the_total_of_all(price, units, data):
    cut = data.draw(st.integers(0, len(units)))
    issued = sum(record_shares(price, units[:cut]))

    running = sum(units[:cut])
    for each in units[cut:]:
        issued += late_price(price, running, each)
        running += each

    assert issued == period_total(price, sum(units))


@pytest.mark.prove
@settings(max_examples=12_000, deadline=None)
@given(small_batches, large_batches)
def test_cumulative_prices_agree_at_length(small, wide):
    for batches in (small, wide):
        assert_totals_shares_and_columns_agree(*map(list, zip(*batches, strict=True)))


def test_a_period_whose_corrections_cancel_all_has_shares_that_cancel():
    for price in (GRADUATED, VOLUME, BLOCKS):
        assert_totals_shares_and_columns_agree([price], [[30, -30]])


def test_what_would_overflow_is_priced_one_by_one():
    dear = CumulativePrice("graduated", 2**40, (Tier(None, 2**59),))

    assert_totals_shares_and_columns_agree([dear, dear], [[2**20, 3], [2**41, 1]])
    assert_totals_shares_and_columns_agree([GRADUATED], [[2**61 // KRONE * 4, 1]])

"""core.money: exact amounts, one rounding, exact spreading."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import (
    CurrencyMismatch,
    Money,
    divide_half_away,
    exponent,
    from_micro,
    round_amount,
    round_money,
    spread,
    sum_money,
    to_micro,
)

# Floats, as callers that ignore the types would pass them.
ONE: Any = 1.0
TWO: Any = 2.0

amounts = st.decimals(min_value=-(10**12), max_value=10**12, places=6)


@pytest.mark.parametrize(
    ("amount", "places", "half_up", "up", "down"),
    [
        ("0.125", 2, "0.13", "0.13", "0.12"),
        ("0.135", 2, "0.14", "0.14", "0.13"),
        ("2.5", 0, "3", "3", "2"),
        ("2.4", 0, "2", "3", "2"),
        ("0.6116666", 4, "0.6117", "0.6117", "0.6116"),
        ("0.6016666", 4, "0.6017", "0.6017", "0.6016"),
        ("0.61161", 4, "0.6116", "0.6117", "0.6116"),
        ("1", 3, "1.000", "1.000", "1.000"),
        ("1234567890123456789012345678901.005", 2, *["1234567890123456789012345678901.01"] * 2,
         "1234567890123456789012345678901.00"),
    ],
)  # fmt: skip
def test_each_mode_rounds_and_negative_amounts_mirror(amount, places, half_up, up, down):
    for mode, expected in (("half_up", half_up), ("up", up), ("down", down)):
        assert str(round_amount(Decimal(amount), places, mode)) == expected
        assert round_amount(Decimal("-" + amount), places, mode) == Decimal("-" + expected)


def test_a_rounded_zero_carries_no_sign():
    assert str(round_amount(Decimal("-0.004"), 2)) == "0.00"


def test_an_unknown_rounding_mode_is_refused():
    with pytest.raises(ValueError, match="half_even"):
        round_amount(Decimal(1), 2, "half_even")


@pytest.mark.parametrize(
    ("currency", "places", "rounded"),
    [("NOK", 2, "8.71"), ("EUR", 2, "8.71"), ("JPY", 0, "9"), ("BHD", 3, "8.705")],
)
def test_money_rounds_to_its_currencys_exponent(currency, places, rounded):
    assert exponent(currency) == places
    assert round_money(Decimal("8.705"), currency) == Decimal(rounded)
    assert Money(Decimal("8.705"), currency).rounded().amount == Decimal(rounded)


@pytest.mark.parametrize("currency", ["", "nok", "QQQ", "KRONER", None])
def test_an_unknown_currency_is_named_in_the_error(currency):
    with pytest.raises(ValueError, match="Unknown currency"):
        exponent(currency)
    with pytest.raises(ValueError, match="Unknown currency"):
        Money(Decimal(1), currency)


def test_money_adds_subtracts_negates_and_compares():
    ten, three = Money(Decimal("10.00"), "NOK"), Money(Decimal("3.335"), "NOK")

    assert ten + three == Money(Decimal("13.335"), "NOK")
    assert three - ten == Money(Decimal("-6.665"), "NOK")
    assert -ten == Money(Decimal(-10), "NOK")
    assert three < ten
    assert three <= ten
    assert ten > three
    assert ten >= three
    assert sum_money([ten, three, three], "NOK") == Money(Decimal("16.670"), "NOK")
    assert not sum_money([], "NOK")
    assert str(ten) == "10.00 NOK"


@pytest.mark.parametrize(
    "mix",
    [
        lambda a, b: a + b,
        lambda a, b: a - b,
        lambda a, b: a < b,
        lambda a, b: a <= b,
        lambda a, b: a > b,
        lambda a, b: a >= b,
        lambda a, b: sum_money([a, b], "NOK"),
    ],
)
def test_two_currencies_never_mix(mix):
    with pytest.raises(CurrencyMismatch):
        mix(Money(Decimal(1), "NOK"), Money(Decimal(1), "SEK"))


def test_equality_of_two_currencies_is_plainly_false():
    assert Money(Decimal(1), "NOK") != Money(Decimal(1), "SEK")


@pytest.mark.parametrize(
    "call",
    [
        lambda: Money(ONE, "NOK"),
        lambda: Money(Decimal(1), "NOK") + ONE,
        lambda: Money(Decimal(1), "NOK") < ONE,
        lambda: round_amount(ONE, 2),
        lambda: round_amount(Decimal(1), TWO),
        lambda: round_money(ONE, "NOK"),
        lambda: to_micro(ONE),
        lambda: from_micro(ONE),
        lambda: divide_half_away(ONE, 2),
        lambda: divide_half_away(1, TWO),
        lambda: spread(ONE, [Decimal(1)], 2),
        lambda: spread(Decimal(1), [ONE], 2),
    ],
)
def test_a_float_is_refused_everywhere(call):
    with pytest.raises(TypeError):
        call()


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity", "sNaN", "1E+5000"])
def test_what_is_not_an_amount_is_refused(amount):
    for call in (to_micro, lambda value: round_amount(value, 2), lambda v: Money(v, "NOK")):
        with pytest.raises(ValueError, match="is not an amount"):
            call(Decimal(amount))


def test_micro_holds_six_decimals_and_refuses_a_seventh():
    assert to_micro(Decimal("-0.320833")) == -320833
    assert to_micro(Decimal("1.50000000")) == 1_500_000
    assert str(from_micro(-320833)) == "-0.320833"
    with pytest.raises(ValueError, match="more than 6 decimals"):
        to_micro(Decimal("0.0000001"))


@given(amounts)
def test_micro_and_back_is_the_same_amount(amount):
    assert from_micro(to_micro(amount)) == amount


@given(st.integers(), st.integers().filter(bool))
def test_division_takes_the_nearest_whole_number_and_mirrors(numerator, denominator):
    nearest = divide_half_away(numerator, denominator)

    exact = Fraction(numerator, denominator)
    assert abs(nearest - exact) <= Fraction(1, 2)
    if abs(nearest - exact) == Fraction(1, 2):
        assert abs(nearest) > abs(exact)
    assert divide_half_away(-numerator, denominator) == -nearest


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        ("10.00", ["1", "1", "1"], ["3.34", "3.33", "3.33"]),
        ("-10.00", ["1", "1", "1"], ["-3.34", "-3.33", "-3.33"]),
        ("0.05", ["1", "3", "1"], ["0.01", "0.03", "0.01"]),
        ("0.02", ["1", "1", "2", "2"], ["0.00", "0.00", "0.01", "0.01"]),
        ("1.00", ["2", "7", "7"], ["0.13", "0.43", "0.44"]),
        ("10.00", ["150.00", "-50.00"], ["15.00", "-5.00"]),
        ("0.00", ["0", "0"], ["0.00", "0.00"]),
    ],
)
def test_shares_follow_the_weights(total, weights, shares):
    spread_out = spread(Decimal(total), [Decimal(weight) for weight in weights], 2)

    assert [str(share) for share in spread_out] == shares


def test_the_remainder_goes_to_the_first_of_the_largest_weights():
    assert spread(Decimal("0.01"), [Decimal(1), Decimal(5), Decimal(5)], 2) == [
        Decimal("0.00"),
        Decimal("0.01"),
        Decimal("0.00"),
    ]


def test_what_can_not_be_spread_is_refused():
    with pytest.raises(ValueError, match="sum to zero"):
        spread(Decimal("1.00"), [Decimal(1), Decimal(-1)], 2)
    with pytest.raises(ValueError, match="sum to zero"):
        spread(Decimal("1.00"), [], 2)
    with pytest.raises(ValueError, match="more than 2 decimals"):
        spread(Decimal("1.001"), [Decimal(1)], 2)


@given(
    st.decimals(min_value=-(10**6), max_value=10**6, places=2),
    st.lists(st.decimals(min_value=0, max_value=10**6, places=6), min_size=1, max_size=20),
)
def test_shares_sum_exactly_and_stay_near_their_exact_value(total, weights):
    if not sum(weights):
        weights = [Decimal(1), *weights]

    shares = spread(total, weights, 2)

    assert sum(shares) == total
    largest = weights.index(max(weights))
    for place, (share, weight) in enumerate(zip(shares, weights, strict=True)):
        if place != largest:
            exact = Fraction(total) * Fraction(weight) / Fraction(sum(weights))
            assert abs(Fraction(share) - exact) <= Fraction(1, 200)

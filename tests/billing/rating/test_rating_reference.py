"""billing.rating: the rule book's worked tables, by the reference and by the engine alike."""

from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from billing.rating.engine import rate_events
from billing.rating.model import Deck, Rate, RateError, RateStep
from billing.rating.prefixes import encode_numbers
from billing.rating.reference import explain_event
from billing.rating.table import compile_deck
from core.money import from_micro

PER_SECOND = {"first_increment": 60, "next_increment": 1, "price": Decimal("0.60")}
FIRST_MINUTE = {
    "connection_fee": Decimal("0.20"),
    "first_increment": 60,
    "first_price": Decimal("0.10"),
    "next_increment": 1,
    "price": Decimal("0.05"),
}
TWO_STEPS = {
    "connection_fee": Decimal("0.80"),
    "steps": (RateStep(0, Decimal("0.40"), 30), RateStep(60, Decimal("0.20"), 10)),
}
BLOCK_THEN_SECONDS = {
    "connection_fee": Decimal("0.40"),
    "first_increment": 60,
    "first_price": Decimal("0.20"),
    "next_increment": 1,
    "price": Decimal("0.10"),
}
THREE_STEPS = {
    "steps": (
        RateStep(0, Decimal("1.20"), 60),
        RateStep(60, Decimal("0.60"), 6),
        RateStep(600, Decimal("0.06"), 1),
    )
}
MEGABYTE = {"per": 1_048_576, "price": Decimal("0.10")}
# A float, as callers that ignore the types would pass it.
A_TENTH: Any = 0.1


def rate(prefix="", key=1, starts=0, **terms):
    return Rate(prefix=prefix, key=key, starts=starts, **terms)


def price(deck, quantity, number="4712345678", start=0):
    """(amount, billed units, rate key) by the reference; the engine must say the same."""
    priced = explain_event(deck, number, start, quantity).priced
    table = compile_deck(deck)
    rated = rate_events(table, encode_numbers([number]), np.array([start]), np.array([quantity]))
    place = int(rated.rate_index[0])
    if priced is None:
        assert (place, bool(rated.ok[0]), int(rated.amount_micro[0])) == (-1, False, 0)
        return None
    assert rated.ok[0]
    assert rated.amount_micro[0] == priced.amount_micro
    assert rated.billed_units[0] == priced.billed_units
    assert table.keys[place] == priced.rate_key
    return from_micro(priced.amount_micro), priced.billed_units, priced.rate_key


@pytest.mark.parametrize(
    ("terms", "quantity", "amount", "billed"),
    [
        (PER_SECOND, 75, "0.75", 75),
        (PER_SECOND, 1, "0.60", 60),
        (PER_SECOND, 60, "0.60", 60),
        (PER_SECOND, 61, "0.61", 61),
        (PER_SECOND, 0, "0", 0),
        (FIRST_MINUTE, 20, "0.30", 60),
        (FIRST_MINUTE, 85, "0.320833", 85),
        (FIRST_MINUTE, 0, "0", 0),
        (TWO_STEPS, 20, "1.00", 30),
        (TWO_STEPS, 85, "1.30", 90),
        (THREE_STEPS, 1, "1.20", 60),
        (THREE_STEPS, 61, "1.26", 66),
        (THREE_STEPS, 600, "6.60", 600),
        (THREE_STEPS, 660, "6.66", 660),
    ],
)
def test_increments_fees_and_steps_make_the_amount(terms, quantity, amount, billed):
    deck = Deck("retail", (rate(**terms),))

    assert price(deck, quantity) == (Decimal(amount), billed, 1)
    assert price(deck, -quantity) == (-Decimal(amount), -billed, 1)


@pytest.mark.parametrize(
    ("quantity", "half_up", "up", "down"),
    [
        (0, "0", "0", "0"),
        (61, "0.6017", "0.6017", "0.6016"),
        (62, "0.6033", "0.6034", "0.6033"),
        (63, "0.605", "0.605", "0.605"),
        (67, "0.6117", "0.6117", "0.6116"),
    ],
)
def test_a_deck_rounds_once_to_its_decimals_and_corrections_mirror(quantity, half_up, up, down):
    for rounding, amount in (("half_up", half_up), ("up", up), ("down", down)):
        deck = Deck("retail", (rate(**BLOCK_THEN_SECONDS),), decimals=4, rounding=rounding)

        assert price(deck, quantity)[0] == Decimal(amount)
        assert price(deck, -quantity)[0] == -Decimal(amount)


def test_an_exact_half_goes_away_from_zero():
    deck = Deck("retail", (rate(per=2, price=Decimal("0.01")),), decimals=2)

    assert price(deck, 1)[0] == Decimal("0.01")
    assert price(deck, -1)[0] == Decimal("-0.01")


@pytest.mark.parametrize(
    ("terms", "quantity", "amount", "billed"),
    [
        ({"per": 1, "price": Decimal("0.49")}, 3, "1.47", 3),
        ({"per": 3600, "price": Decimal(1)}, 1, "0.000278", 1),
        ({**MEGABYTE, "next_increment": 1024}, 1, "0.000098", 1024),
        ({**MEGABYTE, "next_increment": 1_048_576}, 1_048_577, "0.20", 2_097_152),
    ],
)
def test_prices_are_for_their_own_unit(terms, quantity, amount, billed):
    deck = Deck("retail", (rate(**terms),))

    assert price(deck, quantity) == (Decimal(amount), billed, 1)


@pytest.mark.parametrize(
    ("cap", "quantity", "amount"),
    [
        ("0", 3600, "36.20"),
        ("5", 3600, "5"),
        ("5", 480, "5"),
        ("5", 479, "4.99"),
        ("0.1", 1, "0.1"),
    ],
)
def test_the_cap_holds_for_the_whole_amount_and_0_means_none(cap, quantity, amount):
    terms = rate(connection_fee=Decimal("0.20"), price=Decimal("0.60"), max_charge=Decimal(cap))

    assert price(Deck("retail", (terms,)), quantity) == (Decimal(amount), quantity, 1)


def test_the_cap_comes_before_rounding():
    terms = rate(price=Decimal(60), max_charge=Decimal("0.005"))

    assert price(Deck("retail", (terms,), decimals=2), 1)[0] == Decimal("0.01")


def test_empty_first_terms_are_those_that_follow_and_a_first_increment_may_be_0():
    whole_minutes = Deck("a", (rate(next_increment=60, price=Decimal("0.60")),))
    none_first = Deck(
        "b", (rate(first_increment=0, first_price=Decimal(9), next_increment=10, price=Decimal(6)),)
    )

    assert price(whole_minutes, 61) == (Decimal("1.20"), 120, 1)
    assert price(none_first, 1) == (Decimal("1.00"), 10, 1)


def test_a_steps_rounding_may_exceed_its_width():
    steps = (RateStep(0, Decimal("0.60"), 50), RateStep(60, Decimal("0.06"), 1))

    assert price(Deck("retail", (rate(steps=steps),)), 61) == (Decimal("1.001"), 101, 1)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("1234567890", (Decimal("0.20"), 60, 1234)),
        ("1234", (Decimal("0.20"), 60, 1234)),
        ("1235", (Decimal("0.01"), 60, 1)),
        ("123", (Decimal("0.01"), 60, 1)),
        ("1", (Decimal("0.01"), 60, 1)),
        ("2", None),
    ],
)
def test_the_longest_prefix_serves(number, expected):
    short, long = (
        rate("1", key=1, price=Decimal("0.01")),
        rate("1234", key=1234, price=Decimal("0.20")),
    )

    assert price(Deck("retail", (short, long)), 60, number) == expected
    assert price(Deck("retail", (long, short)), 60, number) == expected


DATED = Deck(
    "retail",
    (
        rate("47", key=1, starts=100),
        rate("47", key=2, starts=200),
        rate("479", key=3, starts=150),
        rate("479", key=4, starts=250, ended=True),
        rate("479", key=5, starts=300),
        rate("4", key=6, starts=0),
        rate("4", key=7, starts=400, ended=True),
        rate("47", key=8, starts=400, ended=True),
        rate("479", key=9, starts=400, ended=True),
    ),
)


@pytest.mark.parametrize(
    ("start", "key"),
    [(-1, None), (0, 6), (99, 6), (100, 1), (149, 1), (150, 3), (200, 3), (249, 3), (250, 2),
     (299, 2), (300, 5), (399, 5), (400, None), (10**9, None)],
)  # fmt: skip
def test_only_rates_in_force_compete_for_the_longest_prefix(start, key):
    result = price(DATED, 60, "4791234567", start)

    assert (result and result[2]) == key


LONGEST_PREFIX = (
    "The longest prefix of 4791234567 in force at 1970-01-02 01:00 UTC is 47, "
    "since 1970-01-02 00:00 UTC."
)


def test_an_explanation_gives_every_reason_in_plain_words():
    deck = Deck(
        "retail",
        (
            rate("47", key=7, starts=86400, max_charge=Decimal("0.61"), **BLOCK_THEN_SECONDS),
            rate("479", key=8, starts=86400, ended=True),
        ),
        decimals=4,
        rounding="up",
    )

    explanation = explain_event(deck, "4791234567", 90000, -67)

    assert explanation.outcome == "rated"
    assert explanation.rate is deck.rates[0]
    assert [reason.text for reason in explanation.reasons] == [
        "Prefix 479 is closed since 1970-01-02 00:00 UTC, so a shorter one serves.",
        LONGEST_PREFIX,
        "-67 units correct a charge: they mirror 67 units.",
        "Connection fee: 0.40.",
        "From unit 0: 60 units, billed as 60 in steps of 60, at 0.20 per 60: 0.20.",
        "From unit 60: 7 units, billed as 7 in steps of 1, at 0.10 per 60: 0.011666666….",
        "Together: 0.611666666….",
        "At most 0.61 is charged for one event.",
        "Rounded to 4 decimals (up): 0.61.",
        "As a correction: -0.61.",
    ]


def test_no_rate_is_explained_and_is_no_amount():
    explanation = explain_event(DATED, "5", 0, 60)

    assert explanation.outcome == "no_rate"
    assert explanation.priced is None
    assert [reason.text for reason in explanation.reasons] == [
        "No prefix of 5 has a rate in force at 1970-01-01 00:00 UTC."
    ]


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"prefix": "4a"}, "digits 0-9"),
        ({"prefix": "٤٧"}, "digits 0-9"),
        ({"prefix": "1" * 16}, "at most 15"),
        ({"per": 0}, "at least 1"),
        ({"next_increment": 0}, "at least 1"),
        ({"first_increment": -1}, "at least 0"),
        ({"price": Decimal("-0.01")}, "zero or more"),
        ({"price": Decimal("NaN")}, "not an amount"),
        ({"connection_fee": Decimal("0.0000001")}, "more than 6 decimals"),
        ({"steps": (RateStep(1, Decimal(1), 1),)}, "starts at unit 0"),
        ({"steps": (RateStep(0, Decimal(1), 1), RateStep(0, Decimal(1), 1))}, "ascend"),
    ],
)
def test_a_rate_that_contradicts_itself_is_refused(terms, message):
    with pytest.raises(RateError, match=message):
        rate(**terms)


def test_a_deck_refuses_two_rates_of_one_prefix_and_start():
    with pytest.raises(RateError, match="two rates"):
        Deck("retail", (rate("47", key=1), rate("47", key=2)))


@pytest.mark.parametrize("choice", [{"decimals": 7}, {"decimals": -1}, {"rounding": "half_even"}])
def test_a_deck_refuses_other_decimals_and_roundings(choice):
    with pytest.raises(RateError):
        Deck("retail", (), **choice)


@pytest.mark.parametrize(
    "build",
    [
        lambda: rate(price=A_TENTH),
        lambda: rate(connection_fee=1),
        lambda: rate(next_increment=1.0),
        lambda: RateStep(0, A_TENTH, 1),
        lambda: explain_event(Deck("retail", (rate(),)), "47", 0, A_TENTH),
    ],
)
def test_floats_are_refused(build):
    with pytest.raises(TypeError):
        build()

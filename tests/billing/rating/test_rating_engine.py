"""billing.rating.engine: whole batches, held against the reference event by event."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.rating.engine import rate_events
from billing.rating.model import Deck, Rate, RateStep
from billing.rating.prefixes import encode_numbers
from billing.rating.reference import explain_event, explain_stretches
from billing.rating.table import compile_deck

BIGINT = 2**63

# Few digits and few instants, so that prefixes nest and dates meet; figures of every size.
prefixes = st.text("01", max_size=5)
numbers = st.text("01", max_size=7) | st.text("0123456789", max_size=17)
instants = st.sampled_from([-50, 0, 100, 200, 300])
event_starts = st.sampled_from([-51, -50, -1, 0, 99, 100, 199, 250, 300, 301, 2**31])
micros = (
    st.integers(0, 2_000_000)
    | st.sampled_from([0, 1, 333_333, 10**6, 10**13, 2**61, 2**62, 10**24])
    | st.integers(0, 2**45)
)
prices = micros.map(lambda micro: Decimal(micro).scaleb(-6))
units = st.integers(1, 120) | st.sampled_from([1, 60, 3600, 1024, 1_048_576, 10**12, 2**62, 2**70])
quantities = (
    st.integers(-200, 4000)
    | st.integers(-(2**45), 2**45)
    | st.sampled_from([0, 1, -1, 2**61, 2**62, -(2**62), BIGINT - 1, 1 - BIGINT, -BIGINT])
)


@st.composite
def step_lists(draw):
    froms = sorted(draw(st.sets(units, max_size=4)))
    return tuple(RateStep(unit, draw(prices), draw(units)) for unit in [0, *froms])


@st.composite
def decks(draw):
    keys = draw(st.lists(st.tuples(prefixes, instants), unique=True, max_size=12))
    rates = tuple(
        Rate(
            prefix=prefix,
            starts=starts,
            key=1000 + place,
            ended=draw(st.sampled_from([False, False, False, True])),
            connection_fee=draw(prices),
            per=draw(units),
            first_increment=draw(st.none() | st.just(0) | units),
            first_price=draw(st.none() | prices),
            next_increment=draw(units),
            price=draw(prices),
            max_charge=draw(st.just(Decimal(0)) | prices),
            steps=draw(st.just(()) | st.just(()) | step_lists()),
        )
        for place, (prefix, starts) in enumerate(keys)
    )
    rounding = draw(st.sampled_from(["half_up", "up", "down"]))
    return Deck("generated", rates, draw(st.integers(0, 6)), rounding)


batches = st.lists(st.tuples(numbers, event_starts, quantities), max_size=25)


def rate_batch(deck, events):
    with np.errstate(all="raise"):
        return rate_events(
            compile_deck(deck),
            encode_numbers([number for number, _, _ in events]),
            np.array([start for _, start, _ in events], np.int64),
            np.array([quantity for _, _, quantity in events], np.int64),
        )


def assert_engine_equals_reference(deck, events):
    rated = rate_batch(deck, events)

    for row, (number, start, quantity) in enumerate(events):
        explanation = explain_event(deck, number, start, quantity)
        place = int(rated.rate_index[row])
        figures = (int(rated.amount_micro[row]), int(rated.billed_units[row]))
        if explanation.priced is None:
            assert (place, bool(rated.ok[row]), figures) == (-1, False, (0, 0))
            continue
        assert deck.rates[place] is explanation.rate
        expected = (explanation.priced.amount_micro, explanation.priced.billed_units)
        if max(map(abs, expected)) < BIGINT:
            assert rated.ok[row]
            assert figures == expected
        else:
            assert (bool(rated.ok[row]), figures) == (False, (0, 0))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(decks(), batches)
def test_the_engine_equals_the_reference(deck, events):
    assert_engine_equals_reference(deck, events)


@pytest.mark.prove
@settings(max_examples=12_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(decks(), batches)
def test_the_engine_equals_the_reference_at_length(deck, events):
    assert_engine_equals_reference(deck, events)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(decks(), batches)
def test_corrections_mirror_and_order_and_batch_size_do_not_matter(deck, events):
    events = [(number, start, max(quantity, 1 - BIGINT)) for number, start, quantity in events]
    whole = rate_batch(deck, events)

    mirrored = rate_batch(deck, [(number, start, -quantity) for number, start, quantity in events])
    backwards = rate_batch(deck, events[::-1])
    one_by_one = [rate_batch(deck, [event]) for event in events]

    assert (mirrored.amount_micro == -whole.amount_micro).all()
    assert (mirrored.billed_units == -whole.billed_units).all()
    assert (backwards.amount_micro[::-1] == whole.amount_micro).all()
    assert [int(one.amount_micro[0]) for one in one_by_one] == whole.amount_micro.tolist()


def counted_fallbacks(monkeypatch):
    calls = []

    def counted(deck, stretches, quantity, covered):
        calls.append(quantity)
        return explain_stretches(deck, stretches, quantity, covered)

    monkeypatch.setattr("billing.rating.engine.explain_stretches", counted)
    return calls


def test_what_would_overflow_goes_through_the_reference_and_nothing_else_does(monkeypatch):
    calls = counted_fallbacks(monkeypatch)
    deck = Deck("retail", (Rate(prefix="", starts=0, key=1, per=1_048_576, price=Decimal(10)),))

    rated = rate_batch(deck, [("47", 0, 100), ("47", 0, 10**12), ("47", 0, 2**50), ("47", 0, 7)])

    assert calls == [10**12, 2**50]
    assert rated.amount_micro.tolist() == [954, 9_536_743_164_063, 2**30 * 10**7, 67]
    assert rated.ok.all()


def test_an_amount_beyond_a_bigint_is_not_ok_but_keeps_its_rate():
    deck = Deck("retail", (Rate(prefix="", starts=0, key=1, per=1, price=Decimal(10)),))

    rated = rate_batch(deck, [("47", 0, 2**62), ("47", 0, 60)])

    assert rated.ok.tolist() == [False, True]
    assert rated.rate_index.tolist() == [0, 0]
    assert rated.amount_micro.tolist() == [0, 600_000_000]
    assert rated.billed_units.tolist() == [0, 60]


def test_an_empty_batch_and_an_empty_deck_are_fine():
    deck = Deck("retail", (Rate(prefix="47", starts=0, key=1),))

    assert len(rate_batch(deck, []).ok) == 0
    assert rate_batch(Deck("empty", ()), [("47", 0, 60)]).rate_index.tolist() == [-1]


def test_columns_are_whole_numbers_of_the_same_length():
    table = compile_deck(Deck("retail", (Rate(prefix="47", starts=0, key=1),)))
    two = encode_numbers(["47", "48"])

    with pytest.raises(TypeError, match="whole numbers"):
        rate_events(table, two, np.zeros(2, np.int64), np.array([1.0, 2.0]))
    with pytest.raises(TypeError, match="whole numbers"):
        rate_events(table, two, np.zeros(2, np.int64), np.array([1, 2], np.uint64))
    with pytest.raises(ValueError, match="shape"):
        rate_events(table, two, np.zeros(2, np.int64), np.array([1]))


def test_columns_have_one_bigint_per_event():
    deck = Deck("retail", (Rate(prefix="47", starts=0, key=1, price=Decimal("0.60")),))

    rated = rate_batch(deck, [("47", 0, 75)])

    assert rated.amount_micro.dtype == rated.billed_units.dtype == np.int64
    assert rated.rate_index.dtype == np.int64
    assert rated.ok.dtype == np.bool_
    assert rated.amount_micro.tolist() == [750_000]

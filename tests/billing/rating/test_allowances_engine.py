"""billing.rating.allowances: the engine, the reference and a naive oracle say the same."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from billing.rating.allowances import canonical_order, consume_columns, fresh_state
from billing.rating.allowances_reference import consume_events
from billing.rating.event_columns import EventColumns
from billing.rating.grant_table import compile_grants, connected_groups
from core.money import ROUNDING_MODES
from tests.billing.rating.allowance_cases import (
    BO,
    KARI,
    call,
    columns_of,
    consume_in_columns,
    correction,
    event_lists,
    grant,
    grants_lists,
    large_prices,
    large_quantities,
    large_units,
    profiles_of,
)

slow = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}


def naive(grants, events):
    """Unit by unit, by another road: a reversed record is rated and then undone by a snapshot."""
    scopes = {"own": 0, "pooled": 1, "shared": 2}
    ranked = sorted(
        grants,
        key=lambda g: (
            g.priority, g.expires if g.expires is not None else g.closes,
            scopes[g.scope], g.code, g.opens, g.key,
        ),
    )  # fmt: skip
    holds = {g.key: float("inf") if g.quantity is None else g.quantity for g in grants}
    reversals = {e.corrects: e.key for e in events if e.corrects is not None}
    records = [e for e in events if e.corrects is None]
    records.sort(key=lambda e: (e.arrival or 0, e.start, e.source, e.record))
    found = {}
    for event in records:
        before = dict(holds)
        figures = found[event.key] = naive_record(ranked, holds, event)
        if event.key in reversals:
            holds = before
            covered, paid, amount, takes = figures
            mirrored = {key: -quantity for key, quantity in takes.items()}
            found[reversals[event.key]] = (-covered, -paid, -amount, mirrored)
    return found, holds


def naive_record(ranked, holds, event):
    takes: Counter[int] = Counter()
    if event.settled_micro is not None:
        return 0, 0, event.settled_micro, takes
    prices = [Fraction(s.price_micro, s.per) for s in event.segments for _ in range(s.units)]
    who = event.profile
    usable = [
        g
        for g in ranked
        if who.subscription in g.users
        and event.start >= g.users[who.subscription]
        and g.opens <= event.start < g.closes
        and who.usage_type in g.usage_types
        and (not g.destinations or g.destinations & who.destinations)
    ]
    unpaid, stays = Fraction(0), True
    covered = 0
    for price in prices:
        giver = next((g for g in usable if not g.money and holds[g.key] > 0), None)
        if giver is None:
            unpaid += price
            continue
        holds[giver.key] -= 1
        takes[giver.key] += 1
        covered += 1
        stays = stays and giver.fee_when_covered
    if event.cumulative or not prices:
        return covered, 0, 0, takes
    if stays:
        unpaid += event.connection_fee_micro
    if event.cap_micro:
        unpaid = min(unpaid, event.cap_micro)
    amount = naive_rounding(unpaid, event)
    paid = 0
    for giver in usable:
        if giver.money and holds[giver.key] and amount > paid:
            part = min(holds[giver.key], amount - paid)
            holds[giver.key] -= part
            takes[giver.key] += part
            paid += part
    return covered, paid, amount - paid, takes


def naive_rounding(micro, event):
    """By decimal's own rounding of a quotient that is exact enough to decide."""
    grain = 10 ** (6 - event.decimals)
    whole, rest = divmod(micro, grain)
    tail = Decimal(0 if not rest else 5 if 2 * rest == grain else 1 if 2 * rest < grain else 9)
    rounded = (Decimal(int(whole)) + tail / 10).quantize(
        Decimal(1), rounding=ROUNDING_MODES[event.rounding]
    )
    return int(rounded) * grain


def figures_of_reference(outcome):
    return {
        key: (
            record.covered_units,
            record.paid_micro,
            record.amount_micro,
            {take.grant: take.quantity for take in record.takes},
        )
        for key, record in outcome.records.items()
    }


def figures_of_columns(table, events, consumed):
    takes: dict[int, dict[int, int]] = {event.key: {} for event in events}
    for row, place, quantity in zip(
        consumed.takes.events.tolist(),
        consumed.takes.grants.tolist(),
        consumed.takes.quantities.tolist(),
        strict=True,
    ):
        taken = takes[events[row].key]
        assert table.grants[place].key not in taken
        taken[table.grants[place].key] = quantity
    return {
        event.key: (
            int(consumed.covered_units[row]),
            int(consumed.paid_micro[row]),
            int(consumed.amount_micro[row]),
            takes[event.key],
        )
        for row, event in enumerate(events)
    }


def assert_the_reference_equals_the_naive_oracle(grants, events):
    outcome = consume_events(grants, events)

    expected, holds = naive(grants, events)

    assert figures_of_reference(outcome) == expected
    for one in grants:
        left = outcome.left[one.key]
        assert (float("inf") if left is None else left) == holds[one.key]
        if left is not None:
            assert left >= 0
            assert outcome.used[one.key] + left == one.quantity


def assert_the_engine_equals_the_reference(grants, events):
    outcome = consume_events(grants, events)

    with np.errstate(all="raise"):
        table, consumed = consume_in_columns(grants, events)

    expected = figures_of_reference(outcome)
    figures = figures_of_columns(table, events, consumed)
    for row, event in enumerate(events):
        if consumed.ok[row]:
            assert figures[event.key] == expected[event.key]
            uncovered = outcome.records[event.key].uncovered_units
            assert consumed.uncovered_units[row] == uncovered
        else:
            _, paid, amount, _ = expected[event.key]
            assert abs(paid + amount) >= 2**62 or event.units >= 2**62
    for place, one in enumerate(grants):
        if one.quantity is not None:
            assert consumed.state.left[place] == outcome.left[one.key]


@settings(max_examples=200, **slow)
@given(grants_lists(), event_lists())
def test_the_reference_equals_an_oracle_that_counts_unit_by_unit(grants, events):
    assert_the_reference_equals_the_naive_oracle(grants, events)


@settings(max_examples=200, **slow)
@given(grants_lists(), event_lists())
def test_the_engine_equals_the_reference_on_allowances(grants, events):
    assert_the_engine_equals_the_reference(grants, events)


@settings(max_examples=200, **slow)
@given(grants_lists(large_quantities), event_lists(large_units, large_prices))
def test_the_engine_equals_the_reference_on_figures_of_every_size(grants, events):
    assert_the_engine_equals_the_reference(grants, events)


@pytest.mark.prove
@settings(max_examples=12_000, **slow)
@given(grants_lists(), event_lists())
def test_reference_oracle_and_engine_agree_at_length(grants, events):
    assert_the_reference_equals_the_naive_oracle(grants, events)
    assert_the_engine_equals_the_reference(grants, events)


@pytest.mark.prove
@settings(max_examples=12_000, **slow)
@given(grants_lists(large_quantities), event_lists(large_units, large_prices))
def test_the_engine_equals_the_reference_on_figures_of_every_size_at_length(grants, events):
    assert_the_engine_equals_the_reference(grants, events)


@pytest.mark.parametrize("quantity", [0, 59, 60, 61, 120, 10**9, None])
def test_a_grants_edge_is_exact(quantity):
    calls = [call(1), call(2, units=61), call(3)]

    assert_the_engine_equals_the_reference([grant(quantity=quantity)], calls)


def test_columns_of_different_lengths_are_refused():
    found = [call(1), call(2)]
    table = compile_grants([grant()], profiles_of(found))
    columns = columns_of(table, found)
    short = {name: getattr(columns, name) for name in (each.name for each in fields(EventColumns))}
    short["fees"] = short["fees"][:1]

    with pytest.raises(ValueError, match="fees has 1"):
        consume_columns(table, EventColumns(**short), np.arange(2), fresh_state(table))
    with pytest.raises(ValueError, match="order has 1"):
        consume_columns(table, columns, np.arange(1), fresh_state(table))


def test_the_canonical_order_is_by_start_then_source_then_the_id_as_bytes():
    starts = np.array([5, 5, 5, 1, 5])
    sources = np.array([0, 1, 0, 9, 0])
    ids = np.array([b"R-9", b"A", b"R-10", b"Z", b"R-1"])

    assert canonical_order(starts, sources, ids).tolist() == [3, 4, 2, 0, 1]


def test_grants_that_share_an_eligible_record_are_one_group():
    own = grant(key=1, users={KARI: 0})
    pool = grant(key=2, users={KARI: 0, BO: 0}, scope="pooled")
    alone = grant(key=3, users={BO: 0}, usage_types=frozenset({"sms"}))
    found = [call(1), call(2, subscription=BO), call(3, subscription=BO, usage_type="sms")]

    assert connected_groups([own, pool, alone], profiles_of(found)) == [0, 0, 2]


def test_an_empty_batch_changes_nothing():
    table, consumed = consume_in_columns([grant()], [])

    assert len(consumed.amount_micro) == 0
    assert consumed.state.left.tolist() == table.quantities.tolist()


def test_a_reversed_record_leaves_the_grant_to_those_after_it():
    first = call(1, units=60)
    found = [first, call(2, units=60), correction(3, first)]

    _, consumed = consume_in_columns([grant(quantity=60)], found)

    assert consumed.covered_units.tolist() == [60, 60, -60]
    assert consumed.state.left.tolist() == [0]
    assert consumed.state.used_up_from.tolist() == [2]

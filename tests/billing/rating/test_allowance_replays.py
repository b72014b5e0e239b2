"""billing.rating.replays: any order of arrival, in any pieces, ends in the same figures."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.rating.allowances import consume_columns, fresh_state
from billing.rating.allowances_reference import consume_events
from billing.rating.grant_table import compile_grants
from billing.rating.replays import (
    give_back,
    groups_to_replay,
    groups_to_replay_for_corrections,
    reset_groups,
)
from tests.billing.rating.allowance_cases import (
    BO,
    KARI,
    call,
    columns_of,
    correction,
    event_lists,
    grant,
    grants_lists,
    order_of,
    profiles_of,
)

slow = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}


class Store:
    """What a stored path keeps: records, their figures and takes, and the grants' state."""

    def __init__(self, grants, events):
        self.table = compile_grants(grants, profiles_of(events))
        self.state = fresh_state(self.table)
        self.stored = []
        self.figures = {}
        self.takes = {}
        self.replayed = []

    def group(self, event):
        return int(self.table.group_of_profile[self.table.profiles.index(event.profile)])

    def arrive(self, piece):
        """Take in some records at once, replaying only where it must be."""
        new = {event.key for event in piece}
        reversals = [e for e in piece if e.corrects is not None and e.corrects not in new]
        fresh = [event for event in piece if event not in reversals]
        taken = [take for event in reversals for take in self.takes[event.corrects]]
        grants = np.array([place for place, _ in taken], np.int64)
        quantities = np.array([quantity for _, quantity in taken], np.int64)
        replays = set(groups_to_replay_for_corrections(self.table, grants, self.state).tolist())
        for event in reversals:
            self.mirror(event)
        self.state = give_back(self.table, self.state, grants, quantities)
        columns = columns_of(self.table, fresh)
        replays |= set(groups_to_replay(self.table, columns, self.state).tolist())
        self.stored += piece
        self.replayed += replays
        self.state = reset_groups(self.table, self.state, np.array(sorted(replays), np.int64))
        again = [event for event in self.stored if self.group(event) in replays]
        self.rate(again + [event for event in fresh if self.group(event) not in replays])

    def mirror(self, event):
        self.figures[event.key] = tuple(-figure for figure in self.figures[event.corrects])
        self.takes[event.key] = [(p, -quantity) for p, quantity in self.takes[event.corrects]]

    def rate(self, events):
        columns = columns_of(self.table, events)
        consumed = consume_columns(self.table, columns, order_of(events), self.state)
        self.state = consumed.state
        for row, event in enumerate(events):
            covered, paid = int(consumed.covered_units[row]), int(consumed.paid_micro[row])
            self.figures[event.key] = (covered, paid, int(consumed.amount_micro[row]))
            self.takes[event.key] = []
        for row, place, quantity in zip(
            consumed.takes.events, consumed.takes.grants, consumed.takes.quantities, strict=True
        ):
            self.takes[events[row].key].append((int(place), int(quantity)))


def pieces_of(draw, events):
    """The records in any order and in any pieces, a correction never before its record."""
    place = {event.key: n for n, event in enumerate(draw(st.permutations(events)))}
    events = sorted(
        events,
        key=lambda e: (max(place[e.key], place.get(e.corrects, 0)), e.corrects is not None),
    )
    cuts = sorted(draw(st.sets(st.integers(0, len(events)))) | {0, len(events)})
    return [events[first:last] for first, last in pairwise(cuts)]


def assert_arrival_does_not_matter(grants, events, data):
    store = Store(grants, events)

    for piece in pieces_of(data.draw, events):
        store.arrive(piece)

    expected = consume_events(grants, events)
    for key, record in expected.records.items():
        figures = (record.covered_units, record.paid_micro, record.amount_micro)
        assert store.figures[key] == figures
        takes = {store.table.grants[place].key: q for place, q in store.takes[key]}
        assert takes == {take.grant: take.quantity for take in record.takes}
    for place, one in enumerate(grants):
        if one.quantity is not None:
            assert store.state.left[place] == expected.left[one.key]


@settings(max_examples=300, **slow)
@given(grants_lists(), event_lists(late=False), st.data())
def test_any_order_of_arrival_in_any_pieces_ends_in_the_same_figures(grants, events, data):
    assert_arrival_does_not_matter(grants, events, data)


@pytest.mark.prove
@settings(max_examples=12_000, **slow)
@given(grants_lists(), event_lists(late=False), st.data())
def test_any_order_of_arrival_ends_in_the_same_figures_at_length(grants, events, data):
    assert_arrival_does_not_matter(grants, events, data)


def replayed(grants, *pieces):
    store = Store(grants, [event for piece in pieces for event in piece])
    for piece in pieces:
        store.arrive(piece)
    return store.replayed


def test_an_early_record_that_comes_late_replays_nothing_while_something_is_left():
    assert replayed([grant(quantity=121)], [call(5)], [call(4)]) == []


def test_the_record_that_uses_up_the_allowance_replays_its_group():
    assert replayed([grant(quantity=120)], [call(5)], [call(4)]) == [0]


def test_a_record_in_order_replays_nothing_also_beyond_the_end():
    calls = [[call(key)] for key in range(1, 5)]

    assert replayed([grant(quantity=90)], *calls) == []


def test_a_record_before_the_place_where_the_allowance_ended_replays_its_group():
    assert replayed([grant(quantity=60)], [call(5)], [call(4)]) == [0]


def test_a_record_after_the_place_where_the_allowance_ended_replays_nothing():
    assert replayed([grant(quantity=60)], [call(1), call(9)], [call(4)]) == []


def test_another_group_is_left_alone():
    own = [grant(key=1, users={KARI: 0}), grant(key=2, users={BO: 0}, quantity=60)]
    bo = call(6, start=5, subscription=BO)

    assert replayed(own, [call(5), bo], [call(4), call(3, subscription=BO)]) == [1]


def test_a_correction_replays_only_where_its_allowance_is_used_up():
    first = call(1)

    assert replayed([grant(quantity=121)], [first, call(2)], [correction(3, first)]) == []
    assert replayed([grant(quantity=120)], [first, call(2)], [correction(3, first)]) == [0]


def test_money_that_ends_replays_too():
    money = grant(quantity=700_000, money=True)

    assert replayed([money], [call(5)], [call(4)]) == [0]
    assert replayed([grant(quantity=1_200_001, money=True)], [call(5)], [call(4)]) == []


def test_a_reversed_record_that_went_short_is_rated_again_too():
    short = call(5, units=90)
    early = call(1, units=10)

    store = Store([grant(quantity=60)], [short, correction(6, short), early])
    store.arrive([short, correction(6, short)])
    store.arrive([early])

    assert store.replayed == [0]
    assert [store.figures[key][0] for key in (5, 6, 1)] == [50, -50, 10]

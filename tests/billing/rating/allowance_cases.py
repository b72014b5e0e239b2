"""Grants and records for tests of allowances: builders, generated cases, and their columns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from billing.rating.allowances import consume_columns, fresh_state
from billing.rating.event_columns import ROUNDINGS, EventColumns
from billing.rating.grant_table import compile_grants
from billing.rating.grants import Event, Grant, Profile, Segment, in_order

KARI, BO, ACME = 1, 2, 3
EUROPE, WORLD = 1, 2
VOICE = frozenset({"voice"})
MONTH = 10**6


def minutes(count):
    return count * 60


def grant(code="MINUTES", quantity: int | None = 6000, key=1, **terms):
    terms = {"opens": 0, "closes": MONTH, "users": {KARI: 0}, "usage_types": VOICE} | terms
    return Grant(code=code, quantity=quantity, key=key, **terms)


def call(key, units=60, start=None, price="0.60", subscription=KARI, **terms):
    """A call of so many seconds at a price a minute; it starts at its key."""
    micro = int(float(price) * 10**6)
    profile = Profile(subscription, terms.pop("usage_type", "voice"), frozenset({EUROPE}))
    terms = {"source": "SWITCH", "record": f"R-{key}".encode(), "profile": profile} | terms
    segments = terms.pop("segments", (Segment(units, micro, 60),))
    return Event(key=key, start=key if start is None else start, segments=segments, **terms)


def correction(key, of, **terms):
    return call(key, start=of.start, corrects=of.key, **terms)


def pairs(strategy, size):
    return st.sets(strategy, min_size=1, max_size=size).map(frozenset)


subscriptions = st.integers(1, 3)
usage_types = st.sampled_from(["voice", "sms"])
destinations = st.sets(st.integers(1, 2)).map(frozenset)
instants = st.integers(0, 12)
small_quantities = st.none() | st.integers(0, 60)
large_quantities = small_quantities | st.integers(0, 2**61 - 1) | st.integers(0, 10**9)
small_prices = st.sampled_from([0, 1, 5, 333_333, 10**6])
large_prices = small_prices | st.integers(0, 2**45) | st.sampled_from([2**60, 2**62])
small_units = st.integers(0, 20)
large_units = small_units | st.integers(0, 2**40) | st.sampled_from([2**58, 2**61])


@st.composite
def grants_lists(draw, quantities=small_quantities):
    grants = []
    for place in range(draw(st.integers(0, 6))):
        opens = draw(instants)
        grants.append(
            Grant(
                key=100 + place,
                code=draw(st.sampled_from("AB")),
                quantity=draw(quantities),
                money=draw(st.sampled_from([False, False, True])),
                scope=draw(st.sampled_from(["own", "pooled", "shared"])),
                priority=draw(st.integers(1, 2)),
                opens=draw(st.sampled_from([0, opens])),
                closes=opens + draw(st.sampled_from([100, draw(st.integers(1, 12))])),
                expires=draw(st.none() | st.integers(12, 14)),
                users=draw(st.dictionaries(subscriptions, st.sampled_from([0, 0, 5]), min_size=1)),
                usage_types=draw(pairs(usage_types, 2)),
                destinations=draw(destinations),
                fee_when_covered=draw(st.booleans()),
            )
        )
    return grants


@st.composite
def events(draw, key, units, prices, *, late=True):
    segment = st.builds(
        Segment,
        units=units,
        price_micro=prices,
        per=st.sampled_from([1, 7, 60, 60, 1000]),
    )
    return Event(
        key=key,
        start=draw(instants),
        source=draw(st.sampled_from(["A", "B"])),
        record=draw(st.sampled_from([b"a", b"b", b"ab"])) + bytes([key]),
        profile=Profile(draw(subscriptions), draw(usage_types), draw(destinations)),
        segments=tuple(draw(st.lists(segment, max_size=3))),
        connection_fee_micro=draw(st.sampled_from([0, 0, 500_000])),
        cap_micro=draw(st.sampled_from([0, 0, 700_000, 2**61, 2**62])),
        decimals=draw(st.integers(0, 6)),
        rounding=draw(st.sampled_from(ROUNDINGS)),
        settled_micro=draw(st.sampled_from([None, None, None, 42, -42])),
        cumulative=draw(st.sampled_from([False, False, False, True])),
        arrival=draw(st.sampled_from([None, None, 1, 2])) if late else None,
    )


@st.composite
def event_lists(draw, units=small_units, prices=small_prices, *, late=True):
    """Records of one period, some with a correction that arrives with them."""
    found = []
    for key in range(draw(st.integers(0, 12))):
        event = draw(events(key, units, prices, late=late))
        found.append(event)
        if draw(st.sampled_from([False, False, False, True])):
            found.append(replace(event, key=100 + key, corrects=key, settled_micro=None))
    return draw(st.permutations(found))


def profiles_of(found):
    return sorted({event.profile for event in found}, key=repr)


def columns_of(table, found):
    """Records as columns, in their order."""
    profiles = {profile: place for place, profile in enumerate(table.profiles)}
    rows = {event.key: row for row, event in enumerate(found)}
    segments = [segment for event in found for segment in event.segments]

    def column(values):
        return np.array(list(values), np.int64)

    return EventColumns(
        profiles=column(profiles[event.profile] for event in found),
        starts=column(event.start for event in found),
        offsets=np.cumsum([0, *(len(event.segments) for event in found)]).astype(np.int64),
        segment_units=column(segment.units for segment in segments),
        segment_prices=column(segment.price_micro for segment in segments),
        segment_pers=column(segment.per for segment in segments),
        fees=column(event.connection_fee_micro for event in found),
        caps=column(event.cap_micro for event in found),
        grains=column(10 ** (6 - event.decimals) for event in found),
        roundings=column(ROUNDINGS.index(event.rounding) for event in found),
        settled=np.array([event.settled_micro is not None for event in found], np.bool_),
        settled_micro=column(event.settled_micro or 0 for event in found),
        cumulative=np.array([event.cumulative for event in found], np.bool_),
        corrects=column(rows.get(event.corrects, -1) for event in found),
    )


def order_of(found):
    rows = {event.key: row for row, event in enumerate(found)}
    return np.array([rows[event.key] for event in in_order(found)], np.int64)


def consume_in_columns(grants, found, state=None):
    """The table and the outcome of the engine; no sum may overflow on the way."""
    table = compile_grants(grants, profiles_of(found))
    columns = columns_of(table, found)
    state = state or fresh_state(table)
    return table, consume_columns(table, columns, order_of(found), state)

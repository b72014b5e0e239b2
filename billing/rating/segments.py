"""Rated events as allowances see them: billed units in a row, each with its price."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from billing.rating.engine import RatedColumns
from billing.rating.event_columns import ROUNDINGS, PriceParts
from billing.rating.model import price_micro
from billing.rating.reference import Stretch, segments_of
from billing.rating.table import NEVER, SAFE, DeckTable, step_units

Integers = NDArray[np.int64]

_OF_SEGMENTS = ("segment_units", "segment_prices", "segment_pers")
_OF_EVENTS = ("fees", "caps", "grains", "roundings")


def price_parts(
    table: DeckTable, rated: RatedColumns, quantities: Integers, rows: Integers
) -> PriceParts:
    """The parts of these rows of a rated batch; each of `rows` has a rate.

    Units are counted positive, also of corrections.
    """
    units = np.abs(quantities[rows])
    rates = rated.rate_index[rows]
    exact = table.bound_fixed[rates] + units * table.bound_slope[rates] < SAFE
    exact[np.isin(rows, list(rated.stretches))] = False
    divisors = np.where(exact, table.divisors[rates], table.grain) // table.grain
    billed = step_units(table, rates, np.where(exact, units, 0))
    prices = table.step_prices[:, rates]
    taken = billed.T > 0
    sizes = taken.sum(axis=1)
    fees = np.where(exact, table.fees[rates] // divisors, 0)
    caps = np.where(exact & (table.caps[rates] < SAFE), table.caps[rates] // divisors, 0)
    parts = PriceParts(
        offsets=_offsets(sizes),
        segment_units=billed.T[taken],
        segment_prices=prices.T[taken],
        segment_pers=np.repeat(divisors, sizes),
        fees=fees,
        caps=caps,
        grains=np.full(len(rows), table.grain),
        roundings=np.full(len(rows), ROUNDINGS.index(table.deck.rounding)),
    )
    return parts if exact.all() else _with_inexact(parts, table, rated, units, rows, exact)


def joined(parts: Sequence[PriceParts]) -> PriceParts:
    """The events of all, one after the other."""
    if not parts:
        nothing = np.zeros(0, np.int64)
        columns = dict.fromkeys((*_OF_SEGMENTS, *_OF_EVENTS), nothing)
        return PriceParts(offsets=np.zeros(1, np.int64), **columns)
    sizes = np.concatenate([np.diff(part.offsets) for part in parts])
    columns = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in (*_OF_SEGMENTS, *_OF_EVENTS)
    }
    return PriceParts(offsets=_offsets(sizes), **columns)


def taken_from(parts: PriceParts, rows: Integers) -> PriceParts:
    """The events of these rows, in their order."""
    sizes = np.diff(parts.offsets)[rows]
    offsets = _offsets(sizes)
    places = np.arange(offsets[-1]) + np.repeat(parts.offsets[rows] - offsets[:-1], sizes)
    columns = {name: getattr(parts, name)[places] for name in _OF_SEGMENTS}
    columns |= {name: getattr(parts, name)[rows] for name in _OF_EVENTS}
    return PriceParts(offsets=offsets, **columns)


def of_one_segment(units: Integers) -> PriceParts:
    """Events without a price of their own: all their units in one part that costs nothing."""
    ones, nothing = np.ones(len(units), np.int64), np.zeros(len(units), np.int64)
    sizes = (units > 0).astype(np.int64)
    return PriceParts(
        offsets=_offsets(sizes),
        segment_units=units[units > 0],
        segment_prices=nothing[units > 0],
        segment_pers=ones[units > 0],
        fees=nothing,
        caps=nothing,
        grains=ones,
        roundings=nothing,
    )


def _offsets(sizes: Integers) -> Integers:
    offsets = np.zeros(len(sizes) + 1, np.int64)
    np.cumsum(sizes, out=offsets[1:])
    return offsets


def _with_inexact(
    parts: PriceParts,
    table: DeckTable,
    rated: RatedColumns,
    units: Integers,
    rows: Integers,
    exact: NDArray[np.bool_],
) -> PriceParts:
    """With the events that the reference prices: too large for columns, or over a band's edge."""
    others = np.flatnonzero(~exact)
    told = [_by_reference(table, rated, int(rows[at]), int(units[at])) for at in others.tolist()]
    both = joined([parts, joined(told)])
    place = np.arange(len(rows))
    place[others] = len(rows) + np.arange(len(others))
    return taken_from(both, place)


def _by_reference(table: DeckTable, rated: RatedColumns, row: int, units: int) -> PriceParts:
    rate = table.deck.rates[int(rated.rate_index[row])]
    stretches: list[Stretch] = rated.stretches.get(row) or [(rate, 0, units)]
    segments = segments_of(stretches) if units else ()
    if any(segment.billed >= NEVER for segment in segments):
        segments = ()
    first = stretches[0][0]

    def column(values: Sequence[int]) -> Integers:
        return np.array([min(value, NEVER) for value in values], np.int64)

    return PriceParts(
        offsets=column([0, len(segments)]),
        segment_units=column([segment.billed for segment in segments]),
        segment_prices=column([price_micro(segment.price) for segment in segments]),
        segment_pers=column([segment.per for segment in segments]),
        fees=column([price_micro(first.connection_fee)]),
        caps=column([price_micro(first.max_charge)]),
        grains=column([table.grain]),
        roundings=column([ROUNDINGS.index(table.deck.rounding)]),
    )

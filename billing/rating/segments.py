"""Rated events as allowances see them: billed units in a row, each with its price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from billing.rating.engine import RatedColumns
from billing.rating.event_columns import ROUNDINGS
from billing.rating.model import price_micro
from billing.rating.reference import Stretch, segments_of
from billing.rating.table import NEVER, SAFE, DeckTable

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class PriceParts:
    """What the price of each event is made of; the names are those of `EventColumns`."""

    offsets: Integers
    segment_units: Integers
    segment_prices: Integers
    segment_pers: Integers
    fees: Integers
    caps: Integers
    grains: Integers
    roundings: Integers

    def __len__(self) -> int:
        return len(self.fees)


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
    billed, prices = _steps(table, rates, np.where(exact, units, 0))
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
        return PriceParts(np.zeros(1, np.int64), *[nothing] * 7)
    sizes = np.concatenate([np.diff(part.offsets) for part in parts])
    return PriceParts(
        _offsets(sizes),
        *(
            np.concatenate([getattr(part, field.name) for part in parts])
            for field in fields(PriceParts)[1:]
        ),
    )


def taken_from(parts: PriceParts, rows: Integers) -> PriceParts:
    """The events of these rows, in their order."""
    sizes = np.diff(parts.offsets)[rows]
    offsets = _offsets(sizes)
    places = np.arange(offsets[-1]) + np.repeat(parts.offsets[rows] - offsets[:-1], sizes)
    return PriceParts(
        offsets,
        parts.segment_units[places],
        parts.segment_prices[places],
        parts.segment_pers[places],
        *(getattr(parts, field.name)[rows] for field in fields(PriceParts)[4:]),
    )


def of_one_segment(units: Integers) -> PriceParts:
    """Events without a price of their own: all their units in one part that costs nothing."""
    ones, nothing = np.ones(len(units), np.int64), np.zeros(len(units), np.int64)
    sizes = (units > 0).astype(np.int64)
    return PriceParts(
        _offsets(sizes),
        units[units > 0],
        nothing[units > 0],
        ones[units > 0],
        nothing,
        nothing,
        ones,
        nothing,
    )


def _offsets(sizes: Integers) -> Integers:
    offsets = np.zeros(len(sizes) + 1, np.int64)
    np.cumsum(sizes, out=offsets[1:])
    return offsets


def _steps(table: DeckTable, rates: Integers, units: Integers) -> tuple[Integers, Integers]:
    """Billed units and prices, of shape (steps, events)."""
    shape = (len(table.step_increments), len(rates))
    billed, prices = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    froms = table.step_froms[0][rates]
    for step, increments in enumerate(table.step_increments):
        last = step + 1 == len(table.step_froms)
        ends = units if last else table.step_froms[step + 1][rates]
        part = np.maximum(np.minimum(units, ends) - froms, 0)
        increment = increments[rates]
        billed[step] = (part + increment - 1) // increment * increment
        prices[step] = table.step_prices[step][rates]
        froms = ends
    return billed, prices


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
        column([0, len(segments)]),
        column([segment.billed for segment in segments]),
        column([price_micro(segment.price) for segment in segments]),
        column([segment.per for segment in segments]),
        column([price_micro(first.connection_fee)]),
        column([price_micro(first.max_charge)]),
        column([table.grain]),
        column([ROUNDINGS.index(table.deck.rounding)]),
    )

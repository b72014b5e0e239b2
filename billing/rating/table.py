"""A deck compiled for the engine: its prefixes as ranges, its prices as columns of integers."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from billing.rating.model import Deck, Rate, price_micro
from billing.rating.offers import Offers, compile_offers
from core.money import MICRO_DECIMALS

# The engine's sums stay below this, so that doubling them for rounding still fits 63 bits.
SAFE = 2**61
# More than any quantity the engine takes: the first unit of a step that is never reached.
NEVER = 2**62


@dataclass(frozen=True, slots=True, eq=False)
class DeckTable:
    """A deck compiled once, for many batches. Columns have one value per rate of `deck.rates`.

    An event's numerator is its price in millionths of the currency unit, times `per`: so all
    sums are whole numbers, and one division at the end rounds. `fees` and `caps` are numerators
    too; `divisors` are `per` times `grain`, the deck's smallest amount in millionths.
    Step k of every rate: `step_froms[k]`, `step_prices[k]` (millionths), `step_increments[k]`.
    `bound_fixed + quantity × bound_slope` is at least the numerator and the billed units; rates
    whose own figures are too large have an infinite bound, which sends them to the reference.
    `keys` are the database ids; `offers` say which rate serves which number and band.
    """

    deck: Deck
    offers: Offers
    grain: int
    keys: NDArray[np.int64]
    fees: NDArray[np.int64]
    caps: NDArray[np.int64]
    divisors: NDArray[np.int64]
    step_froms: NDArray[np.int64]
    step_prices: NDArray[np.int64]
    step_increments: NDArray[np.int64]
    bound_fixed: NDArray[np.float64]
    bound_slope: NDArray[np.float64]


def compile_deck(deck: Deck) -> DeckTable:
    """Compile a deck once, rate many batches with it."""
    rates = deck.rates
    grain = 10 ** (MICRO_DECIMALS - deck.decimals)
    per = _column(rate.per for rate in rates)
    fees = _column(price_micro(rate.connection_fee) for rate in rates)
    caps = _column(price_micro(rate.max_charge) for rate in rates)
    froms, prices, increments = _steps(rates)
    slope = np.maximum(prices.max(axis=0, initial=1), 1).astype(np.float64)
    fixed = per * (fees.astype(np.float64) + grain) + slope * increments.sum(axis=0, dtype=float)
    large = (fixed >= SAFE) | (slope >= SAFE)
    capped = (caps > 0) & (caps.astype(np.float64) * per < SAFE)
    return DeckTable(
        deck=deck,
        offers=compile_offers(deck),
        grain=grain,
        keys=np.array([rate.key for rate in rates], np.int64),
        fees=fees * per,
        caps=np.where(capped, caps * per, SAFE),
        divisors=np.where(large, 1, per * grain),
        step_froms=froms,
        step_prices=prices,
        step_increments=increments,
        bound_fixed=np.where(large, np.inf, fixed),
        bound_slope=np.where(large, 0.0, slope),
    )


def step_units(
    table: DeckTable, rates: NDArray[np.int64], units: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The billed units of each step, of shape (steps, events): the step's own part of an event's
    units, rounded up to the step's own increment."""
    billed = np.zeros((len(table.step_increments), len(rates)), np.int64)
    froms = table.step_froms[0][rates]
    for step, increments in enumerate(table.step_increments):
        last = step + 1 == len(table.step_froms)
        ends = units if last else table.step_froms[step + 1][rates]
        part = np.maximum(np.minimum(units, ends) - froms, 0)
        increment = increments[rates]
        billed[step] = (part + increment - 1) // increment * increment
        froms = ends
    return billed


def _steps(
    rates: tuple[Rate, ...],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """First units, prices and increments of all steps, each of shape (steps, rates).

    First and next increment are two steps like others; rates of fewer steps are filled up.
    """
    count = max((len(rate.steps) for rate in rates), default=0)
    shape = (max(count, 2), len(rates))
    froms, prices = np.full(shape, NEVER), np.zeros(shape, np.int64)
    increments = np.ones(shape, np.int64)
    opening = _column(rate.opening_increment for rate in rates)
    then_price = _column(price_micro(rate.price) for rate in rates)
    then_increment = _column(rate.next_increment for rate in rates)
    opens = opening > 0
    froms[0] = 0
    froms[1] = np.where(opens, opening, NEVER)
    prices[0] = np.where(
        opens, _column(price_micro(rate.opening_price) for rate in rates), then_price
    )
    prices[1] = then_price
    increments[0] = np.where(opens, opening, then_increment)
    increments[1] = then_increment
    for place, rate in enumerate(rates):
        if rate.steps:
            froms[1:, place], prices[:, place], increments[:, place] = NEVER, 0, 1
            for k, step in enumerate(rate.steps):
                froms[k, place] = min(step.from_unit, NEVER)
                prices[k, place] = min(price_micro(step.price), NEVER)
                increments[k, place] = min(step.increment, NEVER)
    return froms, prices, increments


def _column(values: Iterable[int]) -> NDArray[np.int64]:
    """Figures as a column; what is beyond `NEVER` stays there: its rate counts as too large."""
    figures = list(values)
    try:
        column = np.array(figures, np.int64)
    except OverflowError:
        return np.array([min(figure, NEVER) for figure in figures], np.int64)
    return np.minimum(column, NEVER)

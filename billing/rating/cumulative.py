"""Cumulative prices: one price for all units of a usage period, and each record's share of it.

`graduated` prices each tier's units at its price, `volume` all units at the price of the tier
that the total reaches, `package` every started block of `per` units at its price. A tier reaches
up to and including its limit. The total is rounded once, to 6 decimals, half away from zero.
Amounts are millionths of the currency unit. A total below zero (more was corrected than counted)
mirrors the positive one. Rules: docs/how-invoices-are-calculated.md, "Cumulative prices".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.money import divide_half_away

Model = Literal["graduated", "volume", "package"]
MODELS: tuple[Model, ...] = ("graduated", "volume", "package")

# The engine's products stay below this, so that doubling them for rounding still fits 63 bits.
SAFE = 2**61
NEVER = 2**62


class CumulativeError(ValueError):
    """A cumulative price that contradicts itself."""


@dataclass(frozen=True, slots=True)
class Tier:
    """Units up to and including `up_to` (None: all others) cost `price_micro` for each `per`."""

    up_to: int | None
    price_micro: int


@dataclass(frozen=True, slots=True)
class CumulativePrice:
    """How a usage period's units are priced. A package has one tier: the price of a block."""

    model: Model
    per: int
    tiers: tuple[Tier, ...]

    def __post_init__(self) -> None:
        limits = [tier.up_to for tier in self.tiers]
        if self.model not in MODELS or self.per < 1 or not self.tiers:
            raise CumulativeError("A cumulative price has a model, a unit and tiers.")
        if limits[-1] is not None or None in limits[:-1]:
            raise CumulativeError("The last tier, and only this one, has no limit.")
        ascending = [0, *(limit for limit in limits if limit is not None)]
        if any(later <= earlier for earlier, later in pairwise(ascending)):
            raise CumulativeError("The limits of tiers ascend from 1 on.")
        if self.model == "package" and len(self.tiers) > 1:
            raise CumulativeError("A package has one price.")
        if any(tier.price_micro < 0 for tier in self.tiers):
            raise CumulativeError("A price is zero or more.")


def period_total(price: CumulativePrice, units: int) -> int:
    """What the period's units cost together, in millionths, rounded once."""
    if units < 0:
        return -period_total(price, -units)
    if price.model == "package":
        return -(-units // price.per) * price.tiers[0].price_micro
    if price.model == "volume":
        return divide_half_away(units * reached_price(price, units), price.per)
    exact, first = 0, 0
    for tier in price.tiers:
        last = units if tier.up_to is None else min(units, tier.up_to)
        exact += max(0, last - first) * tier.price_micro
        first = max(first, last)
    return divide_half_away(exact, price.per)


def reached_price(price: CumulativePrice, units: int) -> int:
    """The price in millionths of the tier in which the last of so many units lies."""
    return next(
        tier.price_micro for tier in price.tiers if tier.up_to is None or abs(units) <= tier.up_to
    )


def record_shares(price: CumulativePrice, units: Iterable[int]) -> list[int]:
    """Each record's share of the period's total, for the records' uncovered units in canonical
    order (a correction's are negative, right after its record).

    A share is the difference that the record makes to the rounded running total; for `volume` at
    the price that the whole period reaches. Shares add up to the total exactly.
    """
    counted = list(units)
    if price.model == "volume":
        price = _at_one_price(price, sum(counted))
    shares, running = [], 0
    for each in counted:
        shares.append(late_price(price, running, each))
        running += each
    return shares


def late_price(price: CumulativePrice, counted: int, units: int) -> int:
    """What a late record costs: the difference it makes to the total of its own period, where
    `counted` units were priced before. Shares that were issued stay."""
    return period_total(price, counted + units) - period_total(price, counted)


def _at_one_price(price: CumulativePrice, units: int) -> CumulativePrice:
    return CumulativePrice("volume", price.per, (Tier(None, reached_price(price, units)),))


Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class CumulativeTable:
    """Prices compiled for the engine: limits and prices of shape (tiers, prices).

    Totals of more than `safe_units` units are left to `period_total`.
    """

    prices: tuple[CumulativePrice, ...]
    limits: Integers
    tier_prices: Integers
    pers: Integers
    volume: NDArray[np.bool_]
    package: NDArray[np.bool_]
    safe_units: Integers


def compile_cumulative(prices: Sequence[CumulativePrice]) -> CumulativeTable:
    """Compile prices once, for many batches."""
    depth = max((len(price.tiers) for price in prices), default=1)
    limits = np.full((depth, len(prices)), NEVER)
    tier_prices = np.zeros((depth, len(prices)), np.int64)
    safe_units = np.zeros(len(prices), np.int64)
    for place, price in enumerate(prices):
        highest = max(tier.price_micro for tier in price.tiers)
        if max(highest, price.per) < SAFE // 4:
            safe_units[place] = SAFE // 2 // max(highest, 1)
        for row, tier in enumerate(price.tiers):
            limits[row, place] = NEVER if tier.up_to is None else min(tier.up_to, NEVER)
            tier_prices[row, place] = min(tier.price_micro, NEVER)
    return CumulativeTable(
        tuple(prices),
        limits,
        tier_prices,
        np.array([min(price.per, NEVER) for price in prices], np.int64),
        np.array([price.model == "volume" for price in prices], np.bool_),
        np.array([price.model == "package" for price in prices], np.bool_),
        safe_units,
    )


def period_totals(table: CumulativeTable, places: Integers, units: Integers) -> Integers:
    """`period_total` of many: the price's place in the table and the units, each of one series.

    `OverflowError` where a total is beyond a bigint.
    """
    return _totals(table, places, units, units)


def record_shares_columns(
    table: CumulativeTable, places: Integers, series: Integers, units: Integers
) -> Integers:
    """`record_shares` of many series (subscription, charge, period) at once.

    `series` numbers each record's series from 0 on, ascending, and within a series records stand
    in canonical order; `places` has a value per series. One share per record.
    """
    if not len(units):
        return np.zeros(0, np.int64)
    if np.any(np.diff(series) < 0):
        raise ValueError("The records of a series stand together, and series ascend.")
    if max(int(units.max()), -int(units.min())) * len(units) >= NEVER:
        return _shares_one_by_one(table, places, series, units)
    begins = np.flatnonzero(np.diff(series, prepend=-1))
    sizes = np.diff(begins, append=len(units))
    running = np.cumsum(units)
    running -= np.repeat(running[begins] - units[begins], sizes)
    ends = np.repeat(running[begins + sizes - 1], sizes)
    totals = _totals(table, places[series], running, ends)
    shares = np.diff(totals, prepend=0)
    shares[begins] = totals[begins]
    return shares


def _totals(
    table: CumulativeTable, places: Integers, units: Integers, reached: Integers
) -> Integers:
    """Rounded totals; those of `volume` at the price that `reached` units have."""
    count = np.abs(units)
    safe = np.maximum(count, np.abs(reached)) <= table.safe_units[places]
    count = np.where(safe, count, 0)
    pers = table.pers[places]
    graduated, at_reached = np.zeros(len(units), np.int64), np.zeros(len(units), np.int64)
    # Below every limit, so that a total of 0 reaches the first tier.
    first = np.full(len(units), -1)
    for limits, prices in zip(table.limits, table.tier_prices, strict=True):
        micro, limit = np.where(safe, prices[places], 0), limits[places]
        last = np.minimum(count, limit)
        graduated += np.maximum(last - np.maximum(first, 0), 0) * micro
        at_reached = np.where(np.abs(reached) > first, micro, at_reached)
        first = limit
    numerators = np.where(table.volume[places], at_reached * count, graduated)
    totals = _half_up(numerators, pers)
    blocks = -(-count // pers)
    totals = np.where(table.package[places], blocks * np.where(safe, at_reached, 0), totals)
    totals *= np.sign(units)
    for row in np.flatnonzero(~safe).tolist():
        price = table.prices[int(places[row])]
        if price.model == "volume":
            price = _at_one_price(price, int(reached[row]))
        totals[row] = period_total(price, int(units[row]))
    return totals


def _half_up(numerators: Integers, divisors: Integers) -> Integers:
    whole, rest = np.divmod(numerators, divisors)
    more: Integers = (rest >= divisors - rest).astype(np.int64)
    return whole + more


def _shares_one_by_one(
    table: CumulativeTable, places: Integers, series: Integers, units: Integers
) -> Integers:
    shares: list[int] = []
    for each in np.unique(series).tolist():
        of_series = units[series == each].tolist()
        shares += record_shares(table.prices[int(places[each])], of_series)
    return np.array(shares, np.int64)

"""Events as columns: what the allowance engine takes in, and the price of what isn't covered."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from billing.rating.grants import Event, Profile, Segment

# Numerators stay below this, so that doubling them for rounding still fits 63 bits.
SAFE = 2**61
ROUNDINGS = ("half_up", "up", "down")

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PriceParts:
    """What the price of each event is made of; a value per event, amounts in millionths.

    - Event i's segments are `segment_…[offsets[i]:offsets[i + 1]]`, in the event's order.
    - `grains`: the deck's smallest amount in millionths (1 for 6 decimals, 10,000 for 2);
      `roundings`: places in `ROUNDINGS`.
    """

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


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class EventColumns(PriceParts):
    """Usage records, rated but for allowances: their prices' parts, and a value per record.

    - `profiles`: the place in `GrantTable.profiles`. `starts`: microseconds since 1970, UTC.
    - `settled`: takes nothing, its amount is `settled_micro`. `cumulative`: has no own amount.
    - `corrects`: the row of the record that it reverses whole, or -1.
    """

    profiles: Integers
    starts: Integers
    settled: Flags
    settled_micro: Integers
    cumulative: Flags
    corrects: Integers

    def __len__(self) -> int:
        return len(self.profiles)


@dataclass(frozen=True, slots=True, eq=False)
class Pricing:
    """What prices a batch: whole units by record, the segments' places, and what is too large."""

    units: Integers
    segment_events: Integers
    segment_firsts: Integers
    divisors: Integers
    too_large: Flags
    units_bound: NDArray[np.float64]
    amount_bound: NDArray[np.float64]


def prepare(events: EventColumns) -> Pricing:
    """Units, common divisors and bounds. Records beyond 62 bits are `too_large`."""
    count = len(events)
    sizes = np.diff(events.offsets)
    rows = np.flatnonzero(sizes)
    segment_events = np.repeat(np.arange(count), sizes)
    divisors = np.ones(count, np.int64)
    units, units_bound = np.zeros(count, np.int64), np.zeros(count)
    numerators = np.zeros(count)
    if len(rows):
        begins = events.offsets[rows]
        pers = events.segment_pers.astype(np.float64)
        one = np.minimum.reduceat(events.segment_pers, begins) == np.maximum.reduceat(
            events.segment_pers, begins
        )
        fits = one | (np.multiply.reduceat(pers, begins) < SAFE)
        common = np.where(one, events.segment_pers[begins], 1)
        mixed = ~one & fits
        if mixed.any():
            common[mixed] = np.lcm.reduceat(events.segment_pers, begins)[mixed]
        divisors[rows] = common
        units[rows] = np.add.reduceat(events.segment_units, begins)
        of_units = events.segment_units.astype(np.float64)
        units_bound[rows] = np.add.reduceat(of_units, begins)
        costs = of_units * events.segment_prices / pers
        numerators[rows] = np.where(fits, np.add.reduceat(costs, begins), np.inf)
    amount_bound = numerators + events.fees + events.grains
    whole = np.maximum(amount_bound, units_bound) * divisors
    whole = np.maximum(whole, events.grains.astype(np.float64) * divisors)
    firsts = np.cumsum(events.segment_units) - events.segment_units
    firsts -= np.repeat(firsts[events.offsets[rows]], sizes[rows])
    too_large = whole >= SAFE
    return Pricing(units, segment_events, firsts, divisors, too_large, units_bound, amount_bound)


def price_uncovered_columns(
    events: EventColumns, pricing: Pricing, covered: Integers, with_fee: Flags
) -> Integers:
    """Amounts of what is left over where it falls in the segments; then cap, then one rounding.

    Rows that are `too_large` are meaningless.
    """
    beyond = pricing.segment_firsts + events.segment_units - covered[pricing.segment_events]
    uncovered = np.clip(beyond, 0, events.segment_units)
    divisors = pricing.divisors[pricing.segment_events]
    parts = uncovered * events.segment_prices * (divisors // events.segment_pers)
    numerators = np.where(with_fee, events.fees, 0) * pricing.divisors
    rows = np.flatnonzero(np.diff(events.offsets))
    if len(rows):
        numerators[rows] += np.add.reduceat(parts, events.offsets[rows])
    # A cap beyond the limit is never reached by what is below it.
    capped = (events.caps > 0) & (events.caps <= SAFE // pricing.divisors)
    caps = np.where(capped, events.caps * pricing.divisors, SAFE)
    numerators = np.minimum(numerators, caps)
    numerators[pricing.units == 0] = 0
    return _divide(numerators, pricing.divisors * events.grains, events.roundings) * events.grains


def one_event(events: EventColumns, row: int, profile: Profile, place: int) -> Event:
    """A row as the reference takes it; `place` stands for its place in the order."""
    segments = slice(int(events.offsets[row]), int(events.offsets[row + 1]))
    corrects = int(events.corrects[row])
    return Event(
        key=row,
        start=int(events.starts[row]),
        source="",
        record=b"",
        arrival=place,
        profile=profile,
        segments=tuple(
            Segment(*parts)
            for parts in zip(
                events.segment_units[segments].tolist(),
                events.segment_prices[segments].tolist(),
                events.segment_pers[segments].tolist(),
                strict=True,
            )
        ),
        connection_fee_micro=int(events.fees[row]),
        cap_micro=int(events.caps[row]),
        decimals=7 - len(str(int(events.grains[row]))),
        rounding=ROUNDINGS[int(events.roundings[row])],
        settled_micro=int(events.settled_micro[row]) if events.settled[row] else None,
        cumulative=bool(events.cumulative[row]),
        corrects=None if corrects < 0 else corrects,
    )


def _divide(numerators: Integers, divisors: Integers, roundings: Integers) -> Integers:
    """The one rounding of each record; all figures are positive here."""
    whole, rest = np.divmod(numerators, divisors)
    half_up = roundings == ROUNDINGS.index("half_up")
    up = roundings == ROUNDINGS.index("up")
    more: Integers = ((half_up & (rest >= divisors - rest)) | (up & (rest > 0))).astype(np.int64)
    return whole + more

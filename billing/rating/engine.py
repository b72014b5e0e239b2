"""The rating engine in columns: a whole batch of events priced at once, in exact integers.

It says what `reference` says, for every event; a property test holds them together. What would
not fit 62 bits on the way, and what lies across the edge of a band, is priced by the reference
itself.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from billing.rating.bands import BandTable, compile_bands
from billing.rating.model import SPLIT_SECONDS_MAX
from billing.rating.prefixes import NumberKeys
from billing.rating.reference import Covered, Stretch, explain_stretches
from billing.rating.table import SAFE, DeckTable, step_units

_BIGINT_MAX = 2**63 - 1


@dataclass(frozen=True, slots=True, eq=False)
class RatedColumns:
    """The prices of a batch; every column has one value per event, in the events' order.

    - `amount_micro`, int64: millionths of the deck's currency unit; 0 where not `ok`.
    - `billed_units`, int64: what the increments made of the quantity; 0 where not `ok`.
    - `rate_index`, int64: the rate's place in `Deck.rates`; -1 when there is no rate (`no_rate`).
      Of an event across the edge of a band it is the rate of its start.
    - `ok`, bool: priced. A row with a rate that is not `ok` is too large for a bigint, or too long.
    - `stretches`: of the rows across the edge of a band, which rate prices which part.
    """

    amount_micro: NDArray[np.int64]
    billed_units: NDArray[np.int64]
    rate_index: NDArray[np.int64]
    ok: NDArray[np.bool_]
    stretches: dict[int, list[Stretch]]


def rate_events(
    table: DeckTable,
    numbers: NumberKeys,
    starts: NDArray[np.int64],
    quantities: NDArray[np.int64],
) -> RatedColumns:
    """Price events: dialled numbers, start instants (UTC epoch seconds), quantities (units).

    All three have shape (events,). A quantity of 0 costs 0; a negative one is a correction and
    mirrors the positive event. `TypeError` for anything but integers, `ValueError` for columns
    of different lengths.
    """
    starts, quantities = _column(starts, len(numbers)), _column(quantities, len(numbers))
    rate_index, too_long, stretches = _find_rates(table, numbers, starts, quantities)
    rated = RatedColumns(
        amount_micro=np.zeros(len(numbers), np.int64),
        billed_units=np.zeros(len(numbers), np.int64),
        rate_index=rate_index,
        ok=(rate_index >= 0) & ~too_long,
        stretches=stretches,
    )
    nothing = np.zeros(len(numbers), np.int64)
    amounts, billed = _charge(table, rated, quantities, nothing, nothing > 0)
    rated.amount_micro[:], rated.billed_units[:] = amounts, billed
    return rated


def price_at_rates(
    table: DeckTable,
    rated: RatedColumns,
    rate_index: NDArray[np.int64],
    quantities: NDArray[np.int64],
    rows: NDArray[np.int64],
) -> RatedColumns:
    """A rated batch of which `rows` are priced at other rates than those that were found.

    `rate_index` has shape (events,), as `RatedColumns.rate_index`; it is read at `rows` only.
    """
    others = set(rows.tolist())
    told = RatedColumns(
        amount_micro=rated.amount_micro.copy(),
        billed_units=rated.billed_units.copy(),
        rate_index=rated.rate_index.copy(),
        ok=rated.ok.copy(),
        stretches={row: found for row, found in rated.stretches.items() if row not in others},
    )
    told.rate_index[rows], told.ok[rows] = rate_index[rows], True
    nothing = np.zeros(len(quantities), np.int64)
    told.amount_micro[:], told.billed_units[:] = _charge(
        table, told, quantities, nothing, nothing > 0
    )
    return told


def charge_uncovered(
    table: DeckTable,
    rated: RatedColumns,
    quantities: NDArray[np.int64],
    covered: NDArray[np.int64],
    keeps_fee: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """What rated events cost, in millionths, when allowances cover their first billed units.

    `covered` are units between 0 and `billed_units` (of the size, for corrections), `keeps_fee`
    whether the connection fee is charged all the same. Both have shape (events,).
    """
    return _charge(table, rated, quantities, covered, keeps_fee)[0]


def _charge(
    table: DeckTable,
    rated: RatedColumns,
    quantities: NDArray[np.int64],
    covered: NDArray[np.int64],
    keeps_fee: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Amounts and billed units; what doesn't fit a bigint stops being `ok`."""
    amount = np.zeros(len(quantities), np.int64)
    units_billed = np.zeros(len(quantities), np.int64)
    scalar = np.zeros(len(quantities), np.bool_)
    scalar[list(rated.stretches)] = True
    priced = rated.ok & (quantities != 0)
    rates = np.maximum(rated.rate_index, 0)
    if len(table.keys):
        bound = table.bound_fixed[rates]
        bound = bound + np.abs(quantities.astype(np.float64)) * table.bound_slope[rates]
        scalar |= bound >= SAFE
    for row in np.flatnonzero(priced & scalar).tolist():
        cover = Covered(int(covered[row]), bool(keeps_fee[row]))
        figures = _charge_one(table, rated, row, int(quantities[row]), cover)
        if max(map(abs, figures)) > _BIGINT_MAX:
            rated.ok[row] = False
        else:
            amount[row], units_billed[row] = figures
    rows = np.flatnonzero(priced & ~scalar)
    units = quantities[rows]
    amounts, billed = _price(
        table, rates[rows], np.abs(units), np.abs(covered[rows]), keeps_fee[rows]
    )
    sign = np.sign(units)
    amount[rows] = amounts * sign
    units_billed[rows] = billed * sign
    return amount, units_billed


def _price(
    table: DeckTable,
    rates: NDArray[np.int64],
    units: NDArray[np.int64],
    covered: NDArray[np.int64],
    keeps_fee: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Amounts in millionths and billed units, of positive quantities."""
    numerators = np.where((covered == 0) | keeps_fee, table.fees[rates], 0)
    by_step = step_units(table, rates, units)
    left = covered
    for part, prices in zip(by_step, table.step_prices, strict=True):
        free = np.minimum(left, part)
        left = left - free
        numerators += (part - free) * prices[rates]
    billed: NDArray[np.int64] = by_step.sum(axis=0)
    numerators = np.minimum(numerators, table.caps[rates])
    return _divide(numerators, table.divisors[rates], table.deck.rounding) * table.grain, billed


def _divide(
    numerators: NDArray[np.int64], divisors: NDArray[np.int64], rounding: str
) -> NDArray[np.int64]:
    """The one rounding of each event; all figures are positive here."""
    if rounding == "half_up":
        return (2 * numerators + divisors) // (2 * divisors)
    if rounding == "up":
        return (numerators + divisors - 1) // divisors
    return numerators // divisors


def _charge_one(
    table: DeckTable, rated: RatedColumns, row: int, quantity: int, covered: Covered
) -> tuple[int, int]:
    """What the reference makes of a row: amount in millionths and billed units."""
    stretches = rated.stretches.get(row)
    if stretches is None:
        stretches = [(table.deck.rates[rated.rate_index[row]], 0, abs(quantity))]
    priced = explain_stretches(table.deck, stretches, quantity, covered).priced
    assert priced is not None
    return priced.amount_micro, priced.billed_units


def _find_rates(
    table: DeckTable,
    numbers: NumberKeys,
    starts: NDArray[np.int64],
    quantities: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.bool_], dict[int, list[Stretch]]]:
    """The rate of each event's start, which are too long, and who crosses the edge of a band."""
    offers = table.offers.match(numbers, starts)
    too_long = np.zeros(len(numbers), np.bool_)
    calendar = table.deck.calendar
    if table.deck.split:
        too_long = (quantities > SPLIT_SECONDS_MAX) | (quantities < -SPLIT_SECONDS_MAX)
    if calendar is None or not len(numbers):
        return table.offers.rates_of(offers, np.zeros_like(offers)), too_long, {}
    lasting = np.where(too_long | (not table.deck.split), 0, np.abs(quantities))
    bands = compile_bands(calendar, starts, starts + lasting)
    rate_index = table.offers.rates_of(offers, bands.at(starts))
    if not table.deck.split:
        return rate_index, too_long, {}
    crossing = (rate_index >= 0) & (starts + lasting > bands.next_change(starts))
    rows = np.flatnonzero(crossing)
    rows = rows[table.offers.depends_on_hours(offers[rows])]
    stretches: dict[int, list[Stretch]] = {}
    for row in rows.tolist():
        found = _stretches(table, bands, int(offers[row]), int(starts[row]), int(lasting[row]))
        if found is None:
            rate_index[row] = -1
        elif len(found) > 1:
            stretches[row] = found
    return rate_index, too_long, stretches


def _stretches(
    table: DeckTable, bands: BandTable, offer: int, start: int, lasting: int
) -> list[Stretch] | None:
    """Which rate prices which part of an event; None where a part has no rate."""
    rates = table.offers.rates[offer]
    first = int(bands.at(np.array([start], np.int64))[0])
    parts = [(start, first), *bands.between(start, start + lasting)]
    ends = [at for at, _ in parts[1:]] + [start + lasting]
    stretches: list[Stretch] = []
    for (at, band), end in zip(parts, ends, strict=True):
        if rates[band] < 0:
            return None
        rate = table.deck.rates[rates[band]]
        if stretches and stretches[-1][0] is rate:
            stretches[-1] = (rate, stretches[-1][1], end - start)
        else:
            stretches.append((rate, at - start, end - start))
    return stretches


def _column(values: NDArray[np.int64], length: int) -> NDArray[np.int64]:
    column = np.asarray(values)
    if column.size and not (column.dtype.kind in "iu" and np.can_cast(column.dtype, np.int64)):
        raise TypeError(f"Starts and quantities are whole numbers, not {column.dtype}.")
    if column.shape != (length,):
        raise ValueError(f"A column has shape {column.shape} where ({length},) was expected.")
    return column.astype(np.int64, copy=False)

"""The rating engine in columns: a whole batch of events priced at once, in exact integers.

It says what `reference` says, for every event; a property test holds them together. What would
not fit 62 bits on the way is priced by the reference itself.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from billing.rating.prefixes import NumberKeys
from billing.rating.reference import price_event
from billing.rating.table import SAFE, DeckTable

_BIGINT_MAX = 2**63 - 1


@dataclass(frozen=True, slots=True, eq=False)
class RatedColumns:
    """The prices of a batch; every column has one value per event, in the events' order.

    - `amount_micro`, int64: millionths of the deck's currency unit; 0 where not `ok`.
    - `billed_units`, int64: what the increments made of the quantity; 0 where not `ok`.
    - `rate_index`, int64: the rate's place in `Deck.rates`; -1 when there is no rate (`no_rate`).
    - `ok`, bool: priced. A row with a rate that is not `ok` is too large for a bigint.
    """

    amount_micro: NDArray[np.int64]
    billed_units: NDArray[np.int64]
    rate_index: NDArray[np.int64]
    ok: NDArray[np.bool_]


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
    rate_index = table.prefixes.match(numbers, starts)
    rated = RatedColumns(
        amount_micro=np.zeros(len(numbers), np.int64),
        billed_units=np.zeros(len(numbers), np.int64),
        rate_index=rate_index,
        ok=rate_index >= 0,
    )
    rows = np.flatnonzero(rated.ok & (quantities != 0))
    rates, units = rate_index[rows], quantities[rows]
    bound = table.bound_fixed[rates] + np.abs(units.astype(np.float64)) * table.bound_slope[rates]
    large = bound >= SAFE
    if large.any():
        _price_one_by_one(table, rated, rows[large], quantities)
        rows, rates, units = rows[~large], rates[~large], units[~large]
    amounts, billed = _price(table, rates, np.abs(units))
    sign = np.sign(units)
    rated.amount_micro[rows] = amounts * sign
    rated.billed_units[rows] = billed * sign
    return rated


def _price(
    table: DeckTable, rates: NDArray[np.int64], units: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Amounts in millionths and billed units, of positive quantities."""
    numerators = table.fees[rates]
    billed = np.zeros(len(rates), np.int64)
    froms = table.step_froms[0][rates]
    for step, increments in enumerate(table.step_increments):
        ends = table.step_froms[step + 1][rates] if step + 1 < len(table.step_froms) else units
        part = np.maximum(np.minimum(units, ends) - froms, 0)
        increment = increments[rates]
        part = (part + increment - 1) // increment * increment
        billed += part
        numerators += part * table.step_prices[step][rates]
        froms = ends
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


def _price_one_by_one(
    table: DeckTable,
    rated: RatedColumns,
    rows: NDArray[np.int64],
    quantities: NDArray[np.int64],
) -> None:
    """Price the rows that would not fit 62 bits on the way with the reference."""
    for row in rows.tolist():
        rate = table.deck.rates[rated.rate_index[row]]
        priced = price_event(table.deck, rate, int(quantities[row]))
        if max(abs(priced.amount_micro), abs(priced.billed_units)) > _BIGINT_MAX:
            rated.ok[row] = False
        else:
            rated.amount_micro[row] = priced.amount_micro
            rated.billed_units[row] = priced.billed_units


def _column(values: NDArray[np.int64], length: int) -> NDArray[np.int64]:
    column = np.asarray(values)
    if column.size and not (column.dtype.kind in "iu" and np.can_cast(column.dtype, np.int64)):
        raise TypeError(f"Starts and quantities are whole numbers, not {column.dtype}.")
    if column.shape != (length,):
        raise ValueError(f"A column has shape {column.shape} where ({length},) was expected.")
    return column.astype(np.int64, copy=False)

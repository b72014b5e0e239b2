"""What stored records would cost at the rates that their deck has today, beside what they cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from billing.rating.engine import RatedColumns, charge_uncovered
from billing.rating.event_columns import PriceParts
from billing.rating.prefixes import encode_values
from billing.rating.segments import price_parts, taken_from
from billing.usage.costs import AMOUNT_MICRO_MAX
from billing.usage.intake.normalising import UNITS_MAX
from billing.usage.models import UsageRecord
from billing.usage.price_tables import PriceTable, PriceTables
from billing.usage.rerating.candidates import Columns, taken
from catalog.models import RateDeck

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class FreshPrices:
    """Records that cost something else today: as they are stored, and as they would be.

    `today` has the same rows as `stored`, with their rates, categories, billed units and amounts
    before allowances (millionths) of today, `parts` what these amounts are made of. `unpriced` is
    how many records have no rate today: they are in neither.
    """

    stored: Columns
    today: Columns
    parts: PriceParts
    unpriced: int

    def __len__(self) -> int:
        return len(self.stored["start_at"])

    def taken(self, rows: Integers) -> FreshPrices:
        """These records alone; `unpriced` stays with the others."""
        return FreshPrices(
            taken(self.stored, rows), taken(self.today, rows), taken_from(self.parts, rows), 0
        )


def fresh_prices(deck: RateDeck, columns: Columns, tables: PriceTables) -> FreshPrices:
    """Price records of a deck at its rates of today; those whose price stays are left out."""
    # Data without a called number is rated as `0`.
    digits = np.maximum(columns["called_digits"], 1)
    table = tables.serving(deck, columns["called"], digits)
    numbers = encode_values(columns["called"], digits)
    quantities = columns["quantity"]
    rated = table.rate(numbers, columns["start_at"] // 1_000_000, quantities)
    ok = (rated.rate_index >= 0) & rated.ok & (np.abs(rated.amount_micro) <= AMOUNT_MICRO_MAX)
    ok &= np.abs(rated.billed_units) <= UNITS_MAX
    rates, categories = np.zeros(len(ok), np.int64), np.zeros(len(ok), np.int64)
    rates[ok] = table.table.keys[rated.rate_index[ok]]
    categories[ok] = table.category_ids[rated.rate_index[ok]]
    differs = _costs_otherwise(columns, table, rated)
    # What a price of the whole period counts costs nothing of its own.
    differs &= (columns["flags"] & UsageRecord.Flag.CUMULATIVE) == 0
    differs |= rated.billed_units != columns["billed"]
    differs |= categories != columns["category_id"]
    # Another rate may leave another rest where allowances cover a part.
    differs |= (rates != columns["rate_id"]) & ((columns["covered"] != 0) | (columns["paid"] != 0))
    rows = np.flatnonzero(ok & differs)
    fresh: dict[str, NDArray[Any]] = {
        "rate_id": rates[rows],
        "category_id": categories[rows],
        "billed": rated.billed_units[rows],
        "amount": rated.amount_micro[rows],
    }
    stored = taken(columns, rows)
    return FreshPrices(
        stored=stored,
        today={name: column.copy() for name, column in stored.items()} | fresh,
        parts=price_parts(table.table, rated, quantities, rows),
        unpriced=int((~ok).sum()),
    )


def _costs_otherwise(columns: Columns, table: PriceTable, rated: RatedColumns) -> NDArray[np.bool_]:
    """Which records cost something else than what is stored, if allowances cover what they did.

    What is stored is compared, not the rate: a call over the edge of a band has several.
    """
    stored = columns["amount"] + columns["paid"]
    covered = np.abs(columns["covered"])
    differs = np.ones(len(stored), np.bool_)
    # Whether the allowances kept the connection fee isn't stored.
    for keeps_fee in (False, True):
        kept = np.full(len(stored), keeps_fee)
        units = np.minimum(covered, np.abs(rated.billed_units))
        told = charge_uncovered(table.table, rated, columns["quantity"], units, kept)
        differs &= told != stored
    return differs

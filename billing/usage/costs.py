"""What placed events cost us, and which leave too small a margin."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from billing.rating.prefixes import NumberKeys
from billing.usage.buy_decks import below_floor
from billing.usage.models import UsageRecord, UsageType
from billing.usage.placing import PlacedRows
from billing.usage.price_tables import PriceTables

# No event costs more than a hundred million currency units; sums of a part stay exact.
AMOUNT_MICRO_MAX = 10**14


def add_costs(
    columns: dict[str, NDArray[Any]],
    numbers: NumberKeys,
    placed: PlacedRows,
    tables: PriceTables,
    supplier_id: int | None,
) -> None:
    """What each event costs us, and the flags of those without a cost or with too small a margin.

    A cost in another currency than the price can't be compared with it, and counts as none.
    Corrections are not flagged for their margin.
    """
    if supplier_id is None:
        return
    starts, quantities = columns["start_at"] // 1_000_000, columns["quantity"]
    currencies = np.array([place.currency for place in placed.placements])[placed.places]
    no_cost = np.ones(len(starts), np.bool_)
    for usage_type in np.unique(columns["usage_type"]).tolist():
        decks = tables.costs(supplier_id, str(UsageType(usage_type).label))
        same_currency = currencies == decks.currency
        rows = np.flatnonzero((columns["usage_type"] == usage_type) & same_currency)
        costs, known = decks.cost(numbers[rows], starts[rows], quantities[rows])
        known &= np.abs(costs) <= AMOUNT_MICRO_MAX
        columns["cost"][rows] = np.where(known, costs, 0)
        no_cost[rows] = ~known
    columns["flags"][no_cost] |= UsageRecord.Flag.NO_COST
    judged = ~no_cost & ((columns["flags"] & UsageRecord.Flag.CORRECTION) == 0)
    floors = [place.deck.margin_floor if place.deck else None for place in placed.placements]
    for floor in {floor for floor in floors if floor is not None}:
        guarded = np.array([one == floor for one in floors])[placed.places]
        rows = np.flatnonzero(guarded & judged)
        amounts = columns["amount"][rows]
        low = below_floor(amounts, amounts, columns["cost"][rows], floor)
        columns["flags"][rows[low]] |= UsageRecord.Flag.LOW_MARGIN

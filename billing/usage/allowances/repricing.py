"""What stored records cost before allowances, at the rates that priced them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from billing.rating.engine import price_at_rates
from billing.rating.event_columns import PriceParts
from billing.rating.prefixes import encode_values
from billing.rating.segments import joined, of_one_segment, price_parts, taken_from
from billing.usage.models import USAGE_TYPE_NAMES
from billing.usage.price_tables import PriceTables
from catalog.models import DeckAssignment, RateDeck
from core.errors import DomainError

Integers = NDArray[np.int64]
Columns = Mapping[str, NDArray[Any]]


def price_again(
    columns: Columns, tables: PriceTables
) -> tuple[Integers, PriceParts, NDArray[np.object_]]:
    """Amounts before allowances, in millionths, the parts of each price, and the margin floors.

    A record keeps the rate that priced it, whatever its deck has learned since. One without a
    rate has a price from elsewhere: its units cost nothing here.
    """
    amounts = np.zeros(len(columns["quantity"]), np.int64)
    floors = np.full(len(amounts), None, object)
    parts: list[PriceParts] = []
    places: list[Integers] = []
    with_rate = columns["rate_id"] > 0
    kinds = (columns["plan_version_id"] << 2) | columns["usage_type"]
    decks = _decks(np.unique(columns["plan_version_id"]).tolist())
    for kind in np.unique(kinds[with_rate]).tolist():
        rows = np.flatnonzero(with_rate & (kinds == kind))
        deck = decks.get((kind >> 2, kind & 3))
        if deck is None:
            raise DomainError("A stored record's deck is gone: run the audit.")
        # Data without a called number is rated as `0`.
        digits = np.maximum(columns["called_digits"][rows], 1)
        table = tables.serving(deck, columns["called"][rows], digits)
        numbers = encode_values(columns["called"][rows], digits)
        quantities = columns["quantity"][rows]
        rated = table.rate(numbers, columns["start_at"][rows] // 1_000_000, quantities)
        wanted = table.places(columns["rate_id"][rows])
        other = np.flatnonzero((rated.rate_index != wanted) & (wanted >= 0))
        if len(other):
            rated = price_at_rates(table.table, rated, wanted, quantities, other)
        amounts[rows] = rated.amount_micro
        floors[rows] = deck.margin_floor
        everything = np.arange(len(rows))
        parts.append(price_parts(table.table, rated, quantities, everything))
        places.append(rows)
    rows = np.flatnonzero(~with_rate)
    parts.append(of_one_segment(np.abs(columns["billed"][rows])))
    places.append(rows)
    order = np.argsort(np.concatenate(places), kind="stable")
    return amounts, taken_from(joined(parts), order), floors


def _decks(version_ids: list[int]) -> dict[tuple[int, int], RateDeck]:
    """The deck of each version and usage type."""
    numbers = {name: number for number, name in USAGE_TYPE_NAMES.items()}
    rows = DeckAssignment.objects.filter(version__in=version_ids).select_related("deck__brand")
    return {(row.version_id, numbers[row.usage_type]): row.deck for row in rows}

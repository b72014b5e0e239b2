"""What usage costs us: a supplier's buy decks, and whether enough is left of the price."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from django.db.models import Min
from numpy.typing import NDArray

from billing.rating.engine import rate_events
from billing.rating.prefixes import NumberKeys
from billing.rating.table import DeckTable, compile_deck
from billing.usage.decks import load_deck
from catalog.models import RateDeck
from core.periods import local_midnight

# A margin floor is a percentage with three decimals: so many parts make the whole price.
FLOOR_PARTS = 100_000
# Larger figures than these, times the parts above, don't fit 63 bits.
_FIGURE_MAX = 2**63 // FLOOR_PARTS - 1


@dataclass(frozen=True, slots=True, eq=False)
class BuyDecks:
    """A supplier's decks for one usage type, by their first rate's start; one may follow another.

    `starts`, int64 of shape (decks,), are UTC epoch seconds. Amounts are in `currency`.
    """

    currency: str
    starts: NDArray[np.int64]
    tables: tuple[DeckTable, ...]

    def cost(
        self, numbers: NumberKeys, starts: NDArray[np.int64], quantities: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """What events cost us in millionths, and for which of them there is a buy rate.

        Each is priced by the deck that had begun last when it started; all have shape (events,).
        """
        costs = np.zeros(len(starts), np.int64)
        known = np.zeros(len(starts), np.bool_)
        serving = np.searchsorted(self.starts, starts, side="right") - 1
        for place, table in enumerate(self.tables):
            rows = np.flatnonzero(serving == place)
            rated = rate_events(table, numbers[rows], starts[rows], quantities[rows])
            costs[rows], known[rows] = rated.amount_micro, rated.ok
        return costs, known


def load_buy_decks(supplier_id: int, usage_type: str, *, number: str | None = None) -> BuyDecks:
    """Compile what the supplier takes for usage of one type; decks without rates are left out.

    Only rates that may serve `number` are read, where one is named.
    """
    decks = RateDeck.objects.filter(supplier=supplier_id, usage_type=usage_type).order_by("code")
    begun = [
        (local_midnight(first, deck.zone).timestamp(), deck)
        for deck in decks.annotate(first=Min("rates__starts_on"))
        if (first := deck.first) is not None
    ]
    begun.sort(key=lambda found: (found[0], found[1].code))
    return BuyDecks(
        currency=begun[0][1].currency if begun else "",
        starts=np.array([int(start) for start, _ in begun], np.int64),
        tables=tuple(compile_deck(load_deck(deck, number=number)) for _, deck in begun),
    )


def below_floor(
    before: NDArray[np.int64],
    charged: NDArray[np.int64],
    costs: NDArray[np.int64],
    floor: Decimal,
) -> NDArray[np.bool_]:
    """Where charge − cost is less than `floor` per cent of the amount before allowances.

    Figures are millionths.
    """
    parts = int(floor * (FLOOR_PARTS // 100))
    margins = charged - costs
    below = margins * FLOOR_PARTS < before * parts
    large = np.maximum(np.abs(margins), np.abs(before)) > _FIGURE_MAX
    for row in np.flatnonzero(large).tolist():
        below[row] = int(margins[row]) * FLOOR_PARTS < int(before[row]) * parts
    return below

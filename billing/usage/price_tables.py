"""Rate decks as the rating engine wants them: loaded once, compiled, with their categories."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from billing.rating.engine import RatedColumns, rate_events
from billing.rating.prefixes import NumberKeys
from billing.rating.table import DeckTable, compile_deck
from billing.usage.buy_decks import BuyDecks, load_buy_decks
from billing.usage.decks import load_deck
from catalog.models import RateDeck, UsageCategory
from core.errors import DomainError


@dataclass(frozen=True, slots=True, eq=False)
class PriceTable:
    """A deck ready to rate, and of each of its rates (columns of the same order) its category."""

    table: DeckTable
    category_ids: NDArray[np.int64]

    def rate(
        self, numbers: NumberKeys, starts: NDArray[np.int64], quantities: NDArray[np.int64]
    ) -> RatedColumns:
        """As `billing.rating.engine.rate_events`."""
        return rate_events(self.table, numbers, starts, quantities)

    def places(self, rate_ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """The places of rates in the deck, by their ids; -1 where the deck has none of them."""
        keys = self.table.keys
        order = np.argsort(keys)
        at = np.minimum(np.searchsorted(keys, rate_ids, sorter=order), len(keys) - 1)
        found = order[at]
        return np.where(keys[found] == rate_ids, found, -1)


class PriceTables:
    """Decks by id, each loaded when it is first asked for."""

    def __init__(self) -> None:
        self._tables: dict[int, PriceTable] = {}
        self._costs: dict[tuple[int, str], BuyDecks] = {}

    def of(self, deck: RateDeck) -> PriceTable:
        """The deck's table, with all rates it has had and will have."""
        table = self._tables.get(deck.pk)
        if table is None:
            table = self._tables[deck.pk] = load_price_table(deck)
        return table

    def costs(self, supplier_id: int, usage_type: str) -> BuyDecks:
        """What a supplier takes for usage of one type."""
        key = (supplier_id, usage_type)
        if key not in self._costs:
            self._costs[key] = load_buy_decks(*key)
        return self._costs[key]


def load_price_table(deck: RateDeck) -> PriceTable:
    """Compile the deck. A rate's dates begin at midnight in the deck's zone."""
    if deck.brand is None:
        raise DomainError(
            f"Deck {deck.code} says what we pay; it can't price what customers use. Give the plan"
            " a sell deck."
        )
    default = UsageCategory.objects.filter(brand=deck.brand, code=deck.usage_type).first()
    if default is None:
        raise DomainError(
            f"Deck {deck.code}: its brand has no usage category {deck.usage_type!r}; "
            "import its catalogue again."
        )
    loaded = load_deck(deck)
    return PriceTable(
        table=compile_deck(loaded),
        category_ids=np.array(
            [int(rate.category or default.pk) for rate in loaded.rates], np.int64
        ),
    )

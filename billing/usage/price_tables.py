"""Rate decks as the rating engine wants them: loaded once, compiled, with their categories."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from billing.rating.engine import RatedColumns, rate_events
from billing.rating.prefixes import NumberKeys
from billing.rating.table import DeckTable, compile_deck
from billing.usage.buy_decks import BuyDecks, load_buy_decks
from billing.usage.decks import load_deck, prefixes_of
from catalog.models import RateDeck, UsageCategory
from core.errors import DomainError

Integers = NDArray[np.int64]
# Beyond so many prefixes a whole deck is read as fast as its parts.
PREFIXES_MAX = 50_000


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
        if not len(keys):
            return np.full(len(rate_ids), -1)
        order = np.argsort(keys)
        at = np.minimum(np.searchsorted(keys, rate_ids, sorter=order), len(keys) - 1)
        found = order[at]
        return np.where(keys[found] == rate_ids, found, -1)


class PriceTables:
    """Decks by id, each loaded when it is first asked for."""

    def __init__(self) -> None:
        self._tables: dict[int, PriceTable] = {}
        self._costs: dict[tuple[int, str], BuyDecks] = {}
        self._prefixes: dict[int, list[str]] = {}

    def of(self, deck: RateDeck) -> PriceTable:
        """The deck's table, with all rates it has had and will have."""
        table = self._tables.get(deck.pk)
        if table is None:
            table = self._tables[deck.pk] = load_price_table(deck)
        return table

    def serving(self, deck: RateDeck, called: Integers, digits: Integers) -> PriceTable:
        """The deck's table for calls to these numbers: whole numbers, with how many digits each
        has."""
        return self.of(deck)

    def prefixes(self, deck: RateDeck) -> list[str]:
        """The prefixes that the deck has had and will have, sorted."""
        known = self._prefixes.get(deck.pk)
        if known is None:
            found = {rate.prefix for rate in self.of(deck).table.deck.rates}
            known = self._prefixes[deck.pk] = sorted(found)
        return known

    def costs(self, supplier_id: int, usage_type: str) -> BuyDecks:
        """What a supplier takes for usage of one type."""
        key = (supplier_id, usage_type)
        if key not in self._costs:
            self._costs[key] = load_buy_decks(*key)
        return self._costs[key]


class NumberTables(PriceTables):
    """Decks of which only what serves the numbers at hand is loaded: for few records, of decks
    that may have hundreds of thousands of prefixes.

    What suppliers take is known of one number, `costed`.
    """

    def __init__(self, costed: str = "") -> None:
        super().__init__()
        self._costed = costed
        self._loaded: dict[int, set[str]] = {}

    def of(self, deck: RateDeck) -> PriceTable:
        """The part of the deck that was loaded so far."""
        return self._tables.get(deck.pk) or self._with(deck, set())

    def serving(self, deck: RateDeck, called: Integers, digits: Integers) -> PriceTable:
        """The part of the deck that may serve these numbers, and those before."""
        wanted = self._loaded.get(deck.pk, set()).union(
            *(
                prefixes_of(str(number).zfill(size))
                for number, size in set(zip(called.tolist(), digits.tolist(), strict=True))
            )
        )
        if deck.pk in self._tables and wanted == self._loaded[deck.pk]:
            return self._tables[deck.pk]
        return self._with(deck, wanted)

    def prefixes(self, deck: RateDeck) -> list[str]:
        """The prefixes that the deck has had and will have, sorted."""
        return sorted(set(deck.rates.values_list("prefix", flat=True)))

    def costs(self, supplier_id: int, usage_type: str) -> BuyDecks:
        """What a supplier takes for usage of one type to the number that is costed."""
        return load_buy_decks(supplier_id, usage_type, number=self._costed)

    def _with(self, deck: RateDeck, prefixes: set[str]) -> PriceTable:
        self._loaded[deck.pk] = prefixes
        few = len(prefixes) <= PREFIXES_MAX
        table = load_price_table(deck, prefixes=prefixes if few else None)
        self._tables[deck.pk] = table
        return table


def load_price_table(deck: RateDeck, *, prefixes: Collection[str] | None = None) -> PriceTable:
    """Compile the deck, or only the rates of these prefixes. A rate's dates begin at midnight in
    the deck's zone."""
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
    loaded = load_deck(deck, prefixes=prefixes)
    return PriceTable(
        table=compile_deck(loaded),
        category_ids=np.array(
            [int(rate.category or default.pk) for rate in loaded.rates], np.int64
        ),
    )

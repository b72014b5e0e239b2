"""Rate decks as the rating engine wants them: loaded once, compiled, with their categories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from billing.rating.engine import RatedColumns, rate_events
from billing.rating.model import Deck, Rate
from billing.rating.prefixes import NumberKeys
from billing.rating.table import DeckTable, compile_deck
from catalog.models import RateDeck, UsageCategory
from core.errors import DomainError
from core.periods import local_midnight

_COLUMNS = (
    "id",
    "prefix",
    "starts_on",
    "per",
    "connection_fee",
    "first_increment",
    "first_price",
    "next_increment",
    "price",
    "max_charge",
    "ended",
    "destination",
    "category_id",
)


@dataclass(frozen=True, slots=True, eq=False)
class PriceTable:
    """A deck ready to rate, and the category of each of its rates (columns of the same order)."""

    table: DeckTable
    category_ids: NDArray[np.int64]

    def rate(
        self, numbers: NumberKeys, starts: NDArray[np.int64], quantities: NDArray[np.int64]
    ) -> RatedColumns:
        """As `billing.rating.engine.rate_events`."""
        return rate_events(self.table, numbers, starts, quantities)


class PriceTables:
    """Decks by id, each loaded when it is first asked for."""

    def __init__(self) -> None:
        self._tables: dict[int, PriceTable] = {}

    def of(self, deck: RateDeck) -> PriceTable:
        """The deck's table, with all rates it has had and will have."""
        table = self._tables.get(deck.pk)
        if table is None:
            table = self._tables[deck.pk] = load_price_table(deck)
        return table


def load_price_table(deck: RateDeck) -> PriceTable:
    """Compile the deck. A rate's dates begin at midnight in the deck's zone."""
    default = UsageCategory.objects.filter(brand_id=deck.brand_id, code=deck.usage_type).first()
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


def load_deck(deck: RateDeck) -> Deck:
    """The deck as the rating engine knows it, also for quotes and explanations.

    A rate's `category` is the id of its usage category, empty where it names none.
    """
    # Tuples, not model instances: a deck has tens of thousands of rates.
    rows = list(deck.rates.order_by("prefix", "starts_on").values_list(*_COLUMNS, named=True))
    starts = {
        day: int(local_midnight(day, deck.zone).timestamp())
        for day in {row.starts_on for row in rows}
    }
    return Deck(
        code=deck.code,
        rates=tuple(_rate(row, starts[row.starts_on]) for row in rows),
        decimals=deck.decimals,
        rounding=deck.rounding,
    )


def _rate(row: Any, starts: int) -> Rate:
    return Rate(
        prefix=row.prefix,
        starts=starts,
        key=row.id,
        per=row.per,
        connection_fee=row.connection_fee,
        first_increment=row.first_increment,
        first_price=row.first_price,
        next_increment=row.next_increment,
        price=row.price,
        max_charge=row.max_charge,
        ended=row.ended,
        destination=row.destination,
        category=str(row.category_id or ""),
    )

"""Rate decks as the rating engine wants them: loaded once, compiled, with their categories."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from billing.rating.engine import RatedColumns, rate_events
from billing.rating.model import Deck, Rate, RateStep
from billing.rating.prefixes import NumberKeys
from billing.rating.table import DeckTable, compile_deck
from catalog.models import RateDeck, UsageCategory
from catalog.models.rates import steps_of
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
    "steps",
    "band_id",
)


@dataclass(frozen=True, slots=True, eq=False)
class PriceTable:
    """A deck ready to rate, and of each of its rates (columns of the same order) its category.

    `by_band` marks those that are priced by time bands, which the engine doesn't know: they say
    which prefix serves a number, and nothing may be charged by them.
    """

    table: DeckTable
    category_ids: NDArray[np.int64]
    by_band: NDArray[np.bool_]

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
    loaded, by_band = _load_deck(deck)
    return PriceTable(
        table=compile_deck(loaded),
        category_ids=np.array(
            [int(rate.category or default.pk) for rate in loaded.rates], np.int64
        ),
        by_band=np.array(by_band, np.bool_),
    )


def _load_deck(deck: RateDeck) -> tuple[Deck, list[bool]]:
    """The deck as the rating engine knows it, and which of its rates stand for time bands.

    A rate's `category` is the id of its usage category, empty where it names none.
    """
    # Tuples, not model instances: a deck has tens of thousands of rates.
    rows = list(deck.rates.order_by("prefix", "starts_on").values_list(*_COLUMNS, named=True))
    starts = {
        day: int(local_midnight(day, deck.zone).timestamp())
        for day in {row.starts_on for row in rows}
    }
    banded = {row.prefix for row in rows if row.band_id is not None}
    kept = [row for row in rows if row.prefix not in banded]
    by_band = [False] * len(kept)
    for row, is_by_band in _merged([row for row in rows if row.prefix in banded]):
        kept.append(row)
        by_band.append(is_by_band)
    loaded = Deck(
        code=deck.code,
        rates=tuple(_rate(row, starts[row.starts_on]) for row in kept),
        decimals=deck.decimals,
        rounding=deck.rounding,
    )
    return loaded, by_band


def _merged(rows: list[Any]) -> Iterator[tuple[Any, bool]]:
    """One row for each prefix and start, and whether a band's price is in force from then on.

    Without such a price the prefix's own rate serves; it is closed when none of them is left.
    """
    for _, of_prefix in groupby(rows, attrgetter("prefix")):
        latest: dict[int | None, Any] = {}
        for _, of_day in groupby(of_prefix, attrgetter("starts_on")):
            today = list(of_day)
            latest |= {row.band_id: row for row in today}
            bands = [row for band, row in latest.items() if band is not None and not row.ended]
            plain = latest.get(None)
            if bands:
                yield bands[0]._replace(starts_on=today[0].starts_on), True
            elif plain is not None:
                yield plain._replace(starts_on=today[0].starts_on), False
            else:
                yield today[0], False


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
        steps=tuple(RateStep(*step) for step in steps_of(row.steps)),
        ended=row.ended,
        destination=row.destination,
        category=str(row.category_id or ""),
    )

"""Rate decks as the rating engine wants them: loaded once, compiled, with their categories."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accounts.calendars import is_public_holiday
from billing.rating.bands import BandHours, Calendar
from billing.rating.engine import RatedColumns, rate_events
from billing.rating.model import PREFIX_DIGITS_MAX, Deck, Rate, RateStep
from billing.rating.prefixes import NumberKeys
from billing.rating.table import DeckTable, compile_deck
from catalog.models import BandHours as BandHoursRow
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
    """A deck ready to rate, and of each of its rates (columns of the same order) its category."""

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


def load_deck(deck: RateDeck, *, number: str | None = None) -> Deck:
    """The deck as the rating engine knows it; only what may serve `number`, where one is named.

    A rate's `category` is the id of its usage category, empty where it names none. Bands are named
    by their codes. Only calls are cut at bands' edges: messages and bytes don't last.
    """
    # Tuples, not model instances: a deck has tens of thousands of rates.
    rates = deck.rates.all()
    if number is not None:
        digits = number[:PREFIX_DIGITS_MAX]
        rates = rates.filter(prefix__in=[digits[:length] for length in range(len(digits) + 1)])
    rows = list(rates.order_by("prefix", "starts_on").values_list(*_COLUMNS, named=True))
    starts = {
        day: int(local_midnight(day, deck.zone).timestamp())
        for day in {row.starts_on for row in rows}
    }
    bands = dict(deck.bands.values_list("pk", "code"))
    is_voice = deck.usage_type == RateDeck.UsageType.VOICE
    return Deck(
        code=deck.code,
        rates=tuple(_rate(row, starts[row.starts_on], bands) for row in rows),
        decimals=deck.decimals,
        rounding=deck.rounding,
        calendar=_calendar(deck, bands) if bands else None,
        split=is_voice and deck.band_rule == RateDeck.BandRule.SPLIT,
    )


def _calendar(deck: RateDeck, bands: dict[int, str]) -> Calendar:
    hours = [
        BandHours(
            band=bands[row.band_id],
            first=row.minutes.lower,
            end=row.minutes.upper,
            weekday=row.weekday,
            day=row.date,
            holidays_of=row.holidays_of,
        )
        for row in BandHoursRow.objects.filter(deck=deck)
    ]
    # A band may have no hours yet: rates may name it all the same.
    return Calendar(deck.zone, tuple(hours), _is_holiday, tuple(bands.values()))


def _is_holiday(country: str, day: date) -> bool:
    return is_public_holiday(day, country)


def _rate(row: Any, starts: int, bands: dict[int, str]) -> Rate:
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
        band=bands.get(row.band_id, ""),
        ended=row.ended,
        destination=row.destination,
        category=str(row.category_id or ""),
    )

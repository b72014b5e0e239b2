"""A rate deck as the rating engine wants it, read from the database."""

from __future__ import annotations

from datetime import date
from typing import Any

from accounts.calendars import is_public_holiday
from billing.rating.bands import BandHours, Calendar
from billing.rating.model import PREFIX_DIGITS_MAX, Deck, Rate, RateStep
from catalog.models import BandHours as BandHoursRow
from catalog.models import RateDeck
from catalog.models.rates import steps_of
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

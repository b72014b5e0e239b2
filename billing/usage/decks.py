"""A rate deck as the rating engine wants it, read from the database."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from accounts.calendars import is_public_holiday
from billing.rating.bands import BandHours, Calendar
from billing.rating.model import PREFIX_DIGITS_MAX, Deck, Rate, RateStep
from billing.usage.any_of import any_of
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
    "superseded_by_id",
)
# A superseded rate never starts, in seconds since 1970: it serves no event any more, but what it
# has priced finds it by its id.
_NEVER = 10**12


def prefixes_of(number: str) -> set[str]:
    """The prefixes of which one may serve the number."""
    digits = number[:PREFIX_DIGITS_MAX]
    return {digits[:length] for length in range(len(digits) + 1)}


def load_deck(
    deck: RateDeck, *, number: str | None = None, prefixes: Collection[str] | None = None
) -> Deck:
    """The deck as the rating engine knows it; only what may serve `number`, or the rates of these
    `prefixes`, where they are named.

    A rate's `category` is the id of its usage category, empty where it names none. Bands are named
    by their codes. Only calls are cut at bands' edges: messages and bytes don't last.
    """
    # Tuples, not model instances: a deck has tens or hundreds of thousands of rates.
    rates = deck.rates.all()
    if number is not None:
        prefixes = prefixes_of(number)
    if prefixes is not None:
        rates = rates.filter(any_of("prefix", prefixes))
    rows = list(rates.order_by("prefix", "starts_on").values_list(*_COLUMNS))
    starts = {
        day: int(local_midnight(day, deck.zone).timestamp()) for day in {row[2] for row in rows}
    }
    bands = dict(deck.bands.values_list("pk", "code"))
    is_voice = deck.usage_type == RateDeck.UsageType.VOICE
    return Deck(
        code=deck.code,
        rates=tuple(_rate(starts, bands, *row) for row in rows),
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


class _StoredRate(Rate):
    """A rate whose figures the database has judged already: constraints hold what rates must be."""

    __slots__ = ()

    def __post_init__(self) -> None:
        """Nothing is left to judge."""


def _rate(
    starts: dict[date, int],
    bands: dict[int, str],
    pk: int,
    prefix: str,
    starts_on: date,
    per: int,
    connection_fee: Decimal,
    first_increment: int | None,
    first_price: Decimal | None,
    next_increment: int,
    price: Decimal,
    max_charge: Decimal,
    ended: bool,
    destination: str,
    category_id: int | None,
    steps: str,
    band_id: int | None,
    superseded_by_id: int | None,
) -> Rate:
    # That steps ascend is no constraint.
    make = Rate if steps else _StoredRate
    return make(
        prefix=prefix,
        starts=_NEVER + pk if superseded_by_id else starts[starts_on],
        key=pk,
        per=per,
        connection_fee=connection_fee,
        first_increment=first_increment,
        first_price=first_price,
        next_increment=next_increment,
        price=price,
        max_charge=max_charge,
        steps=tuple(RateStep(*step) for step in steps_of(steps)) if steps else (),
        band=bands[band_id] if band_id else "",
        ended=ended,
        destination=destination,
        category=str(category_id or ""),
    )

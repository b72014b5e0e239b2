"""Price placed events in columns, deck by deck."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from billing.rating.prefixes import encode_numbers
from billing.usage.directory import Placement
from billing.usage.intake.events import Event, Trouble
from billing.usage.intake.normalising import UNITS_MAX
from billing.usage.models import SuspendedUsage, UsageRecord
from billing.usage.price_tables import PriceTables

Reason = SuspendedUsage.Reason

# No event costs more than a hundred million currency units; sums of a part stay exact.
AMOUNT_MICRO_MAX = 10**14

_EPOCH_DAY = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, eq=False)
class PricedEvents:
    """Rated events as columns named as `UsageRecord`'s fields, and those that have no price.

    Instants are microseconds and dates days since 1970. `places` are the rated events' placements,
    in the columns' order.
    """

    columns: dict[str, NDArray[Any]]
    places: list[Placement]
    suspended: list[tuple[Event, Trouble]]


def price_events(
    events: Sequence[Event], places: Sequence[Placement], tables: PriceTables
) -> PricedEvents:
    """Price events by the decks of their placements, at the rates in force when they start."""
    columns = _columns(events, places)
    starts, quantities = columns["start_at"] // 1_000_000, columns["quantity"]
    numbers = encode_numbers([event.rated_number for event in events])
    decks = {place.deck.pk: place.deck for place in places}
    deck_ids = np.array([place.deck.pk for place in places], np.int64)
    ok = np.zeros(len(events), np.bool_)
    has_rate = np.zeros(len(events), np.bool_)
    for deck in decks.values():
        table = tables.of(deck)
        rows = np.flatnonzero(deck_ids == deck.pk)
        rated = table.rate(numbers[rows], starts[rows], quantities[rows])
        found = rated.rate_index >= 0
        has_rate[rows] = found
        ok[rows] = rated.ok & (rated.amount_micro <= AMOUNT_MICRO_MAX)
        ok[rows] &= rated.billed_units <= UNITS_MAX
        columns["amount"][rows] = rated.amount_micro
        columns["billed"][rows] = rated.billed_units
        columns["rate_id"][rows[found]] = table.table.keys[rated.rate_index[found]]
        columns["category_id"][rows[found]] = table.category_ids[rated.rate_index[found]]
    suspended = [
        (
            events[row],
            _no_price(events[row], places[row], tables, has_rate=bool(has_rate[row])),
        )
        for row in np.flatnonzero(~ok).tolist()
    ]
    return PricedEvents(
        columns={name: column[ok] for name, column in columns.items()},
        places=[places[row] for row in np.flatnonzero(ok).tolist()],
        suspended=suspended,
    )


def _columns(events: Sequence[Event], places: Sequence[Placement]) -> dict[str, NDArray[Any]]:
    """All that is known of the records before they are priced; prices are zero."""
    count = len(events)
    called = [event.called or "" for event in events]
    distinct = {id(place): place for place in places}
    index_of = {key: index for index, key in enumerate(distinct)}
    index = np.fromiter((index_of[id(place)] for place in places), np.int64, count)

    def of_place(value: Callable[[Placement], int]) -> NDArray[np.int64]:
        return np.array([value(place) for place in distinct.values()], np.int64)[index]

    return {
        "start_at": np.array([event.start for event in events], np.int64),
        "key": np.frombuffer(b"".join(event.key for event in events), "V16"),
        "content": np.frombuffer(b"".join(event.content for event in events), "V16"),
        "line_number": np.array([event.line.number for event in events], np.int64),
        "account_id": of_place(lambda place: place.owner.account_id),
        "subscription_id": of_place(lambda place: place.owner.subscription_id),
        "number_id": of_place(lambda place: place.owner.number_id),
        "plan_version_id": of_place(lambda place: place.version_id),
        "period_start": of_place(lambda place: _epoch_day(place.period_start)),
        "origin_start": of_place(lambda place: _epoch_day(place.origin_start)),
        "flags": of_place(lambda place: UsageRecord.Flag.LATE if place.is_late else 0),
        "usage_type": np.array([event.usage_type for event in events], np.int64),
        "called": np.array([int(number or 0) for number in called], np.int64),
        "called_digits": np.array([len(number) for number in called], np.int64),
        "quantity": np.array([event.quantity for event in events], np.int64),
        **{
            name: np.zeros(count, np.int64)
            for name in ("billed", "amount", "cost", "rate_id", "category_id")
        },
    }


def _no_price(event: Event, place: Placement, tables: PriceTables, *, has_rate: bool) -> Trouble:
    if has_rate:
        return Trouble(
            Reason.INVALID,
            f"{event.quantity:,} units to {event.rated_number} cost an absurd amount",
            f"check the line, and the rates of deck {place.deck.code}",
        )
    day = datetime.fromtimestamp((event.start or 0) // 1_000_000, UTC).date()
    what = f"deck {place.deck.code} has no rate for {event.rated_number} on {day}"
    if tables.of(place.deck).table.deck.calendar is not None:
        return Trouble(
            Reason.NO_RATE,
            f"{what} at that hour",
            "add its prefix, or its rate for all other hours (import_rates)",
        )
    return Trouble(
        Reason.NO_RATE,
        what,
        "add its prefix (import_rates)",
    )


def _epoch_day(day: date) -> int:
    return (day - _EPOCH_DAY).days

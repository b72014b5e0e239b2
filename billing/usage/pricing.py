"""Price placed events in columns, deck by deck."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from billing.rating.prefixes import NumberKeys, encode_numbers
from billing.rating.segments import PriceParts, joined, price_parts, taken_from
from billing.usage.allowances.terms import BrandTerms
from billing.usage.allowances.usage_rows import UsageRows, cumulative_charges
from billing.usage.buy_decks import below_floor
from billing.usage.directory import Placement
from billing.usage.intake.batch import EventBatch, Integers
from billing.usage.intake.events import Event, Trouble
from billing.usage.intake.normalising import UNITS_MAX
from billing.usage.intake.plain_fields import digits_as_integers
from billing.usage.models import SuspendedUsage, UsageRecord, UsageType
from billing.usage.placing import PlacedRows
from billing.usage.price_tables import PriceTables

Reason = SuspendedUsage.Reason

# No event costs more than a hundred million currency units; sums of a part stay exact.
AMOUNT_MICRO_MAX = 10**14

_EPOCH_DAY = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, eq=False)
class PricedEvents:
    """Rated events as columns named as `UsageRecord`'s fields, and those that have no price.

    Instants are microseconds and dates days since 1970. `places` says of each rated event which of
    the `placements` is its own. `parts` are what their prices are made of, where asked for.
    """

    columns: dict[str, NDArray[Any]]
    places: Integers
    placements: list[Placement]
    suspended: list[tuple[Event, Trouble]]
    parts: PriceParts | None = None


def price_events(
    batch: EventBatch,
    placed: PlacedRows,
    tables: PriceTables,
    *,
    supplier_id: int | None = None,
    with_parts: bool = False,
) -> PricedEvents:
    """Price events by the decks of their placements, at the rates in force when they start.

    What they cost us is what the buy decks of the supplier say; where these say nothing the record
    is flagged, and charged all the same.
    """
    columns = _columns(batch, placed)
    starts, quantities = columns["start_at"] // 1_000_000, columns["quantity"]
    called = batch.called[placed.rows]
    numbers = encode_numbers(np.where(called == b"", b"0", called))
    placements = placed.placements
    decks = {place.deck.pk: place.deck for place in placements}
    deck_ids = np.array([place.deck.pk for place in placements], np.int64)[placed.places]
    ok = np.zeros(len(starts), np.bool_)
    has_rate = np.zeros(len(starts), np.bool_)
    parts: list[PriceParts] = []
    parts_of: list[Integers] = [np.zeros(0, np.int64)]
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
        if with_parts:
            places = np.flatnonzero(ok[rows])
            parts.append(price_parts(table.table, rated, quantities[rows], places))
            parts_of.append(rows[places])
    _add_costs(columns, numbers, placed, tables, supplier_id)
    suspended = []
    for row in np.flatnonzero(~ok).tolist():
        event, place = batch.event(int(placed.rows[row])), placements[int(placed.places[row])]
        trouble = _no_price(event, place, tables, has_rate=bool(has_rate[row]))
        suspended.append((event, trouble))
    return PricedEvents(
        columns={name: column[ok] for name, column in columns.items()},
        places=placed.places[ok],
        placements=placements,
        suspended=suspended,
        parts=taken_from(joined(parts), np.argsort(np.concatenate(parts_of)))
        if with_parts
        else None,
    )


def _add_costs(
    columns: dict[str, NDArray[Any]],
    numbers: NumberKeys,
    placed: PlacedRows,
    tables: PriceTables,
    supplier_id: int | None,
) -> None:
    """What each event costs us, and the flags of those without a cost or with too small a margin.

    A cost in another currency than the price can't be compared with it, and counts as none.
    """
    if supplier_id is None:
        return
    starts, quantities = columns["start_at"] // 1_000_000, columns["quantity"]
    currencies = np.array([place.currency for place in placed.placements])[placed.places]
    no_cost = np.ones(len(starts), np.bool_)
    for usage_type in np.unique(columns["usage_type"]).tolist():
        decks = tables.costs(supplier_id, str(UsageType(usage_type).label))
        same_currency = currencies == decks.currency
        rows = np.flatnonzero((columns["usage_type"] == usage_type) & same_currency)
        costs, known = decks.cost(numbers[rows], starts[rows], quantities[rows])
        known &= costs <= AMOUNT_MICRO_MAX
        columns["cost"][rows] = np.where(known, costs, 0)
        no_cost[rows] = ~known
    columns["flags"][no_cost] |= UsageRecord.Flag.NO_COST
    floors = [place.deck.margin_floor for place in placed.placements]
    for floor in {floor for floor in floors if floor is not None}:
        guarded = np.array([one == floor for one in floors])[placed.places]
        rows = np.flatnonzero(guarded & ~no_cost)
        amounts = columns["amount"][rows]
        low = below_floor(amounts, amounts, columns["cost"][rows], floor)
        columns["flags"][rows[low]] |= UsageRecord.Flag.LOW_MARGIN


def _columns(batch: EventBatch, placed: PlacedRows) -> dict[str, NDArray[Any]]:
    """All that is known of the records before they are priced; prices are zero."""
    rows = placed.rows
    called, called_digits = digits_as_integers(batch.called[rows])

    def of_place(value: Callable[[Placement], int]) -> Integers:
        return np.array([value(place) for place in placed.placements], np.int64)[placed.places]

    return {
        "start_at": batch.starts[rows],
        "key": batch.keys[rows],
        "content": batch.contents[rows],
        "line_number": batch.line_numbers[rows],
        "account_id": of_place(lambda place: place.owner.account_id),
        "subscription_id": of_place(lambda place: place.owner.subscription_id),
        "number_id": of_place(lambda place: place.owner.number_id),
        "plan_version_id": of_place(lambda place: place.version_id),
        "period_start": of_place(lambda place: _epoch_day(place.period_start)),
        "origin_start": of_place(lambda place: _epoch_day(place.origin_start)),
        "flags": of_place(lambda place: UsageRecord.Flag.LATE if place.is_late else 0),
        "usage_type": batch.usage_types[rows],
        "called": called,
        "called_digits": called_digits,
        "quantity": batch.quantities[rows],
        **{
            name: np.zeros(len(rows), np.int64)
            for name in ("billed", "amount", "cost", "rate_id", "category_id", "covered", "paid")
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


def usage_rows(priced: PricedEvents, terms: BrandTerms) -> UsageRows:
    """Rated events as allowances see them; they share the columns."""
    columns, flags = priced.columns, priced.columns["flags"]
    assert priced.parts is not None
    floors = np.array([place.deck.margin_floor for place in priced.placements] + [None], object)
    settled = UsageRecord.Flag.PRICED | UsageRecord.Flag.CORRECTION
    rows = UsageRows(
        columns=columns,
        before=columns["amount"].copy(),
        parts=priced.parts,
        charges=np.zeros(len(flags), np.int64),
        consuming=(flags & settled) == 0,
        ranks=np.array(
            [terms.source_ranks[source] for source in columns["source_id"].tolist()], np.int64
        ),
        floors=floors[priced.places],
    )
    rows.charges = cumulative_charges(rows, terms)
    return rows

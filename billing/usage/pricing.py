"""Price placed events in columns, deck by deck."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from billing.rating.event_columns import PriceParts
from billing.rating.prefixes import NumberKeys, encode_numbers
from billing.rating.segments import (
    joined,
    of_one_segment,
    price_parts,
    taken_from,
)
from billing.usage.allowances.terms import BrandTerms
from billing.usage.allowances.usage_rows import UsageRows, cumulative_charges
from billing.usage.costs import AMOUNT_MICRO_MAX, add_costs
from billing.usage.directory import Placement
from billing.usage.intake.batch import EventBatch, Integers
from billing.usage.intake.events import Event, Trouble
from billing.usage.intake.normalising import UNITS_MAX
from billing.usage.intake.plain_fields import digits_as_integers
from billing.usage.local_days import epoch_day
from billing.usage.missing_prefixes import missing_prefix
from billing.usage.models import SuspendedUsage, UsageRecord, UsageType
from billing.usage.placing import PlacedRows
from billing.usage.price_tables import PriceTables
from catalog.models import RateDeck

Reason = SuspendedUsage.Reason


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
    terms: BrandTerms,
    supplier_id: int | None = None,
) -> PricedEvents:
    """Price events by the decks of their placements, at the rates in force when they start.

    One that carries a price keeps it. What they cost us is what the buy decks of the supplier say;
    where these say nothing the record is flagged, and charged all the same.
    """
    columns = _columns(batch, placed)
    called = batch.called[placed.rows]
    numbers = encode_numbers(np.where(called == b"", b"0", called))
    work = _Pricing(columns, numbers, placed, with_parts=not terms.is_empty)
    work.by_decks(tables)
    work.without_rates(batch, terms)
    add_costs(columns, numbers, placed, tables, supplier_id)
    ok = work.ok
    suspended = [
        (batch.event(int(placed.rows[row])), work.trouble(batch, row, tables))
        for row in np.flatnonzero(~ok).tolist()
    ]
    return PricedEvents(
        columns={name: column[ok] for name, column in columns.items()},
        places=placed.places[ok],
        placements=placed.placements,
        suspended=suspended,
        parts=work.parts_of_rows(np.flatnonzero(ok)) if work.with_parts else None,
    )


class _Pricing:
    """One batch on its way to its prices; `ok` are the rows that have one."""

    def __init__(
        self,
        columns: dict[str, NDArray[Any]],
        numbers: NumberKeys,
        placed: PlacedRows,
        *,
        with_parts: bool,
    ) -> None:
        self.columns = columns
        self.numbers = numbers
        self.placed = placed
        self.with_parts = with_parts
        self.ok = np.zeros(len(placed.rows), np.bool_)
        self.has_rate = np.zeros(len(placed.rows), np.bool_)
        self._parts: list[PriceParts] = []
        self._parts_rows: list[Integers] = []

    def by_decks(self, tables: PriceTables) -> None:
        """Price what has a deck, deck by deck."""
        columns, placements = self.columns, self.placed.placements
        decks = {place.deck.pk: place.deck for place in placements if place.deck}
        ids = [place.deck.pk if place.deck else 0 for place in placements]
        deck_ids = np.array(ids, np.int64)[self.placed.places]
        for deck in decks.values():
            rows = np.flatnonzero(deck_ids == deck.pk)
            digits = np.maximum(columns["called_digits"][rows], 1)
            table = tables.serving(deck, columns["called"][rows], digits)
            quantities = columns["quantity"][rows]
            starts = columns["start_at"][rows] // 1_000_000
            rated = table.rate(self.numbers[rows], starts, quantities)
            found = rated.rate_index >= 0
            self.has_rate[rows] = found
            ok = rated.ok & (np.abs(rated.amount_micro) <= AMOUNT_MICRO_MAX)
            ok &= np.abs(rated.billed_units) <= UNITS_MAX
            self.ok[rows] = ok
            columns["amount"][rows] = rated.amount_micro
            columns["billed"][rows] = rated.billed_units
            columns["rate_id"][rows[found]] = table.table.keys[rated.rate_index[found]]
            columns["category_id"][rows[found]] = table.category_ids[rated.rate_index[found]]
            if self.with_parts:
                there = np.flatnonzero(ok)
                self._keep(price_parts(table.table, rated, quantities, there), rows[there])

    def without_rates(self, batch: EventBatch, terms: BrandTerms) -> None:
        """Take in what needs no rate: prices that the source says, units priced together."""
        columns, placed = self.columns, self.placed
        priced = batch.priced[placed.rows]
        columns["flags"][priced] |= int(UsageRecord.Flag.PRICED)
        unknown = np.flatnonzero(~self.has_rate)
        columns["category_id"][unknown] = self._usual_categories(terms)[
            columns["usage_type"][unknown]
        ]
        deckless = np.array([place.deck is None for place in placed.placements], np.bool_)
        counted = deckless[placed.places] & ~priced
        if counted.any():
            counted &= cumulative_charges(columns, terms) > 0
        free = np.flatnonzero((priced | counted) & (columns["category_id"] > 0))
        bare = free[~self.has_rate[free]]
        columns["billed"][bare] = columns["quantity"][bare]
        columns["amount"][free] = 0
        columns["amount"][priced] = batch.prices[placed.rows[priced]]
        fresh = free[~self.ok[free]]
        self.ok[free] = True
        if self.with_parts:
            self._keep(of_one_segment(np.abs(columns["billed"][fresh])), fresh)

    def trouble(self, batch: EventBatch, row: int, tables: PriceTables) -> Trouble:
        """Why a row has no price."""
        event = batch.event(int(self.placed.rows[row]))
        place = self.placed.placements[int(self.placed.places[row])]
        if place.deck is None:
            assert place.unpriced is not None
            return place.unpriced
        return _no_price(event, place.deck, tables, has_rate=bool(self.has_rate[row]))

    def parts_of_rows(self, rows: Integers) -> PriceParts:
        """What the prices of these rows, which are `ok`, are made of."""
        nothing = np.zeros(0, np.int64)
        order = np.argsort(np.concatenate([nothing, *self._parts_rows]), kind="stable")
        assert len(order) == len(rows)
        return taken_from(joined(self._parts), order)

    def _keep(self, parts: PriceParts, rows: Integers) -> None:
        self._parts.append(parts)
        self._parts_rows.append(rows)

    def _usual_categories(self, terms: BrandTerms) -> Integers:
        """The category of each usage type, where no rate names one."""
        usual = np.zeros(max(UsageType) + 1, np.int64)
        for kind in UsageType:
            usual[kind] = terms.usual_categories.get(str(kind.label), 0)
        return usual


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
        "period_start": of_place(lambda place: epoch_day(place.period_start)),
        "origin_start": of_place(lambda place: epoch_day(place.origin_start)),
        "flags": of_place(lambda place: UsageRecord.Flag.LATE if place.is_late else 0)
        | np.where(batch.corrections[rows], int(UsageRecord.Flag.CORRECTION), 0),
        "usage_type": batch.usage_types[rows],
        "called": called,
        "called_digits": called_digits,
        "quantity": batch.quantities[rows],
        **{
            name: np.zeros(len(rows), np.int64)
            for name in ("billed", "amount", "cost", "rate_id", "category_id", "covered", "paid")
        },
    }


def _no_price(event: Event, deck: RateDeck, tables: PriceTables, *, has_rate: bool) -> Trouble:
    if has_rate:
        return Trouble(
            Reason.INVALID,
            f"{event.quantity:,} units to {event.rated_number} cost an absurd amount",
            f"check the line, and the rates of deck {deck.code}",
            f"deck {deck.code}",
        )
    day = datetime.fromtimestamp((event.start or 0) // 1_000_000, UTC).date()
    cause = f"deck {deck.code} prefix {missing_prefix(tables, deck, event.rated_number)}"
    what = f"deck {deck.code} has no rate for {event.rated_number} on {day}"
    if tables.of(deck).table.deck.calendar is not None:
        return Trouble(
            Reason.NO_RATE,
            f"{what} at that hour",
            "add its prefix, or its rate for all other hours (import_rates)",
            cause,
        )
    return Trouble(Reason.NO_RATE, what, "add its prefix (import_rates)", cause)


def usage_rows(priced: PricedEvents, terms: BrandTerms) -> UsageRows:
    """Rated events as allowances see them; they share the columns."""
    columns, flags = priced.columns, priced.columns["flags"]
    parts = priced.parts
    if parts is None:
        parts = of_one_segment(np.abs(columns["billed"]))
    floors = np.array(
        [place.deck.margin_floor if place.deck else None for place in priced.placements] + [None],
        object,
    )
    floors = floors[priced.places]
    floors[~np.isin(columns["source_id"], terms.costed_sources)] = None
    settled = UsageRecord.Flag.PRICED | UsageRecord.Flag.CORRECTION
    return UsageRows(
        columns=columns,
        before=columns["amount"].copy(),
        parts=parts,
        charges=np.where(
            (flags & UsageRecord.Flag.PRICED) > 0, 0, cumulative_charges(columns, terms)
        ),
        consuming=(flags & settled) == 0,
        ranks=np.array(
            [terms.source_ranks[source] for source in columns["source_id"].tolist()], np.int64
        ),
        floors=floors,
    )

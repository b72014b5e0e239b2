"""Whose each event of a batch is, and what prices it: once for all that belong together."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

from billing.usage.allowances.settling import UsageTerms
from billing.usage.allowances.terms import BrandTerms
from billing.usage.directory import Directory, LockedAccount, Owner, Placement, PriceLists
from billing.usage.fetching import rows_by
from billing.usage.groups import distinct_of, first_rows
from billing.usage.intake.batch import EventBatch, Integers
from billing.usage.intake.events import Event, Trouble
from billing.usage.local_days import local_days
from catalog.models import PlanVersion
from catalog.queries import versions_of
from core.models import Brand
from core.periods import period_containing

_LOCK = """
    SELECT id, number, bill_day, currency, usage_closed_until FROM accounts_account
    WHERE id = ANY(%s::bigint[]) ORDER BY id FOR NO KEY UPDATE
"""

# Days are counted from year 1, and fit so many bits.
_DAY_BITS, _TYPE_BITS = 22, 2
_DAY_MASK = 2**_DAY_BITS - 1

# The published versions of each plan, by its id.
Versions = dict[int, list[PlanVersion]]


@dataclass(frozen=True, slots=True, eq=False)
class PlacedRows:
    """Rows of a batch that belong somewhere: `places` says which of the `placements` is theirs."""

    rows: Integers
    places: Integers
    placements: list[Placement]
    troubled: list[tuple[Event, Trouble]]


class Places:
    """Where the usage of a brand belongs.

    Numbers, subscriptions and plans are those of the moment when a part of a file first names
    them, and so are their allowances in `usage_terms`; accounts are read, and locked, for each
    part. `terms` and `versions` are those of the brand's plans, where they are known.
    """

    def __init__(
        self, brand: Brand, terms: BrandTerms | None = None, versions: Versions | None = None
    ) -> None:
        self.usage_terms = UsageTerms(brand, terms)
        self._zone = brand.zone
        self._directory = Directory(brand)
        self._versions: Versions = {} if versions is None else versions
        self._owners: dict[Owner, int] = {}
        self._owner_list: list[Owner] = []
        self._timelines: dict[tuple[str, ...], tuple[list[int], list[int]]] = {}
        self._placements: dict[tuple[object, ...], Placement | Trouble] = {}

    def accounts_of(self, batch: EventBatch) -> Integers:
        """The account that has each event's number then, 0 where none has; none is locked."""
        days = local_days(batch.starts // 1_000_000, self._zone)
        distinct, place = distinct_of(batch.services)
        holders = self._directory.holders([batch.names[index] for index in distinct.tolist()])
        starts = [(at << _DAY_BITS) + since for at, since, _ in holders]
        ids = np.array([account for _, _, account in holders], np.int64)
        wanted = (place << _DAY_BITS) + days
        accounts: Integers = ids[np.searchsorted(np.array(starts), wanted, side="right") - 1]
        return accounts

    def place(self, batch: EventBatch, rows: Integers, *, also: Collection[int] = ()) -> PlacedRows:
        """Find whose each of these events is; lock these accounts, and those that are named
        `also`; find what prices it."""
        days = local_days(batch.starts[rows] // 1_000_000, self._zone)
        owner_ids = self._find_owners(batch, rows, days)
        known = np.flatnonzero(owner_ids >= 0)
        distinct, place_of = distinct_of(owner_ids[known])
        owners = [self._owner_list[index] for index in distinct.tolist()]
        ids = {owner.account_id for owner in owners}
        lists = self._price_lists(_lock(ids | set(also)))
        origins = _origins(lists, owners, place_of, days[known])
        types = batch.usage_types[rows[known]]
        code = (((place_of << _TYPE_BITS) + types) << _DAY_BITS) + origins
        firsts, group = first_rows(code)
        placements: list[Placement] = []
        of_group = np.full(len(firsts), -1, np.int64)
        which = zip(
            place_of[firsts].tolist(), origins[firsts].tolist(), types[firsts].tolist(), strict=True
        )
        for index, (owner, origin, usage_type) in enumerate(which):
            place = self._settled(lists, owners[owner], date.fromordinal(origin), usage_type)
            if isinstance(place, Placement):
                of_group[index] = len(placements)
                placements.append(place)
        places = np.full(len(rows), -1, np.int64)
        places[known] = of_group[group]
        troubled = self._place_one_by_one(batch, rows, days, places, placements, lists)
        found = np.flatnonzero(places >= 0)
        return PlacedRows(rows[found], places[found], placements, troubled)

    def _settled(
        self, lists: PriceLists, owner: Owner, origin: date, usage_type: int
    ) -> Placement | Trouble | None:
        """Where all usage of a period belongs; None if that depends on the day."""
        if not lists.is_settled(owner, origin):
            return None
        key = (owner, usage_type, origin, lists.state(owner))
        place = self._placements.get(key)
        if place is None:
            day = max(origin, owner.plan_since)
            place = self._placements[key] = lists.place(owner, day, usage_type)
        return place

    def _place_one_by_one(
        self,
        batch: EventBatch,
        rows: Integers,
        days: Integers,
        places: Integers,
        placements: list[Placement],
        lists: PriceLists,
    ) -> list[tuple[Event, Trouble]]:
        """Place the rows whose place depends on their day, or that have none."""
        troubled: list[tuple[Event, Trouble]] = []
        known: dict[tuple[tuple[str, ...], int, int], int | Trouble] = {}
        for index in np.flatnonzero(places < 0).tolist():
            row = int(rows[index])
            names = batch.names[int(batch.services[row])]
            usage_type, ordinal = int(batch.usage_types[row]), int(days[index])
            found = known.get((names, ordinal, usage_type))
            if found is None:
                place = self._place_alone(lists, names, date.fromordinal(ordinal), usage_type)
                found = place if isinstance(place, Trouble) else len(placements)
                if isinstance(place, Placement):
                    placements.append(place)
                known[names, ordinal, usage_type] = found
            if isinstance(found, Trouble):
                troubled.append((batch.event(row), found))
            else:
                places[index] = found
        return troubled

    def _place_alone(
        self, lists: PriceLists, names: tuple[str, ...], day: date, usage_type: int
    ) -> Placement | Trouble:
        owner = self._directory.find(names, day)
        return owner if isinstance(owner, Trouble) else lists.place(owner, day, usage_type)

    def _find_owners(self, batch: EventBatch, rows: Integers, days: Integers) -> Integers:
        """The owner of each event, as its place in `_owners`; -1 where nobody is."""
        services = batch.services[rows]
        distinct, place = distinct_of(services)
        names = [batch.names[index] for index in distinct.tolist()]
        self._directory.learn(name for service in names for name in service)
        starts: list[int] = []
        owners: list[int] = []
        for index, service in enumerate(names):
            days_of, owners_of = self._timeline(service)
            starts += [(index << _DAY_BITS) + day for day in days_of]
            owners += owners_of
        wanted = (place << _DAY_BITS) + days
        at = np.searchsorted(np.array(starts, np.int64), wanted, side="right") - 1
        return np.array(owners, np.int64)[at]

    def _timeline(self, service: tuple[str, ...]) -> tuple[list[int], list[int]]:
        """From which days on (as ordinals) a service has which owner."""
        timeline = self._timelines.get(service)
        if timeline is None:
            changes = self._directory.changes(service)
            found = [self._directory.find(service, day) for day in changes]
            timeline = self._timelines[service] = (
                [day.toordinal() for day in changes],
                [self._index(owner) if isinstance(owner, Owner) else -1 for owner in found],
            )
        return timeline

    def _index(self, owner: Owner) -> int:
        index = self._owners.setdefault(owner, len(self._owners))
        if index == len(self._owner_list):
            self._owner_list.append(owner)
        return index

    def _price_lists(self, accounts: Iterable[LockedAccount]) -> PriceLists:
        plans = self._directory.plan_ids
        if plans - self._versions.keys():
            self._versions |= versions_of(plans - self._versions.keys())
        return PriceLists(plans, accounts, self._versions)


def _lock(ids: set[int]) -> list[LockedAccount]:
    """Lock these accounts, in the order of their ids."""
    return [LockedAccount._make(row) for row in rows_by(_LOCK, ids)]


def _origins(lists: PriceLists, owners: list[Owner], place: Integers, days: Integers) -> Integers:
    """The start of each event's usage period, as an ordinal."""
    bill_days = np.array([lists.bill_day(owner) for owner in owners], np.int64)[place]
    pairs, of_pair = distinct_of((bill_days << _DAY_BITS) + days)
    origins = [
        period_containing(date.fromordinal(pair & _DAY_MASK), pair >> _DAY_BITS).start.toordinal()
        for pair in pairs.tolist()
    ]
    return np.array(origins, np.int64)[of_pair]

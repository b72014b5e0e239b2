"""Usage records as allowances see them: columns, what they cost before, what they count in."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from accounts.models import Subscription
from billing.rating.allowances import ConsumedColumns
from billing.rating.event_columns import PriceParts
from billing.rating.segments import joined, taken_from
from billing.usage.allowances.balances import Pair, code_of, pair_codes
from billing.usage.allowances.models import UsageCorrection
from billing.usage.allowances.records import load_records
from billing.usage.allowances.repricing import price_again
from billing.usage.allowances.terms import BrandTerms, counting
from billing.usage.any_of import any_of
from billing.usage.buy_decks import below_floor
from billing.usage.intake.normalising import epoch_microseconds
from billing.usage.local_days import local_days
from billing.usage.models import USAGE_TYPE_NAMES, UsageRecord
from billing.usage.price_tables import PriceTables

Integers = NDArray[np.int64]
Columns = dict[str, NDArray[Any]]

_FLAG = UsageRecord.Flag
# What consuming sets of a record.
CONSUMED = ("covered", "paid", "amount", "flags")


@dataclass(slots=True, eq=False)
class UsageRows:
    """Some records, a value per record.

    - `columns` as `UsageRecord`'s fields; instants are microseconds, dates days since 1970.
    - `before`: the amount before allowances, in millionths; `parts`: what it is made of.
    - `charges`: the cumulative charge in which it counts, or 0.
    - `consuming`: it may use allowances: it isn't priced by its source, nor a correction that
      names no record.
    - `ranks`: the place of its source's code among all.
    - `floors`: the margin floor of the deck, or None; also where its source has no supplier.
    - `targets`: of corrections the record that each reverses; `corrects` the same as rows, or -1.
    - `profiles`: set when grants are compiled.
    """

    columns: Columns
    before: Integers
    parts: PriceParts
    charges: Integers
    consuming: NDArray[np.bool_]
    ranks: Integers
    floors: NDArray[np.object_]
    targets: dict[int, tuple[bytes, int]] = field(default_factory=dict)
    corrects: Integers = field(default_factory=lambda: np.zeros(0, np.int64))
    profiles: Integers = field(default_factory=lambda: np.zeros(0, np.int64))

    def __post_init__(self) -> None:
        self.corrects = np.full(len(self), -1, np.int64)
        if self.targets:
            self._link()

    def __len__(self) -> int:
        return len(self.before)

    def _link(self) -> None:
        """Find the corrected records among these rows."""
        wanted = set(self.targets.values())
        keys, starts = self.columns["key"], self.columns["start_at"].tolist()
        halves = np.ascontiguousarray(keys).view(np.int64).reshape(-1, 2)[:, 0]
        some = np.frombuffer(b"".join(key for key, _ in wanted), "V16")
        some_halves = np.ascontiguousarray(some).view(np.int64).reshape(-1, 2)[:, 0]
        known = {
            (keys[row].tobytes(), starts[row]): row
            for row in np.flatnonzero(np.isin(halves, some_halves)).tolist()
        }
        for row, target in self.targets.items():
            self.corrects[row] = known.get(target, -1)

    def taken(self, rows: Integers) -> UsageRows:
        """These rows, in their order."""
        place = {int(row): at for at, row in enumerate(rows.tolist())} if self.targets else {}
        return UsageRows(
            columns={name: column[rows] for name, column in self.columns.items()},
            before=self.before[rows],
            parts=taken_from(self.parts, rows),
            charges=self.charges[rows],
            consuming=self.consuming[rows],
            ranks=self.ranks[rows],
            floors=self.floors[rows],
            targets={place[row]: at for row, at in self.targets.items() if row in place},
        )

    def followed_by(self, other: UsageRows) -> UsageRows:
        """These rows, and then the others."""
        names = self.columns.keys() & other.columns.keys()
        shifted = {row + len(self): target for row, target in other.targets.items()}
        return UsageRows(
            columns={
                name: np.concatenate([self.columns[name], other.columns[name]]) for name in names
            },
            before=np.concatenate([self.before, other.before]),
            parts=joined([self.parts, other.parts]),
            charges=np.concatenate([self.charges, other.charges]),
            consuming=np.concatenate([self.consuming, other.consuming]),
            ranks=np.concatenate([self.ranks, other.ranks]),
            floors=np.concatenate([self.floors, other.floors]),
            targets=self.targets | shifted,
        )

    def put(self, rows: Integers, other: UsageRows, other_rows: Integers) -> None:
        """Take over what other rows consumed."""
        for name in CONSUMED:
            self.columns[name][rows] = other.columns[name][other_rows]

    def set_consumed(self, rows: Integers, consumed: ConsumedColumns) -> None:
        """Write what these rows consumed, and what they cost now."""
        columns = self.columns
        columns["covered"][rows] = consumed.covered_units
        columns["paid"][rows] = consumed.paid_micro
        changed = rows[columns["amount"][rows] != consumed.amount_micro]
        columns["amount"][rows] = consumed.amount_micro
        self.flag_low_margins(changed)

    def flag_low_margins(self, rows: Integers) -> None:
        """Flag these rows anew where the charge less the cost is below the deck's floor, a
        percentage of the amount before allowances.

        What allowances made free is not flagged, nor what has no cost. `floors` are None where
        nobody says what usage costs.
        """
        columns = self.columns
        columns["flags"][rows] &= ~int(_FLAG.LOW_MARGIN)
        unflagged = _FLAG.CORRECTION | _FLAG.NO_COST | _FLAG.CUMULATIVE
        judged = (columns["flags"][rows] & unflagged) == 0
        judged &= (columns["amount"][rows] != 0) | (self.before[rows] == 0)
        rows = rows[judged]
        floors = self.floors[rows]
        for floor in {floor for floor in floors.tolist() if floor is not None}:
            of_floor = rows[floors == floor]
            low = below_floor(
                self.before[of_floor], columns["amount"][of_floor], columns["cost"][of_floor], floor
            )
            columns["flags"][of_floor[low]] |= int(_FLAG.LOW_MARGIN)


def group_masks(columns: Columns, terms: BrandTerms) -> tuple[Integers, list[frozenset[int]]]:
    """To which set of destination groups each record goes, and the sets."""
    count = len(columns["start_at"])
    destinations = terms.destinations
    if not destinations.groups or not count:
        return np.zeros(count, np.int64), [frozenset()]
    days = local_days(columns["start_at"] // 1_000_000, terms.zone)
    inside = destinations.members(columns["called"], columns["called_digits"], days)
    packed = np.packbits(inside, axis=1)
    distinct, masks = np.unique(packed, axis=0, return_inverse=True)
    bits = np.unpackbits(distinct, axis=1, count=len(destinations.groups)).astype(bool)
    sets = [
        frozenset(group for group, there in zip(destinations.groups, row, strict=True) if there)
        for row in bits.tolist()
    ]
    return masks.reshape(-1).astype(np.int64), sets


def no_rows() -> UsageRows:
    """No records at all, in all columns."""
    nothing = np.zeros(0, np.int64)
    return UsageRows(
        columns=load_records([], []),
        before=nothing,
        parts=joined([]),
        charges=nothing,
        consuming=nothing > 0,
        ranks=nothing,
        floors=np.zeros(0, object),
    )


def cumulative_charges(columns: Columns, terms: BrandTerms) -> Integers:
    """The cumulative charge in which each record counts, or 0."""
    charges = np.zeros(len(columns["start_at"]), np.int64)
    if not terms.has_cumulative:
        return charges
    versions = np.unique(columns["plan_version_id"]).tolist()
    counted = [version for version in versions if terms.cumulative_of(version)]
    some = np.flatnonzero(np.isin(columns["plan_version_id"], counted))
    if not len(some):
        return charges
    masks, groups = group_masks(columns, terms)
    code = np.stack(
        [
            columns["plan_version_id"][some],
            columns["usage_type"][some],
            columns["category_id"][some],
            masks[some],
        ]
    )
    distinct, place = np.unique(code, axis=1, return_inverse=True)
    found = []
    for version, usage_type, category, mask in distinct.T.tolist():
        charge = counting(
            terms.cumulative_of(version), USAGE_TYPE_NAMES[usage_type], groups[mask], category
        )
        found.append(charge.charge_id if charge else 0)
    charges[some] = np.array(found, np.int64)[place.reshape(-1)]
    return charges


def load_usage(pairs: Collection[Pair], tables: PriceTables, terms: BrandTerms) -> UsageRows:
    """The stored records of these accounts' usage periods, priced again as before allowances."""
    subscriptions = Subscription.objects.filter(
        any_of("account_id", {account for account, _ in pairs})
    )
    columns = load_records(
        list(subscriptions.values_list("pk", flat=True)), {start for _, start in pairs}
    )
    mine = np.isin(pair_codes(columns), np.array([code_of(pair) for pair in pairs], np.int64))
    return as_rows({name: column[mine] for name, column in columns.items()}, tables, terms)


def as_rows(columns: Columns, tables: PriceTables, terms: BrandTerms) -> UsageRows:
    """Stored records, priced again as before allowances."""
    before, parts, floors = price_again(columns, tables)
    floors[~np.isin(columns["source_id"], terms.costed_sources)] = None
    flags = columns["flags"]
    targets = _targets(columns, np.flatnonzero(flags & _FLAG.CORRECTION))
    unnamed = (flags & _FLAG.CORRECTION) > 0
    unnamed[list(targets)] = False
    charges = cumulative_charges(columns, terms)
    charges[(flags & _FLAG.PRICED) > 0] = 0
    return UsageRows(
        columns=columns,
        before=before,
        parts=parts,
        charges=charges,
        consuming=((flags & _FLAG.PRICED) == 0) & ~unnamed,
        ranks=np.array(
            [terms.source_ranks[source] for source in columns["source_id"].tolist()], np.int64
        ),
        floors=floors,
        targets=targets,
    )


def _targets(columns: Columns, rows: Integers) -> dict[int, tuple[bytes, int]]:
    """Which records the corrections among these rows reverse."""
    if not len(rows):
        return {}
    by_key = {columns["key"][row].tobytes(): row for row in rows.tolist()}
    found = UsageCorrection.objects.filter(key__in=[UUID(bytes=key) for key in by_key])
    targets = {}
    for row in found:
        start = epoch_microseconds(row.corrected_start_at)
        targets[by_key[row.key.bytes]] = (row.corrected_key.bytes, start)
    return targets

"""Corrections that name their record: each reverses it whole, once, wherever it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from billing.rating.segments import of_one_segment
from billing.usage.allowances.models import UsageCorrection
from billing.usage.allowances.periods import AccountPeriods
from billing.usage.allowances.records import load_by_key
from billing.usage.allowances.settling import Settlement
from billing.usage.allowances.terms import BrandTerms
from billing.usage.allowances.usage_rows import UsageRows, cumulative_charges
from billing.usage.intake.batch import EventBatch, Integers
from billing.usage.intake.events import Event, Trouble
from billing.usage.intake.normalising import epoch_microseconds, instant
from billing.usage.local_days import day_of, epoch_day
from billing.usage.models import SuspendedUsage, UsageRecord, UsageSource
from billing.usage.rerating.following import followed

Columns = dict[str, NDArray[Any]]
Key = tuple[bytes, int]

_FLAG = UsageRecord.Flag
_KEPT_FLAGS = _FLAG.PRICED | _FLAG.CUMULATIVE | _FLAG.NO_COST
_DAY_MICROSECONDS = 86_400_000_000
_MIRRORED = ("quantity", "billed", "cost", "amount", "covered", "paid")


@dataclass(slots=True, eq=False)
class Naming:
    """The rows of a batch that name a record, and the stored records of these names."""

    rows: Integers
    stored: Columns

    @property
    def account_ids(self) -> set[int]:
        """Whose records these are: their locks are taken with those of all others."""
        return set(np.unique(self.stored["account_id"]).tolist())


@dataclass(slots=True, eq=False)
class Reversals:
    """Corrections ready to be stored.

    `rows` as records, `fresh` the row of the batch's own records that each reverses (-1: a stored
    one, at `places` of `stored`), `refused` those that reverse nothing, and why.
    """

    rows: UsageRows
    fresh: Integers
    places: Integers
    stored: Columns
    refused: list[tuple[Event, Trouble]]

    def stored_ones(self) -> UsageRows:
        """The corrections that reverse stored records."""
        return self.rows.taken(np.flatnonzero(self.fresh < 0))


def find_naming(batch: EventBatch, rows: Integers, source: UsageSource) -> tuple[Naming, Integers]:
    """Which of these rows name a record, with the records they may mean, and the other rows."""
    named = batch.corrections[rows] & (batch.corrects[rows] != np.zeros(1, batch.corrects.dtype))
    naming = rows[named]
    if not len(naming):
        return Naming(naming, followed(load_by_key(batch.corrects[naming], 0, 0))), rows
    reach = source.id_reuse_days * _DAY_MICROSECONDS
    starts = batch.starts[naming]
    keys = np.unique(batch.corrects[naming])
    stored = followed(load_by_key(keys, int(starts.min()) - reach, int(starts.max()) + reach))
    return Naming(naming, stored), rows[~named]


def reversals(
    batch: EventBatch,
    naming: Naming,
    source: UsageSource,
    fresh: UsageRows,
    accounts: dict[int, AccountPeriods],
    terms: BrandTerms,
) -> Reversals:
    """What each naming correction reverses: a record of the batch or a stored one, whichever
    started nearest. Of two that name the same record the first line counts."""
    candidates = _Candidates(fresh.columns, naming.stored)
    taken = _corrected(naming.stored)
    chosen: list[tuple[int, Columns, int]] = []
    refused: list[tuple[Event, Trouble]] = []
    reach = source.id_reuse_days * _DAY_MICROSECONDS
    ordered = naming.rows[np.argsort(batch.line_numbers[naming.rows], kind="stable")]
    for row in ordered.tolist():
        found = candidates.nearest(batch.corrects[row].tobytes(), int(batch.starts[row]), reach)
        trouble = _trouble(found, taken)
        if trouble or found is None:
            refused.append((batch.event(row), trouble or _UNKNOWN))
            continue
        columns, place = found
        taken.add(_key(columns, place))
        chosen.append((row, columns, place))
    rows = _rows(batch, chosen, source, fresh, accounts, terms)
    is_fresh = [columns is fresh.columns for _, columns, _ in chosen]
    places = np.array([place for _, _, place in chosen], np.int64)
    return Reversals(
        rows=rows,
        fresh=np.where(np.array(is_fresh, np.bool_), places, -1),
        places=places,
        stored=naming.stored,
        refused=refused,
    )


def mirror(reversed_: Reversals, rows: UsageRows, first: int, settlement: Settlement) -> None:
    """Set what each correction, from row `first` on, takes back: what its record costs now."""
    columns, late = rows.columns, _FLAG.LATE
    for at in range(len(reversed_.rows)):
        row = first + at
        place = int(reversed_.fresh[at])
        if place >= 0:
            figures = {name: int(columns[name][place]) for name in ("amount", "covered", "paid")}
        else:
            place = int(reversed_.places[at])
            key, start = _key(reversed_.stored, place)
            figures = settlement.replayed_figures(key, start) or {
                name: int(reversed_.stored[name][place]) for name in ("amount", "covered", "paid")
            }
            was_late = int(reversed_.stored["flags"][place]) & late
            if int(columns["flags"][row]) & late and was_late:
                # Its amount is its own: nothing is shared out anew.
                rows.charges[row] = 0
        for name in ("amount", "covered", "paid"):
            columns[name][row] = -figures[name]


def store_corrections(rows: UsageRows, source: UsageSource) -> None:
    """Note which record each correction reverses."""
    columns = rows.columns
    UsageCorrection.objects.bulk_create(
        [
            UsageCorrection(
                source=source,
                key=UUID(bytes=columns["key"][row].tobytes()),
                start_at=instant(int(columns["start_at"][row])),
                corrected_key=UUID(bytes=key),
                corrected_start_at=instant(start),
            )
            for row, (key, start) in rows.targets.items()
        ],
        batch_size=2000,
    )


class _Candidates:
    """The records that corrections may mean, by the key that their source knows."""

    def __init__(self, *parts: Columns) -> None:
        self._found: dict[bytes, list[tuple[Columns, int]]] = {}
        self._parts = parts
        self._known = False

    def nearest(self, key: bytes, start: int, reach: int) -> tuple[Columns, int] | None:
        """The record of this key that started nearest, within the reach of an id."""
        if not self._known:
            self._learn()
        near = [
            (abs(int(columns["start_at"][place]) - start), columns, place)
            for columns, place in self._found.get(key, ())
        ]
        near = [each for each in near if each[0] <= reach]
        if not near:
            return None
        _, columns, place = min(near, key=lambda each: each[0])
        return columns, place

    def _learn(self) -> None:
        self._known = True
        for columns in self._parts:
            for place, key in enumerate(columns.get("named", columns["key"])):
                self._found.setdefault(key.tobytes(), []).append((columns, place))


def _key(columns: Columns, place: int) -> Key:
    return columns["key"][place].tobytes(), int(columns["start_at"][place])


def _corrected(stored: Columns) -> set[Key]:
    """Which of these records are reversed already."""
    if not len(stored["key"]):
        return set()
    keys = [UUID(bytes=key.tobytes()) for key in stored["key"]]
    return {
        (row.corrected_key.bytes, epoch_microseconds(row.corrected_start_at))
        for row in UsageCorrection.objects.filter(corrected_key__in=keys)
    }


_UNKNOWN = Trouble(
    SuspendedUsage.Reason.INVALID,
    "it corrects a record that isn't rated",
    "release it once the record is rated, or correct the id that it names",
    "correction",
)


def _trouble(found: tuple[Columns, int] | None, taken: set[Key]) -> Trouble | None:
    if found is None:
        return _UNKNOWN
    columns, place = found
    if int(columns["flags"][place]) & _FLAG.CORRECTION:
        return Trouble(
            SuspendedUsage.Reason.INVALID,
            "it corrects a correction",
            "ask the source for a record instead",
            "correction",
        )
    if _key(columns, place) in taken:
        return Trouble(
            SuspendedUsage.Reason.INVALID,
            "the record that it corrects is reversed already",
            "ask the source whether it sent the correction twice",
            "correction",
        )
    return None


def _rows(
    batch: EventBatch,
    chosen: list[tuple[int, Columns, int]],
    source: UsageSource,
    fresh: UsageRows,
    accounts: dict[int, AccountPeriods],
    terms: BrandTerms,
) -> UsageRows:
    """The corrections as records: all of their records' but their own identity, with the other
    sign."""
    own = np.array([row for row, _, _ in chosen], np.int64)
    columns: Columns = {
        name: np.array([record[name][place] for _, record, place in chosen], column.dtype)
        for name, column in fresh.columns.items()
        if name not in ("content", "brand_id", "file_id", "source_id", "line_number")
    }
    charges = cumulative_charges(columns, terms)
    charges[(columns["flags"] & _FLAG.PRICED) > 0] = 0
    targets = {at: _key(record, place) for at, (_, record, place) in enumerate(chosen)}
    late = np.array(
        [
            accounts[account].is_closed(day_of(start))
            for account, start in zip(
                columns["account_id"].tolist(), columns["origin_start"].tolist(), strict=True
            )
        ],
        np.bool_,
    )
    columns["flags"] = (columns["flags"] & int(_KEPT_FLAGS)) | int(_FLAG.CORRECTION)
    columns["flags"][late] |= int(_FLAG.LATE)
    columns["period_start"] = np.array(
        [
            _open_period(accounts[account], start)
            for account, start in zip(
                columns["account_id"].tolist(), columns["origin_start"].tolist(), strict=True
            )
        ],
        np.int64,
    )
    for name in _MIRRORED:
        columns[name] = -columns[name]
    columns |= {
        "start_at": batch.starts[own],
        "key": batch.keys[own],
        "content": batch.contents[own],
        "line_number": batch.line_numbers[own],
    }
    settled = (columns["flags"] & _FLAG.PRICED) > 0
    unfinished = np.array([record is fresh.columns for _, record, _ in chosen], np.bool_)
    return UsageRows(
        columns=columns,
        before=columns["amount"].copy(),
        parts=of_one_segment(np.abs(columns["billed"])),
        charges=charges,
        # Of a closed period, only what its record takes in this very batch is given back in it.
        consuming=~settled & (unfinished | ~late),
        ranks=np.full(len(own), terms.source_ranks.get(source.pk, 0)),
        floors=np.full(len(own), None, object),
        targets=targets,
    )


def _open_period(account: AccountPeriods, origin: int) -> int:
    """The usage period with which it is billed, in days since 1970."""
    if account.closed_until is None:
        return origin
    return max(origin, epoch_day(account.closed_until))

"""Take one part of a usage file in: every line rated, duplicate, suspended or ignored, at once."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import numpy as np
from django.db import connection, transaction
from django.db.models import Max, Sum

from accounts.models import Account
from billing.usage.directory import Directory, Owner, Placement, PriceLists
from billing.usage.intake.events import Event, EventReader, Trouble
from billing.usage.intake.framing import CheckedFile, FilePart, lines_of
from billing.usage.intake.layouts import Layout
from billing.usage.local_days import local_days
from billing.usage.models import (
    SuspendedUsage,
    UsageFile,
    UsageFileSlice,
    UsageSource,
)
from billing.usage.partitions import existing_months
from billing.usage.price_tables import PriceTables
from billing.usage.pricing import PricedEvents, price_events
from billing.usage.seen import sort_out
from billing.usage.services.store_usage import add_to_summaries, store_records, store_suspended
from core.errors import DomainError

Suspended = list[tuple[Event, Trouble]]

# Little is gained by squeezing harder: the raw lines are read again only when somebody asks.
_COMPRESSION = 3
_TOTALS = ("rated", "duplicates", "suspended", "ignored", "quantity", "quantity_rated")


@dataclass(slots=True)
class PartTotals:
    """What became of a part's lines. Units by usage type, amounts in millionths by currency."""

    rows: int = 0
    rated: int = 0
    duplicates: int = 0
    ignored: int = 0
    units: Counter[int] = field(default_factory=Counter)
    amounts: Counter[str] = field(default_factory=Counter)
    suspended: Suspended = field(default_factory=list)


@transaction.atomic
def take_in_part(
    *,
    source: UsageSource,
    checked: CheckedFile,
    part: FilePart,
    layout: Layout,
    reader: EventReader,
    tables: PriceTables,
    now: datetime,
) -> PartTotals | None:
    """Rate and store the lines of a part, in one transaction; None if it is stored already.

    Parts of one source are taken in one after the other, so that a record is never taken twice;
    accounts are locked in the order of their ids, so that no period closes meanwhile.
    """
    raw = checked.bytes_of(part)
    lines = lines_of(raw, part, layout)
    events, ignored = reader.read(lines)
    UsageSource.objects.select_for_update(no_key=True).get(pk=source.pk)
    file = UsageFile.objects.get_or_create(
        source=source,
        sha256=checked.sha256,
        defaults={"name": checked.path.name[:255], "size": checked.size, "imported_at": now},
    )[0]
    if _is_stored(file, part):
        return None
    _refuse_missing_months(events)
    came = sort_out(events, source.id_reuse_days)
    found, places, troubled = _place(source, came.fresh)
    priced = price_events(found, places, tables)
    suspended = [*came.suspended, *troubled, *priced.suspended]
    totals = PartTotals(
        rows=len(lines),
        rated=len(priced.places),
        duplicates=came.duplicates,
        ignored=ignored,
        suspended=sorted(suspended, key=lambda item: item[0].line.number),
    )
    _count(totals, priced)
    _store(file, priced, totals.suspended)
    _store_slice(file, part, raw, totals, quantity=sum(event.quantity or 0 for event in events))
    if part is checked.parts[-1]:
        _publish(file)
    return totals


def _is_stored(file: UsageFile, part: FilePart) -> bool:
    last_line: int = file.slices.aggregate(last=Max("last_line"))["last"] or 0
    if last_line < part.first_line - 1 or part.first_line <= last_line < part.last_line:
        raise DomainError(
            f"{file.name} is being imported by somebody else too; import it again afterwards."
        )
    return last_line >= part.last_line


def _refuse_missing_months(events: Sequence[Event]) -> None:
    """Events of months without a partition are invalid, and say how to mend that."""
    starts = [event.start or 0 for event in events]
    months = np.array(starts, "datetime64[us]").astype("datetime64[M]")
    with connection.cursor() as cursor:
        there = existing_months(cursor)
    missing = [month for month in np.unique(months).tolist() if month not in there]
    for row in np.flatnonzero(np.isin(months, np.array(missing, "datetime64[M]"))).tolist():
        event, month = events[row], months[row].item()
        if event.start is not None and event.trouble is None:
            event.trouble = Trouble(
                SuspendedUsage.Reason.INVALID,
                f"no partition for {month:%Y-%m}",
                f"correct the time, or run ensure_partitions --from {month:%Y-%m}",
            )


def _place(
    source: UsageSource, events: Sequence[Event]
) -> tuple[list[Event], list[Placement], Suspended]:
    """Find whose each event is; lock these accounts; find what prices it."""
    starts = np.array([event.start for event in events], np.int64) // 1_000_000
    days = local_days(starts, source.brand.zone)
    directory = Directory(source.brand, {name for event in events for name in event.services})
    owners: dict[tuple[tuple[str, ...], date], Owner | Trouble] = {}
    for event, day in zip(events, days, strict=True):
        if (event.services, day) not in owners:
            owners[event.services, day] = directory.find(event.services, day)
    ids = {owner.account_id for owner in owners.values() if isinstance(owner, Owner)}
    lists = PriceLists(directory.plan_ids, _lock_accounts(ids))
    known: dict[tuple[tuple[str, ...], date, int], Placement | Trouble] = {}
    found: list[Event] = []
    places: list[Placement] = []
    troubled: Suspended = []
    for event, day in zip(events, days, strict=True):
        key = (event.services, day, event.usage_type or 0)
        place = known.get(key)
        if place is None:
            owner = owners[event.services, day]
            place = owner if isinstance(owner, Trouble) else lists.place(owner, day, key[2])
            known[key] = place
        if isinstance(place, Trouble):
            troubled.append((event, place))
        else:
            found.append(event)
            places.append(place)
    return found, places, troubled


def _lock_accounts(ids: set[int]) -> list[Account]:
    return list(
        Account.objects.filter(pk__in=ids)
        .order_by("pk")
        .select_for_update(no_key=True)
        .only("number", "bill_day", "currency", "usage_closed_until")
    )


def _store(file: UsageFile, priced: PricedEvents, suspended: Suspended) -> None:
    if priced.places:
        count = len(priced.places)
        columns = priced.columns | {
            "source_id": np.full(count, file.source_id),
            "file_id": np.full(count, file.pk),
            "brand_id": np.full(count, file.source.brand_id),
        }
        store_records(columns)
        add_to_summaries(columns)
    if suspended:
        store_suspended(file, suspended)


def _store_slice(
    file: UsageFile, part: FilePart, raw: bytes, totals: PartTotals, *, quantity: int
) -> None:
    UsageFileSlice.objects.create(
        file=file,
        position=file.slices.count(),
        first_line=part.first_line,
        last_line=part.last_line,
        raw=zlib.compress(raw, _COMPRESSION),
        rated=totals.rated,
        duplicates=totals.duplicates,
        suspended=len(totals.suspended),
        ignored=totals.ignored,
        quantity=quantity,
        quantity_rated=totals.units.total(),
    )


def _publish(file: UsageFile) -> None:
    """The file is done: its totals are those of its slices."""
    sums = file.slices.aggregate(**{name: Sum(name) for name in _TOTALS})
    for name in _TOTALS:
        setattr(file, name, int(sums[name]))
    file.rows = file.rated + file.duplicates + file.suspended + file.ignored
    file.state = UsageFile.State.DONE
    file.save(update_fields=("state", "rows", *_TOTALS))


def _count(totals: PartTotals, priced: PricedEvents) -> None:
    units, amounts = priced.columns["quantity"].tolist(), priced.columns["amount"].tolist()
    types = priced.columns["usage_type"].tolist()
    for place, usage_type, quantity, amount in zip(
        priced.places, types, units, amounts, strict=True
    ):
        totals.units[usage_type] += quantity
        totals.amounts[place.currency] += amount

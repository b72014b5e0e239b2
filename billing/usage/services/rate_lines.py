"""Rate lines of a file and store the records: the way that imports and releases share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from django.db import connection

from accounts.models import Account
from billing.usage.directory import Directory, Owner, Placement, PriceLists
from billing.usage.intake.events import Event, Trouble
from billing.usage.local_days import local_days
from billing.usage.models import SuspendedUsage, UsageFile, UsageSource
from billing.usage.partitions import existing_months
from billing.usage.price_tables import PriceTables
from billing.usage.pricing import PricedEvents, price_events
from billing.usage.seen import sort_out
from billing.usage.services.store_usage import add_to_summaries, store_records
from billing.usage.totals import PartTotals, Suspended


def rate_lines(
    *,
    source: UsageSource,
    file: UsageFile,
    events: Sequence[Event],
    tables: PriceTables,
    waiting: bool = False,
) -> tuple[PartTotals, PricedEvents]:
    """Store what can be rated of a file's lines; say what became of all, and what was stored.

    The caller holds the lock of the source, so that a record is never taken twice; accounts are
    locked here in the order of their ids, so that no period closes meanwhile. `waiting`: the lines
    are in suspense already, and only what came before each of them counts as seen. Lines that
    can't be rated are in the totals, by number, and not stored.
    """
    _refuse_missing_months(events)
    came = sort_out(events, source.id_reuse_days, waiting_in=file.pk if waiting else None)
    found, places, troubled = _place(source, came.fresh)
    priced = price_events(found, places, tables)
    totals = PartTotals(
        rated=len(priced.places),
        duplicates=came.duplicates,
        suspended=sorted(
            [*came.suspended, *troubled, *priced.suspended], key=lambda item: item[0].line.number
        ),
    )
    _count(totals, priced)
    _store(source, file, priced)
    return totals, priced


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


def _store(source: UsageSource, file: UsageFile, priced: PricedEvents) -> None:
    if priced.places:
        count = len(priced.places)
        columns = priced.columns | {
            "source_id": np.full(count, source.pk),
            "file_id": np.full(count, file.pk),
            "brand_id": np.full(count, source.brand_id),
        }
        store_records(columns)
        add_to_summaries(columns)


def _count(totals: PartTotals, priced: PricedEvents) -> None:
    units, amounts = priced.columns["quantity"].tolist(), priced.columns["amount"].tolist()
    types = priced.columns["usage_type"].tolist()
    for place, usage_type, quantity, amount in zip(
        priced.places, types, units, amounts, strict=True
    ):
        totals.units[usage_type] += quantity
        totals.amounts[place.currency] += amount

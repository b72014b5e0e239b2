"""Rate lines of a file and store the records: the way that imports and releases share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from billing.usage.allowances.periods import AccountPeriods
from billing.usage.allowances.settling import Columns, Settlement, account_periods
from billing.usage.allowances.usage_rows import UsageRows
from billing.usage.dropped_events import refuse_dropped
from billing.usage.intake.batch import EventBatch
from billing.usage.intake.events import Trouble
from billing.usage.models import SuspendedUsage, UsageFile, UsageSource
from billing.usage.own_ids import FreshLines, OwnIds
from billing.usage.partitions import existing_months
from billing.usage.placing import Places
from billing.usage.price_tables import PriceTables
from billing.usage.pricing import price_events, usage_rows
from billing.usage.reversals import (
    Reversals,
    find_naming,
    mirror,
    reversals,
    store_corrections,
)
from billing.usage.seen import sort_out_batch
from billing.usage.services.raise_alerts import raise_alerts
from billing.usage.services.store_usage import add_to_summaries, store_records
from billing.usage.totals import PartTotals, Suspended


def rate_lines(
    *,
    source: UsageSource,
    file: UsageFile,
    batch: EventBatch,
    tables: PriceTables,
    places: Places,
    header: Sequence[str] = (),
    ids: Mapping[int, bytes] | None = None,
    waiting: bool = False,
    now: datetime,
) -> tuple[PartTotals, Columns]:
    """Store what can be rated of a file's lines; say what became of all, and what was stored.

    The caller holds the lock of the source, so that a record is never taken twice; accounts are
    locked here in the order of their ids, so that no period closes meanwhile. `waiting`: the lines
    are in suspense already, and only what came before each of them counts as seen. `header` is the
    file's header line, if it has one; `ids` are those of lines that nobody wrote, by number. Lines
    that can't be rated are in the totals, by number, and not stored. What the rest crosses counts
    as crossed `now`.
    """
    _refuse_missing_months(batch)
    refuse_dropped(batch, source.brand, now)
    came = sort_out_batch(batch, source.id_reuse_days, waiting_in=file.pk if waiting else None)
    naming, others = find_naming(batch, came.fresh, source)
    placed = places.place(batch, others, also=naming.account_ids)
    usage_terms = places.usage_terms
    priced = price_events(
        batch, placed, tables, terms=usage_terms.terms, supplier_id=source.supplier_id
    )
    accounts = account_periods(
        naming.account_ids | set(np.unique(priced.columns["account_id"]).tolist())
    )
    columns = _of_file(source, file, priced.columns)
    refused: Suspended = []
    repriced: set[tuple[int, int]] = set()
    if len(naming.rows) or not usage_terms.is_empty:
        rows = usage_rows(priced, usage_terms.terms)
        reversed_ = reversals(batch, naming, source, rows, accounts, usage_terms.terms)
        refused = reversed_.refused
        own_ids = OwnIds(FreshLines(file.pk, header, batch.text_of, ids or {}))
        settlement = Settlement(usage_terms, tables, own_ids)
        columns = _settle(source, file, rows, reversed_, settlement, accounts)
        repriced = settlement.repriced
    elif len(priced.places):
        store_records(columns)
        add_to_summaries(columns, source.brand.zone)
    totals = PartTotals(
        rated=len(columns["start_at"]),
        duplicates=came.duplicates,
        duplicate_units=came.duplicate_units,
        suspended=sorted(
            [*came.suspended, *placed.troubled, *priced.suspended, *refused],
            key=lambda item: item[0].line.number,
        ),
    )
    _count(totals, columns, accounts)
    raise_alerts(
        source.brand,
        columns,
        accounts,
        has_allowances=bool(usage_terms.terms.plans_with_allowances),
        repriced=repriced,
        now=now,
    )
    return totals, columns


def _refuse_missing_months(batch: EventBatch) -> None:
    """Events of months without a partition are invalid, and say how to mend that."""
    months = batch.starts.astype("datetime64[us]").astype("datetime64[M]")
    with connection.cursor() as cursor:
        there = existing_months(cursor)
    missing = [month for month in np.unique(months).tolist() if month not in there]
    without = np.isin(months, np.array(missing, "datetime64[M]"))
    for row in np.flatnonzero(without & batch.readable).tolist():
        month = months[row].item()
        batch.refuse(
            row,
            Trouble(
                SuspendedUsage.Reason.INVALID,
                f"no partition for {month:%Y-%m}",
                f"correct the time, or run ensure_partitions --from {month:%Y-%m}",
                f"month {month:%Y-%m}",
            ),
        )


def _of_file(source: UsageSource, file: UsageFile, columns: Columns) -> Columns:
    count = len(columns["start_at"])
    columns["source_id"] = np.full(count, source.pk)
    columns["file_id"] = np.full(count, file.pk)
    columns["brand_id"] = np.full(count, source.brand_id)
    return columns


def _settle(
    source: UsageSource,
    file: UsageFile,
    fresh: UsageRows,
    reversed_: Reversals,
    settlement: Settlement,
    accounts: dict[int, AccountPeriods],
) -> Columns:
    """Store records and corrections with what allowances and cumulative prices leave of them."""
    rows = fresh
    if len(reversed_.rows):
        _of_file(source, file, reversed_.rows.columns)
        rows = fresh.followed_by(reversed_.rows)
    settlement.consume(rows, accounts.values(), returned=reversed_.stored_ones())
    mirror(reversed_, rows, len(fresh), settlement)
    settlement.count(rows)
    if len(rows):
        store_records(rows.columns)
    store_corrections(rows, source)
    settlement.finish(rows.columns)
    return rows.columns


def _count(totals: PartTotals, columns: Columns, accounts: dict[int, AccountPeriods]) -> None:
    units, types = columns["quantity"], columns["usage_type"]
    for usage_type in np.unique(types).tolist():
        totals.units[usage_type] += int(units[types == usage_type].sum())
    for currency, amounts in _by_currency(columns, accounts):
        totals.amounts[currency] += int(amounts.sum())


def _by_currency(
    columns: Columns, accounts: dict[int, AccountPeriods]
) -> Iterator[tuple[str, NDArray[np.int64]]]:
    ids = np.array(sorted(accounts), np.int64)
    currencies = np.array([accounts[each].currency for each in ids.tolist()])
    if len(columns["account_id"]):
        of_row = currencies[np.searchsorted(ids, columns["account_id"])]
        for currency in np.unique(of_row).tolist():
            yield currency, columns["amount"][of_row == currency]

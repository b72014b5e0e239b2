"""Rate lines of a file and store the records: the way that imports and releases share."""

from __future__ import annotations

import numpy as np
from django.db import connection

from billing.usage.allowances.settling import (
    Columns,
    Settlement,
    UsageTerms,
    account_periods,
)
from billing.usage.intake.batch import EventBatch
from billing.usage.intake.events import Trouble
from billing.usage.models import SuspendedUsage, UsageFile, UsageSource
from billing.usage.partitions import existing_months
from billing.usage.placing import PlacedRows, Places
from billing.usage.price_tables import PriceTables
from billing.usage.pricing import PricedEvents, price_events, usage_rows
from billing.usage.seen import sort_out_batch
from billing.usage.services.store_usage import add_to_summaries, store_records
from billing.usage.totals import PartTotals


def rate_lines(
    *,
    source: UsageSource,
    file: UsageFile,
    batch: EventBatch,
    tables: PriceTables,
    places: Places,
    waiting: bool = False,
) -> tuple[PartTotals, PricedEvents]:
    """Store what can be rated of a file's lines; say what became of all, and what was stored.

    The caller holds the lock of the source, so that a record is never taken twice; accounts are
    locked here in the order of their ids, so that no period closes meanwhile. `waiting`: the lines
    are in suspense already, and only what came before each of them counts as seen. Lines that
    can't be rated are in the totals, by number, and not stored.
    """
    _refuse_missing_months(batch)
    came = sort_out_batch(batch, source.id_reuse_days, waiting_in=file.pk if waiting else None)
    placed = places.place(batch, came.fresh)
    usage_terms = places.usage_terms
    priced = price_events(
        batch,
        placed,
        tables,
        supplier_id=source.supplier_id,
        with_parts=not usage_terms.is_empty,
    )
    totals = PartTotals(
        rated=len(priced.places),
        duplicates=came.duplicates,
        suspended=sorted(
            [*came.suspended, *placed.troubled, *priced.suspended],
            key=lambda item: item[0].line.number,
        ),
    )
    columns = _of_file(source, file, priced.columns)
    if totals.rated and usage_terms.is_empty:
        store_records(columns)
        add_to_summaries(columns)
    elif totals.rated:
        _settle(usage_terms, tables, priced, columns)
    _count(totals, priced, placed)
    return totals, priced


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
            ),
        )


def _of_file(source: UsageSource, file: UsageFile, columns: Columns) -> Columns:
    count = len(columns["start_at"])
    columns["source_id"] = np.full(count, source.pk)
    columns["file_id"] = np.full(count, file.pk)
    columns["brand_id"] = np.full(count, source.brand_id)
    return columns


def _settle(
    usage_terms: UsageTerms, tables: PriceTables, priced: PricedEvents, columns: Columns
) -> None:
    """Store records with what allowances and cumulative prices leave of their amounts."""
    rows = usage_rows(priced, usage_terms.terms)
    settlement = Settlement(usage_terms, tables)
    settlement.consume(rows, account_periods(np.unique(columns["account_id"]).tolist()).values())
    store_records(columns)
    settlement.finish(columns)


def _count(totals: PartTotals, priced: PricedEvents, placed: PlacedRows) -> None:
    units, types = priced.columns["quantity"], priced.columns["usage_type"]
    for usage_type in np.unique(types).tolist():
        totals.units[usage_type] += int(units[types == usage_type].sum())
    currencies = np.array([place.currency for place in placed.placements], object)[priced.places]
    for currency in set(currencies.tolist()):
        totals.amounts[currency] += int(priced.columns["amount"][currencies == currency].sum())

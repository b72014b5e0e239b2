"""Store lines of a file: rated records, their sums, the lines in suspense, the file's totals.

Records go in by binary COPY, built of whole columns; that is why they are all of fixed width.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection
from django.db.models import Sum
from numpy.typing import NDArray

from billing.usage.array_texts import integer_array
from billing.usage.binary_records import WRITTEN, in_key_order, packed
from billing.usage.daily import add_to_days
from billing.usage.groups import groups_of
from billing.usage.intake.events import Event, Trouble
from billing.usage.intake.normalising import instant
from billing.usage.models import SuspendedUsage, UsageFile
from billing.usage.slices import COUNTED

Columns = Mapping[str, NDArray[Any]]

SUSPENSE_COLUMNS = (
    "reason",
    "detail",
    "cause",
    "key",
    "content",
    "start_at",
    "service",
    "called",
    "usage_type",
    "quantity",
)
SUMMARY_KEY = (
    "account_id",
    "subscription_id",
    "period_start",
    "origin_start",
    "category_id",
    "plan_version_id",
    "usage_type",
)
_SUMS = ("records", "quantity", "billed", "covered", "paid", "amount", "cost")

_ADD_TO_SUMMARIES = """
    INSERT INTO billing_usagesummary AS summary (
        account_id, subscription_id, period_start, origin_start, category_id, plan_version_id,
        usage_type, records, quantity, billed, covered, paid, amount, cost
    )
    SELECT account_id, subscription_id, DATE '1970-01-01' + period_start,
           DATE '1970-01-01' + origin_start, category_id, plan_version_id, usage_type,
           records, quantity, billed, covered, paid, amount, cost
    FROM unnest(
        %s::bigint[], %s::bigint[], %s::integer[], %s::integer[], %s::bigint[], %s::bigint[],
        %s::smallint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[],
        %s::bigint[], %s::bigint[]
    ) AS fresh (
        account_id, subscription_id, period_start, origin_start, category_id, plan_version_id,
        usage_type, records, quantity, billed, covered, paid, amount, cost
    )
    ON CONFLICT (
        subscription_id, period_start, origin_start, category_id, plan_version_id, usage_type
    ) DO UPDATE SET
        records = summary.records + excluded.records,
        quantity = summary.quantity + excluded.quantity,
        billed = summary.billed + excluded.billed,
        covered = summary.covered + excluded.covered,
        paid = summary.paid + excluded.paid,
        amount = summary.amount + excluded.amount,
        cost = summary.cost + excluded.cost
"""


def store_records(columns: Columns) -> None:
    """COPY records in. Columns as `UsageRecord`'s fields, all of one length.

    `start_at` is in microseconds since 1970 UTC; dates are days since 1970. Rows go in by the order
    of their keys, so that neighbours meet the same pages of the index by key.
    """
    query = f"COPY billing_usagerecord ({', '.join(WRITTEN)}) FROM STDIN (FORMAT BINARY)"
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        for block in packed(columns, in_key_order(columns["key"])):
            copy.write(block)


def add_to_summaries(columns: Columns, zone: str) -> None:
    """Add records' figures to their summaries and days, under the locks of their accounts.

    Each counts as one record, unless `records` says otherwise. What has no `start_at` is of no
    day: a cumulative price. `zone` is the brand's.
    """
    if "start_at" in columns:
        add_to_days(columns, zone)
    firsts, group = groups_of([columns[name] for name in SUMMARY_KEY])
    order = np.argsort(group, kind="stable")
    edges = np.searchsorted(group[order], np.arange(len(firsts)))
    figures = {"records": np.ones(len(group), np.int64), **columns}
    values = [columns[name][firsts] for name in SUMMARY_KEY]
    values += [np.add.reduceat(figures[name][order], edges) for name in _SUMS]
    with connection.cursor() as cursor:
        cursor.execute(_ADD_TO_SUMMARIES, [integer_array(column) for column in values])


def store_suspended(file: UsageFile, suspended: Iterable[tuple[Event, Trouble]]) -> None:
    """Keep lines that could not be rated, with the reason and the way to mend it."""
    source = file.source
    first = "brand_id, source_id, file_id, line_number, raw, state, discard_reason"
    names = ", ".join((first, *SUSPENSE_COLUMNS))
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY billing_suspendedusage ({names}) FROM STDIN") as copy,
    ):
        for event, trouble in suspended:
            copy.write_row(
                (
                    source.brand_id,
                    source.pk,
                    file.pk,
                    event.line.number,
                    event.line.text,
                    str(SuspendedUsage.State.OPEN),
                    "",
                    *suspense_values(event, trouble),
                )
            )


def suspense_values(event: Event, trouble: Trouble) -> tuple[Any, ...]:
    """What a line in suspense says of itself and its trouble: `SUSPENSE_COLUMNS`."""
    return (
        str(trouble.reason),
        "; ".join(filter(None, (trouble.what, trouble.remedy)))[:300],
        trouble.cause[:100],
        UUID(bytes=event.key),
        UUID(bytes=event.content),
        None if event.start is None else instant(event.start),
        event.services[0][:100],
        (event.called or "")[:100],
        event.usage_type,
        event.quantity,
    )


def publish_totals(file: UsageFile) -> None:
    """The file is done: its totals are those of its slices."""
    sums = file.slices.aggregate(**{name: Sum(name) for name in COUNTED})
    for name in COUNTED:
        setattr(file, name, int(sums[name]))
    file.rows = file.rated + file.duplicates + file.suspended + file.discarded + file.ignored
    file.state = UsageFile.State.DONE
    file.save(update_fields=("state", "rows", *COUNTED))

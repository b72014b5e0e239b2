"""Invariants of usage: nothing lost, nothing twice, sums that are the sums of their records."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from django.db import connection
from django.db.models import F, Sum

from billing.usage.models import UsageFile, UsageRecord, UsageSource
from billing.usage.slices import COUNTED, lines_taken
from core.audit import invariant

# What slices say of a file, against the file itself and the rows that are stored of it.
_RERATED = int(UsageRecord.Flag.RERATED)
_FILES = f"""
    WITH slices AS (
        SELECT file_id, {", ".join(f"sum({name}) AS {name}" for name in COUNTED)},
               count(*) AS slices, max(position) + 1 AS positions
        FROM billing_usagefileslice GROUP BY file_id
    ), records AS (
        SELECT file_id, count(*) AS rated, sum(quantity) AS quantity
        FROM billing_usagerecord WHERE flags & {_RERATED} = 0 GROUP BY file_id
    ), suspense AS (
        SELECT file_id, count(*) FILTER (WHERE state = 'open') AS suspended,
               coalesce(sum(quantity) FILTER (WHERE state = 'open'), 0) AS quantity_suspended,
               count(*) FILTER (WHERE state = 'discarded') AS discarded,
               coalesce(sum(quantity) FILTER (WHERE state = 'discarded'), 0) AS quantity_discarded,
               count(*) AS lines
        FROM billing_suspendedusage GROUP BY file_id
    )
    SELECT file.id, file.name,
           file.state <> 'rolled_back' AND (
               coalesce(slices.rated, 0) <> coalesce(records.rated, 0) + file.rated_dropped
               OR coalesce(slices.quantity_rated, 0)
                  <> coalesce(records.quantity, 0) + file.quantity_dropped
           ),
           file.state <> 'rolled_back' AND (
               coalesce(slices.suspended, 0) <> coalesce(suspense.suspended, 0)
               OR coalesce(slices.quantity_suspended, 0) <> coalesce(suspense.quantity_suspended, 0)
               OR coalesce(slices.discarded, 0) <> coalesce(suspense.discarded, 0)
               OR coalesce(slices.quantity_discarded, 0) <> coalesce(suspense.quantity_discarded, 0)
           ),
           slices.slices <> slices.positions,
           slices.quantity <> slices.quantity_rated + slices.quantity_duplicates
                              + slices.quantity_suspended + slices.quantity_discarded,
           file.state = 'done' AND (
               slices.slices IS NULL
               OR {" OR ".join(f"file.{name} <> slices.{name}" for name in COUNTED)}
               OR file.rows <> file.rated + file.duplicates + file.suspended + file.discarded
                               + file.ignored
           ),
           file.state = 'rolled_back' AND (records.rated > 0 OR suspense.lines > 0)
    FROM billing_usagefile file
    LEFT JOIN slices ON slices.file_id = file.id
    LEFT JOIN records ON records.file_id = file.id
    LEFT JOIN suspense ON suspense.file_id = file.id
"""  # noqa: S608 - the texts are constants
_FILE_FAULTS = (
    "its counts or units differ from the records that are stored",
    "its counts or units of suspended lines differ from the lines in suspense",
    "slices of it are missing",
    "its units don't add up",
    "its totals differ from those of its slices",
    "it was rolled back, but something of it is still there",
)

# What a re-rating made of a billed record has its line.
_LINES_TWICE = f"""
    SELECT file_id, line_number, count(*)
    FROM (
        SELECT file_id, line_number FROM billing_usagerecord WHERE flags & {_RERATED} = 0
        UNION ALL
        SELECT file_id, line_number FROM billing_suspendedusage WHERE state <> 'released'
    ) line
    GROUP BY file_id, line_number HAVING count(*) > 1
"""  # noqa: S608 - the texts are constants

# Records have no foreign keys: they are too many.
_POINTERS = (
    ("account_id", "accounts_account"),
    ("subscription_id", "accounts_subscription"),
    ("number_id", "accounts_servicenumber"),
    ("plan_version_id", "catalog_planversion"),
    ("category_id", "catalog_usagecategory"),
    ("rate_id", "catalog_rate"),
    ("brand_id", "core_brand"),
    ("source_id", "billing_usagesource"),
    ("file_id", "billing_usagefile"),
)

_WITHOUT_RATE = int(
    UsageRecord.Flag.PRICED | UsageRecord.Flag.CORRECTION | UsageRecord.Flag.CUMULATIVE
)

_OTHER_ACCOUNT = """
    SELECT DISTINCT record.subscription_id, record.account_id
    FROM billing_usagerecord record
    JOIN accounts_subscription subscription ON subscription.id = record.subscription_id
    WHERE subscription.account_id <> record.account_id
"""

_WRONG_PERIOD = """
    SELECT id FROM billing_usagerecord
    WHERE (flags & 1 = 1) <> (period_start <> origin_start) OR period_start < origin_start
"""

# What cumulative prices cost stands beside the records that they count, what the retention dropped
# beside those that are left.
_SUMMARIES = """
    WITH parts AS (
        SELECT account_id, subscription_id, period_start, origin_start, category_id,
               plan_version_id, usage_type, count(*) AS records, sum(quantity) AS quantity,
               sum(billed) AS billed, sum(covered) AS covered, sum(paid) AS paid,
               sum(amount) AS amount,
               sum(cost) AS cost
        FROM billing_usagerecord GROUP BY 1, 2, 3, 4, 5, 6, 7
        UNION ALL
        SELECT account_id, subscription_id, period_start, origin_start, category_id,
               plan_version_id, usage_type, records, quantity, billed, covered, paid, amount, cost
        FROM billing_droppedusage
        UNION ALL
        SELECT subscription.account_id, counted.subscription_id, counted.origin_start,
               counted.origin_start, counted.category_id, counted.plan_version_id,
               counted.usage_type, 0, 0, 0, 0, 0, counted.amount, 0
        FROM billing_cumulativeusage counted
        JOIN accounts_subscription subscription ON subscription.id = counted.subscription_id
    ), sums AS (
        SELECT account_id, subscription_id, period_start, origin_start, category_id,
               plan_version_id, usage_type, sum(records) AS records, sum(quantity) AS quantity,
               sum(billed) AS billed, sum(covered) AS covered, sum(paid) AS paid,
               sum(amount) AS amount, sum(cost) AS cost
        FROM parts GROUP BY 1, 2, 3, 4, 5, 6, 7
    )
    SELECT coalesce(summary.subscription_id, sums.subscription_id),
           coalesce(summary.period_start, sums.period_start),
           coalesce(summary.origin_start, sums.origin_start),
           coalesce(summary.category_id, sums.category_id),
           summary.records, sums.records, summary.amount, sums.amount
    FROM billing_usagesummary summary
    FULL JOIN sums USING (
        account_id, subscription_id, period_start, origin_start, category_id, plan_version_id,
        usage_type
    )
    WHERE (
        summary.records, summary.quantity, summary.billed, summary.covered, summary.paid,
        summary.amount, summary.cost
    ) IS DISTINCT FROM (
        sums.records, sums.quantity, sums.billed, sums.covered, sums.paid, sums.amount, sums.cost
    )
"""


@invariant("I4", "each line of a usage file ends in exactly one place, and its file counts it")
def lines_end_in_one_place() -> Iterator[str]:
    """A sentence for each file whose counts are wrong, and each line that is stored twice."""
    with connection.cursor() as cursor:
        cursor.execute(_FILES)
        for file_id, name, *faults in cursor.fetchall():
            for sentence, fault in zip(_FILE_FAULTS, faults, strict=True):
                if fault:
                    yield f"usage file {file_id} ({name}): {sentence}"
        cursor.execute(_LINES_TWICE)
        for file_id, line_number, count in cursor.fetchall():
            yield f"usage file {file_id}: line {line_number} is stored {count} times"
    for file in UsageFile.objects.iterator():
        if not _slices_are_whole(file):
            yield f"usage file {file.pk} ({file.name}): its slices leave holes or overlap"


def _slices_are_whole(file: UsageFile) -> bool:
    """Whether no line is in two slices, and, if the file is done, each is in one."""
    lines = lines_taken(file)
    counted = file.slices.aggregate(lines=Sum("line_count"))["lines"] or 0
    steps = np.diff(lines)
    if file.state == UsageFile.State.DONE:
        return len(lines) == counted and bool((steps == 1).all()) and lines[:1].tolist() == [1]
    return len(lines) == counted and bool((steps > 0).all())


@invariant("I4b", "each usage record names rows that exist, and the period it belongs to")
def records_point_somewhere() -> Iterator[str]:
    """A sentence for each id that usage records name and nothing has, and each wrong period."""
    with connection.cursor() as cursor:
        for column, table in _POINTERS:
            cursor.execute(
                f"SELECT {column}, count(*) FROM billing_usagerecord record "  # noqa: S608
                f"WHERE NOT EXISTS (SELECT 1 FROM {table} WHERE {table}.id = record.{column}) "
                # What its source or a cumulative price prices may have no rate.
                f"AND NOT (record.flags & {_WITHOUT_RATE} > 0 AND record.{column} = 0) "
                "GROUP BY 1"
            )
            for missing, count in cursor.fetchall():
                yield f"{count} usage records name {column} {missing}, which does not exist"
        cursor.execute(_OTHER_ACCOUNT)
        for subscription_id, account_id in cursor.fetchall():
            yield (
                f"usage records of subscription {subscription_id} name account {account_id}, "
                "which does not own it"
            )
        cursor.execute(_WRONG_PERIOD)
        for (record_id,) in cursor.fetchall():
            yield f"usage record {record_id}: its periods contradict its mark for late usage"


@invariant("I4c", "a usage source's supplier sells to its brand's legal entity")
def suppliers_are_the_brands_own() -> Iterator[str]:
    """A sentence for each source whose costs come from somebody else's supplier."""
    strangers = UsageSource.objects.filter(supplier__isnull=False).exclude(
        supplier__legal_entity=F("brand__legal_entity")
    )
    for source in strangers.select_related("supplier"):
        yield f"usage source {source.code}: supplier {source.supplier} sells to others"


@invariant("I5a", "each usage summary is the sum of its records")
def summaries_are_sums() -> Iterator[str]:
    """A sentence for each summary that differs from its records, or exists on one side only."""
    with connection.cursor() as cursor:
        cursor.execute(_SUMMARIES)
        for subscription, period, origin, category, *figures in cursor.fetchall():
            stored_records, records, stored_amount, amount = figures
            yield (
                f"subscription {subscription}, period {period}, origin {origin}, category "
                f"{category}: the summary says {stored_records} records and {stored_amount} "
                f"millionths, the records {records} and {amount}"
            )

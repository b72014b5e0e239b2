"""Invariant of days: what lines used each day is what their records and summaries say."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from core.audit import invariant

# Days against records; where the retention has dropped records, the sums below must do.
_DAYS = """
    WITH kept AS (
        SELECT subscription_id, period_start, origin_start, usage_type, place - 1 AS place,
               quantity, amount
        FROM billing_dailyusage,
             unnest(quantities, amounts) WITH ORDINALITY AS days (quantity, amount, place)
    ), records AS (
        SELECT record.subscription_id, record.period_start, record.origin_start,
               record.usage_type,
               (record.start_at AT TIME ZONE brand.zone)::date - record.origin_start AS place,
               sum(record.quantity) AS quantity, sum(record.amount) AS amount
        FROM billing_usagerecord record
        JOIN core_brand brand ON brand.id = record.brand_id
        GROUP BY 1, 2, 3, 4, 5
    )
    SELECT subscription_id, origin_start + place::integer, usage_type,
           coalesce(kept.quantity, 0), coalesce(records.quantity, 0),
           coalesce(kept.amount, 0), coalesce(records.amount, 0)
    FROM kept
    FULL JOIN records USING (subscription_id, period_start, origin_start, usage_type, place)
    WHERE (coalesce(kept.quantity, 0), coalesce(kept.amount, 0))
          <> (coalesce(records.quantity, 0), coalesce(records.amount, 0))
      AND NOT EXISTS (
          SELECT FROM billing_droppedusage dropped
          WHERE (dropped.subscription_id, dropped.period_start, dropped.origin_start,
                 dropped.usage_type) = (subscription_id, period_start, origin_start, usage_type)
      )
"""

# Cumulative prices are of no day.
_SUMS = """
    WITH kept AS (
        SELECT subscription_id, period_start, origin_start, usage_type,
               (SELECT sum(each) FROM unnest(quantities) AS each) AS quantity,
               (SELECT sum(each) FROM unnest(amounts) AS each) AS amount
        FROM billing_dailyusage
    ), parts AS (
        SELECT subscription_id, period_start, origin_start, usage_type, quantity, amount
        FROM billing_usagesummary
        UNION ALL
        SELECT subscription_id, origin_start, origin_start, usage_type, 0, -amount
        FROM billing_cumulativeusage
    ), sums AS (
        SELECT subscription_id, period_start, origin_start, usage_type,
               sum(quantity) AS quantity, sum(amount) AS amount
        FROM parts GROUP BY 1, 2, 3, 4
    )
    SELECT subscription_id, origin_start, usage_type,
           coalesce(kept.quantity, 0), coalesce(sums.quantity, 0),
           coalesce(kept.amount, 0), coalesce(sums.amount, 0)
    FROM kept FULL JOIN sums USING (subscription_id, period_start, origin_start, usage_type)
    WHERE (coalesce(kept.quantity, 0), coalesce(kept.amount, 0))
          <> (coalesce(sums.quantity, 0), coalesce(sums.amount, 0))
"""


@invariant("I5d", "what lines used each day is the sum of that day's records")
def days_are_sums() -> Iterator[str]:
    """A sentence for each day that differs from its records, each period from its summaries."""
    with connection.cursor() as cursor:
        cursor.execute(_DAYS)
        for subscription, day, kind, *figures in cursor.fetchall():
            yield f"subscription {subscription}, {day}, usage type {kind}: {_differ(figures)}"
        cursor.execute(_SUMS)
        for subscription, start, kind, *figures in cursor.fetchall():
            yield (
                f"subscription {subscription}, period {start}, usage type {kind}: its days add "
                f"up otherwise, {_differ(figures)}"
            )


def _differ(figures: list[int]) -> str:
    kept, units, amount, millionths = figures
    return f"{kept} units kept, {units} used; {amount} millionths kept, {millionths} charged"

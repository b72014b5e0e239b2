"""Invariants of re-ratings: what was billed stays, is taken back whole once, and rated once."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from billing.usage.models import UsageRecord
from core.audit import invariant

_FLAG = UsageRecord.Flag
_MADE = f"""
    WITH made AS (
        SELECT replacement.rerating_id, replacement.key, replacement.replaced_key,
               replacement.start_at, reversal.key AS reversed_by
        FROM billing_usagereplacement replacement
        LEFT JOIN billing_usagecorrection reversal
          ON reversal.corrected_key = replacement.replaced_key
         AND reversal.corrected_start_at = replacement.start_at
    )
    SELECT made.rerating_id, made.replaced_key,
           made.reversed_by IS NULL,
           (was.quantity, was.billed, was.amount, was.cost, was.covered, was.paid)
               IS DISTINCT FROM (-back.quantity, -back.billed, -back.amount, -back.cost,
                                 -back.covered, -back.paid)
               AND was.flags & {int(_FLAG.CUMULATIVE)} = 0,
           (was.account_id, was.subscription_id, was.origin_start, was.quantity)
               IS DISTINCT FROM (fresh.account_id, fresh.subscription_id, fresh.origin_start,
                                 fresh.quantity),
           fresh.flags & {int(_FLAG.RERATED)} = 0 OR back.flags & {int(_FLAG.RERATED)} = 0
    FROM made
    JOIN billing_usagerecord was ON was.key = made.replaced_key AND was.start_at = made.start_at
    LEFT JOIN billing_usagerecord back
      ON back.key = made.reversed_by AND back.start_at = made.start_at
    LEFT JOIN billing_usagerecord fresh ON fresh.key = made.key AND fresh.start_at = made.start_at
"""  # noqa: S608 - the texts are constants
_FAULTS = (
    "it has no reversal",
    "its reversal takes back something else",
    "its replacement is of another line, period or quantity",
    "its reversal or replacement isn't marked",
)
# What the retention dropped of a record's month is gone with all that was made of it.
_STRAYS = f"""
    SELECT record.id FROM billing_usagerecord record
    WHERE record.flags & {int(_FLAG.RERATED)} > 0
      AND NOT EXISTS (
          SELECT FROM billing_usagereplacement replacement
          WHERE replacement.key = record.key AND replacement.start_at = record.start_at
      )
      AND NOT EXISTS (
          SELECT FROM billing_usagecorrection reversal
          JOIN billing_usagereplacement replacement
            ON replacement.replaced_key = reversal.corrected_key
           AND replacement.start_at = reversal.corrected_start_at
          WHERE reversal.key = record.key AND reversal.start_at = record.start_at
      )
"""  # noqa: S608 - the texts are constants
_SUMS = """
    SELECT rerating.id, rerating.replaced, rerating.adjusted,
           coalesce(sum(effect.replaced), 0), coalesce(sum(effect.adjusted), 0)
    FROM billing_rerating rerating
    LEFT JOIN billing_reratingeffect effect ON effect.rerating_id = rerating.id
    WHERE rerating.state IN ('done', 'tried')
    GROUP BY 1, 2, 3
    HAVING (rerating.replaced, rerating.adjusted)
        <> (coalesce(sum(effect.replaced), 0), coalesce(sum(effect.adjusted), 0))
"""


@invariant("I4d", "a billed record that was rated again is reversed whole, and replaced once")
def adjustments_are_whole() -> Iterator[str]:
    """A sentence for each replaced record without its mirror or its replacement, each record of a
    re-rating that nothing names, and each re-rating whose effects don't add up."""
    with connection.cursor() as cursor:
        cursor.execute(_MADE)
        for rerating, key, *faults in cursor.fetchall():
            for sentence, fault in zip(_FAULTS, faults, strict=True):
                if fault:
                    yield f"re-rating {rerating}, usage record {key}: {sentence}"
        cursor.execute(_STRAYS)
        for (record,) in cursor.fetchall():
            yield f"usage record {record} says it was made by a re-rating, but none names it"
        cursor.execute(_SUMS)
        for rerating, *counts in cursor.fetchall():
            yield f"re-rating {rerating}: its counts are not those of its effects: {counts}"

"""What lines used each day: a few numbers for a month of any number of records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import F, Q
from numpy.typing import NDArray

from accounts.models.subscriptions import Subscription
from billing.usage.array_texts import integer_array
from billing.usage.groups import groups_of
from billing.usage.local_days import local_days
from core.one_brand import keeps_its_owner

# Ordinals count from 1 January 1; columns have days since 1970.
_DAY_ZERO = 719163

_KEY = ("subscription_id", "period_start", "origin_start", "usage_type")
_ADD = """
    INSERT INTO billing_dailyusage AS daily (
        subscription_id, period_start, origin_start, usage_type, quantities, amounts
    )
    SELECT subscription_id, DATE '1970-01-01' + period_start, DATE '1970-01-01' + origin_start,
           usage_type, quantities[first:first + days - 1], amounts[first:first + days - 1]
    FROM (
        SELECT %s::bigint[] AS quantities, %s::bigint[] AS amounts, %s AS days
    ) AS figures, LATERAL (
        SELECT *, (row - 1) * days + 1 AS first
        FROM unnest(
            %s::bigint[], %s::integer[], %s::integer[], %s::smallint[]
        ) WITH ORDINALITY AS key (subscription_id, period_start, origin_start, usage_type, row)
    ) AS fresh
    ON CONFLICT (subscription_id, period_start, origin_start, usage_type) DO UPDATE SET
        quantities = ARRAY(
            SELECT coalesce(before, 0) + coalesce(more, 0)
            FROM unnest(daily.quantities, excluded.quantities) WITH ORDINALITY
                AS both_of (before, more, place)
            ORDER BY place
        ),
        amounts = ARRAY(
            SELECT coalesce(before, 0) + coalesce(more, 0)
            FROM unnest(daily.amounts, excluded.amounts) WITH ORDINALITY
                AS both_of (before, more, place)
            ORDER BY place
        )
"""


class DailyUsage(models.Model):
    """What a subscription used each day of one usage type, billed with one usage period.

    `quantities` are seconds, messages or bytes, `amounts` millionths of the currency unit: what
    records cost on their own, without cumulative prices. Their first entry is of `origin_start`,
    each further one of the day after; days after the last entry have nothing. Kept in the
    transaction that keeps the summaries, so that a page shows a month's days without its records.
    """

    subscription = models.ForeignKey(
        Subscription, models.PROTECT, related_name="daily_usage", db_index=False
    )
    period_start = models.DateField()
    origin_start = models.DateField()
    usage_type = models.SmallIntegerField(help_text="1 voice, 2 SMS, 3 data.")
    quantities = ArrayField(models.BigIntegerField())
    amounts = ArrayField(models.BigIntegerField())

    class Meta:
        ordering = ("subscription", "period_start", "origin_start", "usage_type")
        verbose_name_plural = "daily usage"
        constraints = (
            models.UniqueConstraint(
                fields=("subscription", "period_start", "origin_start", "usage_type"),
                name="daily_usage_once",
            ),
            models.CheckConstraint(
                condition=Q(quantities__len__lte=31, quantities__len=F("amounts__len")),
                name="daily_usage_is_of_a_month",
            ),
        )
        triggers = (keeps_its_owner("subscription"),)

    def __str__(self) -> str:
        return f"{self.subscription_id} {self.period_start}"


def add_to_days(columns: Mapping[str, NDArray[Any]], zone: str) -> None:
    """Add records' quantities and amounts to the days on which they started, dates in `zone`.

    Columns are as `UsageRecord`'s fields; the accounts are locked.
    """
    ordinals = local_days(columns["start_at"] // 1_000_000, zone)
    places = ordinals - _DAY_ZERO - columns["origin_start"]
    firsts, group = groups_of([columns[name] for name in _KEY])
    days = int(places.max()) + 1
    tables = []
    for name in ("quantity", "amount"):
        table = np.zeros(len(firsts) * days, np.int64)
        np.add.at(table, group * days + places, columns[name])
        tables.append(table)
    keys = [integer_array(columns[name][firsts]) for name in _KEY]
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [*map(integer_array, tables), days, *keys])

"""Make the months of the usage table that are missing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import connection

from billing.usage.partitions import create_partition, existing_months


def ensure_partitions(months: Iterable[date]) -> list[date]:
    """Make a partition for each of these months (any day of it) that has none; return those."""
    with connection.cursor() as cursor:
        there = existing_months(cursor)
        missing = sorted({month.replace(day=1) for month in months} - there)
        for month in missing:
            create_partition(cursor, month)
    return missing

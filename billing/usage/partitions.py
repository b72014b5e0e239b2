"""The usage table's partitions: one for each month of start, made ahead, never by default."""

from __future__ import annotations

from datetime import date
from typing import Any, Protocol

MONTHS_BACK = 14
MONTHS_AHEAD = 3


class Cursor(Protocol):
    """What is needed of a database cursor."""

    def execute(self, sql: str) -> object: ...

    def fetchall(self) -> list[tuple[Any, ...]]: ...


def first_of_month(day: date, months: int = 0) -> date:
    """The first day of the month that lies `months` after the month of `day`."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def months_between(first: date, last: date) -> list[date]:
    """The first days of all months from that of `first` to that of `last`, both included."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [first_of_month(first, index) for index in range(max(count, 0))]


def usual_months(today: date) -> list[date]:
    """The months that always have a partition: 14 back to 3 ahead."""
    return months_between(first_of_month(today, -MONTHS_BACK), first_of_month(today, MONTHS_AHEAD))


def create_partition(cursor: Cursor, month: date) -> None:
    """Make the partition of one UTC month, if it is not there."""
    name = f"billing_usagerecord_{month:%Y_%m}"
    start, end = first_of_month(month), first_of_month(month, 1)
    cursor.execute(
        f"CREATE TABLE IF NOT EXISTS {name} PARTITION OF billing_usagerecord "
        f"FOR VALUES FROM ('{start} 00:00+00') TO ('{end} 00:00+00')"
    )


def existing_months(cursor: Cursor) -> set[date]:
    """The UTC months that have a partition, as their first days."""
    cursor.execute(
        "SELECT child.relname FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid "
        "WHERE inhparent = 'billing_usagerecord'::regclass"
    )
    return {
        date(int(name[-7:-3]), int(name[-2:]), 1)
        for (name,) in cursor.fetchall()
        if name[:-7] == "billing_usagerecord_"
    }

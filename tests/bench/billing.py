"""How long a bill run takes, beside the COPY of the rows that it leaves."""

from __future__ import annotations

from datetime import date
from functools import partial

from django.core.management import call_command
from django.db import connection

from tests import make
from tests.bench.figures import Figure, seconds_of

ACCOUNTS = 1_000
TABLES = (
    "billing_invoice",
    "billing_invoiceline",
    "billing_invoicetax",
    "billing_openitem",
    "billing_journalentry",
    "billing_posting",
)


def measure() -> list[Figure]:
    """1,000 accounts with three subscriptions each, from nothing to issued and posted."""
    brand = make.make_brand("bills", legal_entity=make.make_legal_entity("BILLS"))
    plans = [make.make_plan(brand, f"BILLS{index}", "99.00") for index in range(3)]
    for index in range(ACCOUNTS):
        account = make.make_account(brand, f"A{index:05}", f"Customer {index}")
        for place, plan in enumerate(plans):
            make.make_subscription(account, plan, f"S{place}", starts_on=date(2026, 10, 1))
    run = ("run_billing", "--brand", "bills", "--bill-date", "2026-11-01", "--as-of", "2026-11-03")
    taken = seconds_of(lambda: call_command(*run))
    return [Figure(f"bill run, {ACCOUNTS:,} accounts", taken, _floor(), "COPY of its rows")]


def _floor() -> float:
    """Seconds to COPY the run's rows into tables with the same indexes and no triggers."""
    with connection.cursor() as cursor:
        total = 0.0
        for table in TABLES:
            with cursor.copy(f"COPY {table} TO STDOUT (FORMAT binary)") as copy:
                rows = b"".join(bytes(block) for block in copy)
            cursor.execute(f"CREATE TABLE bench_{table} (LIKE {table} INCLUDING INDEXES)")
            total += seconds_of(partial(_copy, table, rows))
    return total


def _copy(table: str, rows: bytes) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY bench_{table} FROM STDIN (FORMAT binary)") as copy,
    ):
        copy.write(rows)

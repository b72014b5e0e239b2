"""How quickly a running bill is told, beside adding up the records behind it."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from django.core.management import call_command
from django.db import connection

from accounts.models import Account
from billing.invoicing.live.running_bill import live_account
from tests import make
from tests.bench.figures import Figure, seconds_of
from tests.bench.usage_world import UsageWorld, records_of

ACCOUNTS, RECORDS, FEW = 40, 5_000, 50
ROUNDS = 5
NOW = datetime(2026, 10, 31, 12, tzinfo=UTC)
# What a page would ask without summaries and days: sums by category, and sums by day.
_BY_CATEGORY = """
    SELECT record.subscription_id, record.category_id, record.usage_type, count(*),
           sum(record.quantity), sum(record.billed), sum(record.covered), sum(record.amount)
    FROM billing_usagerecord record
    JOIN accounts_subscription subscription ON subscription.id = record.subscription_id
    WHERE subscription.account_id = %s AND record.period_start = DATE '2026-10-01'
    GROUP BY 1, 2, 3
"""
_BY_DAY = """
    SELECT record.subscription_id, (record.start_at AT TIME ZONE 'Europe/Oslo')::date,
           record.usage_type, sum(record.quantity), sum(record.amount)
    FROM billing_usagerecord record
    JOIN accounts_subscription subscription ON subscription.id = record.subscription_id
    WHERE subscription.account_id = %s AND record.period_start = DATE '2026-10-01'
    GROUP BY 1, 2, 3
"""


def measure(world: UsageWorld) -> list[Figure]:
    """Accounts with 5,000 records each, theirs among those of all others, and with 50."""
    heavy, light = world.numbers[:ACCOUNTS], world.numbers[ACCOUNTS : 2 * ACCOUNTS]
    _take(world, heavy, RECORDS)
    _take(world, light, FEW)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    of_heavy, of_light = _accounts(world, heavy), _accounts(world, light)
    told = _milliseconds(of_heavy, _tell)
    return [
        Figure(
            f"running bill of {RECORDS:,} records",
            told,
            _milliseconds(of_heavy, _add_up),
            "adding them up by category and day",
            5.0,
            unit="ms",
            is_gain=True,
        ),
        Figure(
            f"running bill of {RECORDS:,} records",
            told,
            _milliseconds(of_light, _tell),
            f"of {FEW}",
            1.5,
            unit="ms",
        ),
    ]


def _take(world: UsageWorld, numbers: list[str], count: int) -> None:
    """So many records of each of these lines, in order of time."""
    source = make.make_source(world.brand, f"LIVE-{count}")
    lines = UsageWorld(world.brand, source, numbers)
    apart = timedelta(days=30) / (count * len(numbers))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "usage.csv"
        with path.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "start", "service", "called", "seconds"])
            writer.writerows(records_of(lines, 0, count * len(numbers), apart=apart))
        call_command("import_usage", source.code, str(path))


def _accounts(world: UsageWorld, numbers: list[str]) -> list[Account]:
    owned = world.brand.accounts.filter(subscriptions__numbers__number__number__in=numbers)
    return list(owned.select_related("brand").order_by("pk"))


def _milliseconds(accounts: list[Account], ask: Callable[[Account], object]) -> float:
    """What one account takes, in the middle round of all."""

    def ask_for_all() -> None:
        for account in accounts:
            ask(account)

    return 1_000 * median(seconds_of(ask_for_all) for _ in range(ROUNDS)) / len(accounts)


def _tell(account: Account) -> object:
    return live_account(account, now=NOW, zone=account.brand.zone)


def _add_up(account: Account) -> object:
    with connection.cursor() as cursor:
        cursor.execute(_BY_CATEGORY, [account.pk])
        by_category = cursor.fetchall()
        cursor.execute(_BY_DAY, [account.pk])
        return by_category, cursor.fetchall()

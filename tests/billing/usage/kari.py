"""What tests of usage write: lines of files, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connection

from accounts.models import Account, Subscription
from billing.usage import audit
from billing.usage.allowances import audit as allowances_audit
from billing.usage.live import audit as live_audit
from billing.usage.models import UsageRecord, UsageSource, UsageSummary
from billing.usage.services.import_usage_file import ImportedFile, import_usage_file
from catalog.models import Plan, RateDeck
from core.models import Brand
from tests import make

NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
HEADER = "id,start,service,called,seconds"
CHECKS = (
    audit.lines_end_in_one_place,
    audit.records_point_somewhere,
    audit.summaries_are_sums,
    allowances_audit.allowances_give_what_is_taken,
    allowances_audit.cumulative_prices_count_their_records,
    live_audit.days_are_sums,
)


@dataclass
class Kari:
    """Kari Nordmann, +47 90 00 01 23, on MOBIL10 with voice at the prices of docs/formats.md."""

    brand: Brand
    deck: RateDeck
    plan: Plan
    account: Account
    subscription: Subscription
    source: UsageSource
    folder: Path

    def write(self, rows: Iterable[str], name: str = "usage.csv", header: str = HEADER) -> Path:
        path = self.folder / name
        path.write_text("".join(f"{row}\n" for row in ((header, *rows) if header else rows)))
        return path

    def take(
        self, rows: Iterable[str], name: str = "usage.csv", header: str = HEADER, **options: Any
    ) -> ImportedFile:
        """Import these lines as one file."""
        return self.take_file(self.write(rows, name, header), **options)

    def take_file(self, path: Path, **options: Any) -> ImportedFile:
        options.setdefault("source", self.source)
        options.setdefault("now", NOW)
        return import_usage_file(path=path, **options)

    def asterisk(self, **mapping: Any) -> UsageSource:
        return make.make_source(self.brand, "ASTERISK", format="asterisk", mapping=mapping)


def call(
    record_id: str = "A-1",
    start: str = "2026-10-03T12:00:00Z",
    called: str = "+4722000000",
    seconds: object = 61,
    service: str = "+4790000123",
) -> str:
    """A line of a CSV source."""
    return f"{record_id},{start},{service},{called},{seconds}"


def asterisk_call(*, columns: int = 18, **values: str) -> str:
    """A line of Master.csv as Asterisk writes it: texts in quotes, quotes doubled."""
    fields = {
        "accountcode": "4790000123",
        "src": "90000123",
        "dst": "22000000",
        "dcontext": "outgoing",
        "clid": '"Nordmann, Kari" <90000123>',
        "channel": "PJSIP/kari-0000012a",
        "dstchannel": "PJSIP/trunk-0000012b",
        "lastapp": "Dial",
        "lastdata": "PJSIP/22000000@trunk,60",
        "start": "2026-10-03 12:00:00",
        "answer": "2026-10-03 12:00:09",
        "end": "2026-10-03 12:01:10",
        "duration": "70",
        "billsec": "61",
        "disposition": "ANSWERED",
        "amaflags": "DOCUMENTATION",
        "uniqueid": "1791028800.298",
        "userfield": "",
    } | values
    numbers = ("duration", "billsec")
    doubled = {name: value.replace('"', '""') for name, value in fields.items()}
    quoted = [
        value if name in numbers or not value else f'"{value}"' for name, value in doubled.items()
    ]
    return ",".join(quoted[:columns])


def amounts() -> list[tuple[int, int, int]]:
    """Quantity, billed units and millionths of every stored record, by start."""
    records = UsageRecord.objects.order_by("start_at", "id")
    return list(records.values_list("quantity", "billed", "amount"))


def summaries() -> list[tuple[Any, ...]]:
    """Every summary with its figures, in a fixed order."""
    return sorted(
        UsageSummary.objects.values_list(
            "subscription__code",
            "period_start",
            "origin_start",
            "category__code",
            "usage_type",
            "records",
            "quantity",
            "billed",
            "amount",
            "cost",
        )
    )


def hits() -> list[str]:
    """What the audit of usage finds."""
    return [hit for check in CHECKS for hit in check()]


def forget() -> None:
    """Back to before anything was imported."""
    with connection.cursor() as cursor:
        for table in (
            "usagerecord",
            "usagesummary",
            "dailyusage",
            "suspendedusage",
            "usagefileslice",
            "usagearrival",
        ):
            cursor.execute(f"DELETE FROM billing_{table}")
        cursor.execute("DELETE FROM billing_usagefile")

"""Called numbers are masked and records dropped by policy; what is issued stays right."""

from __future__ import annotations

import zlib
from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from billing.invoicing.models import InvoiceLine
from billing.invoicing.services.run_billing import run_billing
from billing.usage.models import (
    DroppedUsage,
    SuspendedUsage,
    UsageFile,
    UsageFileSlice,
    UsageRecord,
)
from billing.usage.partitions import existing_months, months_between
from billing.usage.services.ensure_partitions import ensure_partitions
from billing.usage.services.retain_usage import drop_empty_months, retain_usage
from billing.usage.services.roll_back_file import roll_back_file
from core.audit import all_invariants
from core.errors import DomainError
from tests.billing.usage.kari import Kari, call, hits, summaries
from tests.news import tell_the_news

CANARY = "22334455"
LINES = [
    call("A-1", called=f"+47{CANARY}", seconds=60),
    call("A-2", called=f"+47{CANARY}", seconds=30),
    call("X-1", called=f"+47{CANARY}", service="+4799999999"),
]
MASKS, DROPS = datetime(2027, 5, 2, 4, tzinfo=UTC), datetime(2028, 2, 2, 4, tzinfo=UTC)


@pytest.fixture
def billed(kari: Kari) -> Kari:
    """Two calls of October 2026 that stand on Kari's invoice, one of nobody in suspense."""
    kari.take(LINES)
    bill(kari, 2026, 11)
    return kari


def bill(kari: Kari, year: int, month: int) -> None:
    run_billing(
        brand=kari.brand,
        bill_date=date(year, month, 1),
        as_of=date(year, month, 3),
        now=datetime(year, month, 3, 8, tzinfo=UTC),
    )


def audit() -> list[str]:
    tell_the_news()
    return [hit for check in all_invariants() for hit in check.check()]


def stored_text() -> str:
    """All that is stored of usage, as text."""
    parts = [zlib.decompress(bytes(part.raw)).decode() for part in UsageFileSlice.objects.all()]
    with connection.cursor() as cursor:
        for table in ("usagerecord", "suspendedusage"):
            cursor.execute(f"SELECT row_to_json(line)::text FROM billing_{table} line")
            parts += [text for (text,) in cursor.fetchall()]
    return "\n".join(parts)


def test_young_and_unbilled_usage_stays_as_it_is(kari: Kari) -> None:
    kari.take(LINES)
    before = stored_text()

    done = retain_usage(kari.brand, now=MASKS)

    assert (done.masked, done.slices_masked, done.dropped) == (0, 0, 0)
    assert stored_text() == before


def test_called_numbers_are_masked_once_they_are_old_and_billed(billed: Kari) -> None:
    sums, lines = summaries(), list(InvoiceLine.objects.values())

    done = retain_usage(billed.brand, now=MASKS)

    assert (done.masked, done.dropped) == (2, 0)
    assert [record.called_number for record in UsageRecord.objects.all()] == ["4722…"] * 2
    assert (summaries(), list(InvoiceLine.objects.values())) == (sums, lines)
    assert retain_usage(billed.brand, now=MASKS).masked == 0
    assert audit() == []


def test_records_are_dropped_and_their_sums_stay(billed: Kari) -> None:
    sums, lines = summaries(), list(InvoiceLine.objects.values())

    done = retain_usage(billed.brand, now=DROPS)

    assert (done.dropped, done.given_up) == (2, 1)
    assert not UsageRecord.objects.exists()
    dropped, file = DroppedUsage.objects.get(), UsageFile.objects.get()
    assert (dropped.records, dropped.quantity) == (2, 90)
    assert (file.rated, file.rated_dropped, file.quantity_dropped) == (2, 2, 90)
    assert (summaries(), list(InvoiceLine.objects.values())) == (sums, lines)
    assert audit() == []


def test_no_called_number_is_left_anywhere_once_usage_is_dropped(billed: Kari) -> None:
    assert CANARY in stored_text()

    retain_usage(billed.brand, now=DROPS)

    assert CANARY not in stored_text()
    line = SuspendedUsage.objects.get()
    assert (line.state, line.raw, line.service) == ("discarded", "", "+4799999999")
    assert audit() == []


def test_the_law_keeps_records_longer_than_the_brand_would(billed: Kari) -> None:
    billed.brand.itemisation_kept_months = 18
    billed.brand.save()

    assert retain_usage(billed.brand, now=DROPS).dropped == 0
    assert retain_usage(billed.brand, now=datetime(2028, 7, 2, 4, tzinfo=UTC)).dropped == 2


def test_what_was_dropped_is_neither_charged_again_nor_rolled_back(billed: Kari) -> None:
    retain_usage(billed.brand, now=DROPS)
    sums = summaries()

    again = billed.take(LINES[:2], "again.csv", now=DROPS)

    assert (again.rated, again.suspended.total()) == (0, 2)
    assert "older than the 14 months" in again.problems[0].what
    assert summaries() == sums
    with pytest.raises(DomainError, match="were dropped already"):
        roll_back_file(
            UsageFile.objects.get(name="usage.csv"), by_id=None, reason="Late.", now=DROPS
        )
    assert audit() == []


def test_months_in_which_nothing_is_left_go(billed: Kari) -> None:
    ensure_partitions(months_between(date(2026, 9, 1), date(2026, 9, 1)))
    retain_usage(billed.brand, now=DROPS)

    assert drop_empty_months(DROPS) >= 2

    with connection.cursor() as cursor:
        assert min(existing_months(cursor)) >= date(2026, 12, 1)


def test_the_command_tries_first(billed: Kari, capsys, monkeypatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: DROPS)

    call_command("apply_retention", "--dry-run")
    assert "records dropped" in capsys.readouterr().out
    assert UsageRecord.objects.count() == 2
    call_command("apply_retention", "--brand", billed.brand.code)

    assert not UsageRecord.objects.exists()
    with pytest.raises(SystemExit) as stopped:
        call_command("apply_retention", "--brand", "NOBODY")
    assert stopped.value.code == 2
    assert hits() == []

"""Keep usage as long as a brand's policy says: mask called numbers, then drop records."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime

from django.db import connection, transaction
from django.db.models import F, Q

from billing.usage.models import SuspendedUsage, UsageFile, UsageFileSlice, UsageRecord
from billing.usage.partitions import MONTHS_BACK, existing_months, first_of_month
from billing.usage.services.discard_suspended import discard_suspended
from billing.usage.services.drop_records import drop_month
from core.models import Brand
from core.periods import local_date

# Enough to see country and operator of most numbers; short ones stay as they are.
DIGITS_KEPT = 4
GIVEN_UP = "retention: nobody mended it while usage is kept"

_MASKED = int(UsageRecord.Flag.MASKED)

# Usage that no bill shows yet must still be priced: it stays as it is until its period is closed.
_MASK_RECORDS = f"""
    UPDATE billing_usagerecord AS record
    SET called = CASE WHEN called_digits > {DIGITS_KEPT}
                 THEN called / (10::numeric ^ (called_digits - {DIGITS_KEPT}))::bigint
                 ELSE called END,
        called_digits = least(called_digits, {DIGITS_KEPT}),
        flags = flags | {_MASKED}
    FROM accounts_account account
    WHERE account.id = record.account_id AND record.brand_id = %s AND record.start_at < %s
      AND record.flags & {_MASKED} = 0 AND record.period_start < account.usage_closed_until
"""  # noqa: S608 - whole numbers
# Digits of numbers in sentences, after the first ones.
_MASK_SUSPENSE = f"""
    UPDATE billing_suspendedusage AS line
    SET raw = '', called = left(line.called, {DIGITS_KEPT + 1}),
        detail = regexp_replace(line.detail, '(\\d{{{DIGITS_KEPT}}})\\d+', '\\1…', 'g'),
        cause = CASE line.reason WHEN 'no_rate'
                THEN regexp_replace(line.cause, '(\\d{{{DIGITS_KEPT}}})\\d+', '\\1…', 'g')
                ELSE line.cause END,
        masked_at = %s
    FROM billing_usagefile file
    WHERE file.id = line.file_id AND line.brand_id = %s AND line.masked_at IS NULL
      AND line.state <> 'open' AND coalesce(line.start_at, file.imported_at) < %s
      AND file.imported_at < %s
"""  # noqa: S608 - whole numbers
_FILES_IN_USE = f"""
    SELECT DISTINCT file_id FROM billing_usagerecord
    WHERE brand_id = %s AND start_at < %s AND flags & {_MASKED} = 0
"""  # noqa: S608 - a whole number


@dataclass(frozen=True, slots=True)
class Retained:
    """What became of usage: records and lines in suspense masked, slices of raw files emptied,
    lines given up, records and whole months dropped."""

    masked: int = 0
    lines_masked: int = 0
    slices_masked: int = 0
    given_up: int = 0
    dropped: int = 0
    months_dropped: int = 0

    def __add__(self, other: Retained) -> Retained:
        names = [each.name for each in fields(self)]
        return Retained(*(getattr(self, name) + getattr(other, name) for name in names))


def months_kept(brand: Brand) -> int:
    """How many months the brand keeps usage: as its policy says, and the law at least."""
    return max(brand.usage_kept_months, brand.itemisation_kept_months)


def kept_from(brand: Brand, now: datetime) -> date:
    """The first of the months from which the brand keeps all usage."""
    return first_of_month(local_date(now, brand.zone), -months_kept(brand))


def retain_usage(brand: Brand, *, now: datetime) -> Retained:
    """Mask and drop the brand's usage as its policy says.

    Called numbers older than `numbers_masked_after_months` keep their first digits alone, in
    records, in suspense and in the raw lines; what no bill shows yet stays whole. Lines that wait
    in suspense are given up after the months that usage is kept, and masked. Records older than
    that go; their sums stay, so that summaries, allowances and invoices say what they said. What
    issued invoices show is kept `itemisation_kept_months` after its period was closed.
    """
    given_up = _give_up(brand, now)
    with transaction.atomic():
        masked_before = _start_of(
            first_of_month(local_date(now, brand.zone), -brand.numbers_masked_after_months)
        )
        with connection.cursor() as cursor:
            cursor.execute(_MASK_RECORDS, [brand.pk, masked_before])
            masked = cursor.rowcount
            cursor.execute(_MASK_SUSPENSE, [now, brand.pk, masked_before, masked_before])
            lines = cursor.rowcount
        slices = _mask_slices(brand, masked_before, now)
    dropped = sum(drop_month(brand, month, now) for month in _old_months(kept_from(brand, now)))
    return Retained(masked, lines, slices, given_up, dropped)


def drop_empty_months(now: datetime) -> int:
    """Drop the partitions of months beyond the usual ones in which nothing is left; how many."""
    oldest = first_of_month(now.astimezone(UTC).date(), -MONTHS_BACK)
    dropped = 0
    for month in _old_months(oldest):
        table = f"billing_usagerecord_{month:%Y_%m}"
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '5s'")
            cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            cursor.execute(f"SELECT EXISTS (SELECT FROM {table})")  # noqa: S608 - our own name
            if not cursor.fetchone()[0]:
                cursor.execute(f"DROP TABLE {table}")
                dropped += 1
    return dropped


def _start_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _old_months(before: date) -> list[date]:
    with connection.cursor() as cursor:
        return sorted(month for month in existing_months(cursor) if month < before)


def _give_up(brand: Brand, now: datetime) -> int:
    before = _start_of(kept_from(brand, now))
    lines = SuspendedUsage.objects.filter(
        Q(start_at__lt=before) | Q(start_at=None),
        brand=brand,
        state=SuspendedUsage.State.OPEN,
        file__imported_at__lt=before,
    )
    return discard_suspended(lines, by_id=None, reason=GIVEN_UP, now=now)


def _mask_slices(brand: Brand, before: datetime, now: datetime) -> int:
    """Empty the raw lines of old files of which nothing is used any more."""
    waiting = SuspendedUsage.objects.filter(brand=brand, state=SuspendedUsage.State.OPEN)
    slices = UsageFileSlice.objects.filter(
        file__source__brand=brand, file__imported_at__lt=before, masked_at=None
    ).exclude(file__state=UsageFile.State.LOADING)
    slices = slices.exclude(file_id__in=waiting.values("file_id"))
    if not slices.exists():
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_FILES_IN_USE, [brand.pk, now])
        in_use = [file_id for (file_id,) in cursor.fetchall()]
    slices = slices.exclude(file_id__in=in_use)
    return slices.update(raw=zlib.compress(b""), masked_at=now, lines=F("lines"))

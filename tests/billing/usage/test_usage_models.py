"""What the database itself refuses about usage."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from billing.usage.models import (
    DroppedUsage,
    SuspendedUsage,
    UsageFile,
    UsageFileSlice,
    UsagePeriod,
    UsageRecord,
    UsageSummary,
)
from tests import make
from tests.billing.usage.kari import NOW, call


def refused(constraint: str):
    """The block must break this constraint."""
    return pytest.raises(IntegrityError, match=constraint)


def test_a_source_has_a_known_format(fjordtel):
    with refused("usage_source_format_is_known"):
        make.make_source(fjordtel, format="xml")


def test_a_sources_code_is_unique_among_all_brands(fjordtel, northwind):
    make.make_source(fjordtel, "SWITCH")

    with refused("billing_usagesource_code_key"):
        make.make_source(northwind, "SWITCH")


def test_a_files_content_is_stored_once_per_source(kari):
    kari.take([call()])
    file = UsageFile.objects.get()

    with refused("usage_file_content_once"):
        UsageFile.objects.create(
            source=file.source, sha256=file.sha256, name="again", size=1, imported_at=NOW
        )


@pytest.mark.parametrize("count", ["rows", "rated", "duplicates", "suspended", "ignored"])
def test_a_done_files_rows_add_up(kari, count):
    kari.take([call()])
    file = UsageFile.objects.get()
    setattr(file, count, getattr(file, count) + 1)

    with refused("usage_file_rows_add_up"):
        file.save()


@pytest.mark.parametrize(
    "units",
    ["quantity", "quantity_rated", "quantity_duplicates", "quantity_suspended"],
)
def test_a_done_files_units_add_up(kari, units):
    kari.take([call()])
    file = UsageFile.objects.get()
    setattr(file, units, getattr(file, units) + 1)

    with refused("usage_file_units_add_up"):
        file.save()


def test_a_file_is_rolled_back_at_a_time_for_a_reason(kari):
    kari.take([call()])
    file = UsageFile.objects.get()
    file.state = UsageFile.State.ROLLED_BACK
    file.rolled_back_at = NOW

    with refused("usage_file_rollback_says_why"):
        file.save()


def test_a_line_is_discarded_at_a_time_for_a_reason(kari):
    kari.take([call(seconds="x")])
    line = SuspendedUsage.objects.get()
    line.state = SuspendedUsage.State.DISCARDED
    line.discarded_at = NOW

    with refused("suspended_discarded_says_why"):
        line.save()


def test_dropped_usage_has_one_row_for_each_key(kari):
    kari.take([call()])
    columns = [field.attname for field in UsageSummary._meta.fields if field.name != "id"]
    [row] = UsageSummary.objects.values(*columns)
    DroppedUsage.objects.create(**row, counted=0)

    with refused("dropped_usage_key_once"):
        DroppedUsage.objects.create(**row, counted=0)


def test_a_part_of_a_file_is_stored_once(kari):
    kari.take([call()])
    part = UsageFileSlice.objects.get()
    part.pk = None

    with refused("usage_slice_once"):
        part.save()


def test_a_line_is_suspended_once(kari):
    kari.take([call(seconds="x")])
    line = SuspendedUsage.objects.get()
    line.pk = None

    with refused("suspended_line_once"):
        line.save()


def test_a_summary_key_has_one_row(kari):
    kari.take([call()])
    summary = UsageSummary.objects.get()
    summary.pk = None

    with refused("usage_summary_key_once"):
        summary.save()


def test_a_record_is_stored_once_by_key_and_start(kari):
    kari.take([call()])
    record = UsageRecord.objects.get()
    record.pk = None

    with refused("billing_usagerecord_.*key_start_at_idx"):
        record.save()


def test_a_record_of_a_month_without_partition_is_refused(kari):
    kari.take([call()])
    record = UsageRecord.objects.get()

    with (
        refused('no partition of relation "billing_usagerecord" found for row'),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE billing_usagerecord SET start_at = '2031-01-01' WHERE id = %s", [record.pk]
        )


def test_a_usage_period_closes_once_and_has_days(kari):
    UsagePeriod.objects.create(
        account=kari.account, start="2026-10-01", end="2026-11-01", closed_at=NOW
    )

    with refused("usage_period_once"), transaction.atomic():
        UsagePeriod.objects.create(
            account=kari.account, start="2026-10-01", end="2026-10-15", closed_at=NOW
        )
    with refused("usage_period_not_empty"), transaction.atomic():
        UsagePeriod.objects.create(
            account=kari.account, start="2026-12-01", end="2026-12-01", closed_at=NOW
        )

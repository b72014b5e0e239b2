"""The audit of usage finds each way in which stored usage could be wrong."""

from __future__ import annotations

import pytest
from django.db import connection

from billing.usage.audit import (
    lines_end_in_one_place,
    records_point_somewhere,
    summaries_are_sums,
)
from tests.billing.usage.kari import call

CHECKS = {
    "I4": lines_end_in_one_place,
    "I4b": records_point_somewhere,
    "I5a": summaries_are_sums,
}

ONE_UNIT_MORE = """
    UPDATE billing_usagefile SET quantity = quantity + 1, quantity_rated = quantity_rated + 1
"""
DISCARDED = """
    UPDATE billing_suspendedusage
    SET state = 'discarded', discarded_at = now(), discard_reason = 'a test'
"""
ROLLED_BACK = """
    UPDATE billing_usagefile
    SET state = 'rolled_back', rolled_back_at = now(), rollback_reason = 'a test'
"""


@pytest.fixture
def imported(kari):
    """A file of three parts: two rated lines, a duplicate, a suspended line."""
    path = kari.write([call("A-1"), call("A-1"), call("A-2"), call("A-3", seconds="x")])
    kari.take_file(path, slice_rows=2)
    return kari


def hits() -> dict[str, list[str]]:
    return {name: found for name, check in CHECKS.items() if (found := list(check()))}


def test_sound_usage_has_no_hits(imported):
    assert hits() == {}


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE billing_usagesummary SET amount = amount + 1", {"I5a"}),
        ("UPDATE billing_usagesummary SET records = records + 1", {"I5a"}),
        ("UPDATE billing_usagesummary SET billed = billed - 1", {"I5a"}),
        ("UPDATE billing_usagesummary SET quantity = 0", {"I5a"}),
        ("UPDATE billing_usagesummary SET period_start = '2026-09-01'", {"I5a"}),
        ("DELETE FROM billing_usagesummary", {"I5a"}),
        ("UPDATE billing_usagerecord SET amount = amount + 1", {"I5a"}),
        ("DELETE FROM billing_usagerecord", {"I4", "I5a"}),
        ("UPDATE billing_usagerecord SET quantity = quantity + 1", {"I4", "I5a"}),
        ("UPDATE billing_usagerecord SET line_number = 5", {"I4"}),
        ("UPDATE billing_usagerecord SET file_id = 0", {"I4", "I4b"}),
        ("UPDATE billing_usagerecord SET account_id = 0", {"I4b", "I5a"}),
        ("UPDATE billing_usagerecord SET subscription_id = 0", {"I4b", "I5a"}),
        ("UPDATE billing_usagerecord SET number_id = 0", {"I4b"}),
        ("UPDATE billing_usagerecord SET rate_id = 0", {"I4b"}),
        ("UPDATE billing_usagerecord SET plan_version_id = 0", {"I4b", "I5a"}),
        ("UPDATE billing_usagerecord SET category_id = 0", {"I4b", "I5a"}),
        ("UPDATE billing_usagerecord SET brand_id = 0", {"I4b"}),
        ("UPDATE billing_usagerecord SET source_id = 0", {"I4b"}),
        ("UPDATE billing_usagerecord SET flags = 1", {"I4b"}),
        ("UPDATE billing_usagerecord SET origin_start = '2026-11-01'", {"I4b", "I5a"}),
        ("DELETE FROM billing_suspendedusage", {"I4"}),
        ("UPDATE billing_suspendedusage SET state = 'released'", {"I4"}),
        ("UPDATE billing_usagefile SET rated = rated + 1, rows = rows + 1", {"I4"}),
        (ONE_UNIT_MORE, {"I4"}),
        ("UPDATE billing_usagefileslice SET quantity = quantity + 1", {"I4"}),
        ("UPDATE billing_usagefileslice SET discarded = 1", {"I4"}),
        ("UPDATE billing_suspendedusage SET quantity = 5", {"I4"}),
        (DISCARDED, {"I4"}),
        (ROLLED_BACK, {"I4"}),
        ("DELETE FROM billing_usagefileslice WHERE position = 0", {"I4"}),
        ("UPDATE billing_usagefileslice SET first_line = 5 WHERE position = 1", {"I4"}),
        ("UPDATE billing_usagefileslice SET line_count = line_count + 1", {"I4"}),
        ("UPDATE billing_usagefileslice SET duplicates = 0", {"I4"}),
    ],
)
def test_each_fault_is_found(imported, statement, found):
    with connection.cursor() as cursor:
        cursor.execute(statement)

    assert set(hits()) == found


def test_a_hit_names_the_file_and_the_fault(imported):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM billing_suspendedusage")
        cursor.execute("SELECT id FROM billing_usagefile")
        file_id = cursor.fetchone()[0]

    (hit,) = hits()["I4"]
    assert hit == (
        f"usage file {file_id} (usage.csv): its counts or units of suspended lines differ from "
        "the lines in suspense"
    )

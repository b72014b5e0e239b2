"""A line in suspense is rated once its cause is mended, as if all had been right from the start."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from billing.invoicing.services.run_billing import run_billing
from billing.usage.models import SuspendedUsage, UsageFile, UsageRecord
from billing.usage.partitions import months_between
from billing.usage.services.ensure_partitions import ensure_partitions
from core.audit import all_invariants
from tests import make
from tests.billing.usage.kari import (
    HEADER,
    amounts,
    asterisk_call,
    call,
    forget,
    hits,
    summaries,
)
from tests.billing.usage.mending import (
    BO,
    ITALY,
    Mend,
    add_bo,
    add_italy,
    allow_more,
    files,
    lengthen,
    records,
    release,
    shorten,
    states,
)
from tests.news import tell_the_news

NO_RATE = "deck VOICE has no rate for 390612345 on 2026-10-03; add its prefix (import_rates)"
NO_COLUMN = (
    "the header line has no column 'duration'; correct the file or the source's mapping: "
    "there are id, start, service, called, seconds"
)

# What is wrong at first, and what mends it; lines are at 2026-10-03, 61 seconds.
CAUSES: dict[str, tuple[str, Mend | None, Mend, str]] = {
    "a rate": (call(called=ITALY), None, add_italy, "no_rate"),
    "a plan": (
        call(),
        lambda kari: kari.subscription.plan_history.all().delete(),
        lambda kari: make.give_plan(kari.subscription, kari.plan, date(2026, 1, 1)),
        "no_rate",
    ),
    "a number": (call(service=BO), None, add_bo, "unknown_service"),
    "the dates of a number": (call(), shorten, lengthen, "not_active"),
    "the limit of quantities": (
        call(),
        lambda kari: vars(kari.source).update(quantity_max=60),
        allow_more,
        "invalid",
    ),
    "a partition": (
        call(start="2028-02-03T12:00:00Z"),
        None,
        lambda kari: ensure_partitions(months_between(date(2028, 2, 1), date(2028, 2, 1))),
        "invalid",
    ),
    "the currency": (
        call(),
        lambda kari: type(kari.account).objects.update(currency="EUR"),
        lambda kari: type(kari.account).objects.update(currency="NOK"),
        "invalid",
    ),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_a_line_is_rated_once_its_cause_is_mended(kari, cause):
    line, break_it, mend, reason = CAUSES[cause]
    if break_it:
        break_it(kari)
    imported = kari.take([call("A-0", start="2026-10-20T12:00:00Z", seconds=60), line])
    assert imported.suspended[reason] >= 1

    mend(kari)
    released = release(kari)

    assert released.suspended == {}
    assert released.rated == imported.suspended.total()
    assert {state for *_, state in states()} == {"released"}
    assert hits() == []
    outcome = summaries(), records(), files()
    forget()
    kari.take([call("A-0", start="2026-10-20T12:00:00Z", seconds=60), line])
    assert (summaries(), records(), files()) == outcome


def test_what_is_released_is_told_as_by_an_import(kari):
    kari.take([call("A-1"), call("A-2", called=ITALY, seconds=60)])
    add_italy(kari)

    released = release(kari)

    assert (released.rows, released.rated, released.duplicates, released.ignored) == (1, 1, 0, 0)
    assert released.units == {1: 60}
    assert released.amounts == {"NOK": 1_200_000}
    record = UsageRecord.objects.get(amount=1_200_000)
    assert (record.line_number, record.file_id) == (3, UsageFile.objects.get().pk)
    assert files() == [("usage.csv", 2, 2, 0, 0, 0, 121, 121)]


def test_a_line_that_still_has_no_price_stays_with_its_new_reason(kari):
    kari.take([call(service=BO, called=ITALY)])
    add_bo(kari)

    released = release(kari)

    assert released.suspended == {"no_rate": 1}
    assert [str(problem) for problem in released.problems] == [
        f"usage.csv:2: no_rate: {NO_RATE}",
    ]
    line = SuspendedUsage.objects.get()
    assert (line.reason, line.state) == ("no_rate", "open")
    assert line.detail.startswith("deck VOICE has no rate for 390612345")
    assert files() == [("usage.csv", 1, 0, 0, 1, 0, 61, 0)]
    assert hits() == []


def test_nothing_mended_nothing_changes(kari):
    kari.take([call("A-1", called=ITALY), call("A-2", seconds="x"), call("", seconds=61.5)])
    before = list(SuspendedUsage.objects.values()), files()

    released = release(kari)

    assert released.suspended == {"no_rate": 1, "invalid": 2}
    assert (list(SuspendedUsage.objects.values()), files()) == before


def test_released_twice_a_line_is_rated_once(kari):
    kari.take([call(called=ITALY)])
    add_italy(kari)
    release(kari)
    before = amounts(), summaries(), files()

    again = release(kari)

    assert again.rows == 0
    assert (amounts(), summaries(), files()) == before


def test_a_released_line_that_comes_again_is_a_duplicate(kari):
    kari.take([call(called=ITALY)], "first.csv")
    add_italy(kari)
    release(kari)

    imported = kari.take([call(called=ITALY), call("A-2")], "second.csv")

    assert (imported.duplicates, imported.rated) == (1, 1)
    assert hits() == []


def test_only_the_reasons_that_were_asked_for_are_tried(kari):
    kari.take([call("A-1", called=ITALY), call("A-2", service=BO)])
    add_italy(kari)
    add_bo(kari)

    released = release(kari, reasons=["no_rate"])

    assert released.rows == 1
    assert states() == [(2, "no_rate", "released"), (3, "unknown_service", "open")]
    assert hits() == []


def test_lines_of_another_source_are_left_alone(kari):
    other = make.make_source(kari.brand, "OTHER")
    kari.take([call(called=ITALY)], source=other)
    add_italy(kari)

    released = release(kari)

    assert released.rows == 0
    assert states() == [(2, "no_rate", "open")]


def test_a_conflict_stays(kari):
    kari.take([call(seconds=61), call(seconds=62)])

    released = release(kari)

    assert released.rows == 0
    assert states() == [(3, "conflict", "open")]


def test_of_two_lines_with_one_id_the_first_is_released_and_the_conflict_stays(kari):
    kari.take([call(called=ITALY, seconds=61), call(called=ITALY, seconds=62)])
    add_italy(kari)

    release(kari)

    assert [quantity for quantity, *_ in amounts()] == [61]
    assert states() == [(2, "no_rate", "released"), (3, "conflict", "open")]
    assert hits() == []


@pytest.mark.parametrize("slice_lines", [1, 2, 50])
def test_an_invalid_line_that_came_first_counts_once_it_makes_sense(kari, slice_lines):
    kari.source.quantity_max = 60
    kari.take([call(seconds=61), call("A-2", seconds=99), call(called=ITALY, seconds=60)])
    allow_more(kari)
    add_italy(kari)

    released = release(kari, slice_lines=slice_lines)

    assert [quantity for quantity, *_ in sorted(amounts())] == [61, 99]
    assert released.suspended == {"conflict": 1}
    assert states() == [
        (2, "invalid", "released"),
        (3, "invalid", "released"),
        (4, "conflict", "open"),
    ]
    assert hits() == []


def test_an_invalid_line_whose_id_was_rated_meanwhile_is_a_conflict(kari):
    kari.source.quantity_max = 61
    kari.take([call(seconds=62)], "first.csv")
    kari.take([call(seconds=61)], "corrected.csv")
    allow_more(kari)

    released = release(kari)

    assert released.suspended == {"conflict": 1}
    assert [quantity for quantity, *_ in amounts()] == [61]
    assert hits() == []


@pytest.mark.parametrize("slice_lines", [1, 50])
def test_a_line_that_came_otherwise_meanwhile_is_a_duplicate(kari, slice_lines):
    kari.source.mapping["columns"]["quantity"] = "minutes"
    header = HEADER.replace("seconds", "minutes")
    lines = [call("A-1", seconds="1.5"), call("A-2", seconds="2.5")]
    kari.take(lines, "minutes.csv", header=header)
    kari.source.mapping["quantity_unit"] = 60
    kari.take([lines[0]], "again.csv", header=header)

    released = release(kari, slice_lines=slice_lines)

    assert (released.rated, released.duplicates) == (1, 1)
    assert files() == [
        ("again.csv", 1, 1, 0, 0, 0, 90, 90),
        ("minutes.csv", 2, 1, 1, 0, 0, 240, 150),
    ]
    assert hits() == []


def test_a_line_that_is_no_usage_by_the_mended_mapping_is_ignored(kari):
    source = kari.asterisk()
    line = asterisk_call(dst="*97", dcontext="internal")
    kari.take([line, asterisk_call(uniqueid="2.1")], header="", source=source)
    source.mapping = {"skip_contexts": ["internal"]}

    released = release(kari, source=source)

    assert (released.ignored, released.suspended) == (1, {})
    assert files() == [("usage.csv", 2, 1, 0, 0, 1, 61, 61)]
    assert hits() == []


def test_a_file_that_the_mapping_no_longer_fits_stays_and_is_named(kari):
    kari.take([call("A-1", called=ITALY), call("A-2", seconds="x")])
    add_italy(kari)
    before = list(SuspendedUsage.objects.values())
    kari.source.mapping["columns"]["quantity"] = "duration"

    released = release(kari)

    assert (released.rows, released.suspended) == (2, {"no_rate": 1, "invalid": 1})
    assert [str(problem) for problem in released.problems] == [
        f"usage.csv:1: {NO_COLUMN}",
    ]
    assert list(SuspendedUsage.objects.values()) == before
    assert hits() == []


def test_a_file_in_another_encoding_than_the_source_has_today_stays_and_is_named(kari):
    kari.source.encoding = "latin-1"
    path = kari.folder / "latin.csv"
    header = HEADER + ",tjänst"
    path.write_bytes(f"{header}\n{call(called=ITALY)},x\n".encode("latin-1"))
    kari.take_file(path)
    add_italy(kari)
    kari.source.encoding = "utf-8"

    released = release(kari)

    assert [str(problem) for problem in released.problems] == [
        "latin.csv:1: the header line is not utf-8; set the source's encoding to that of the file"
    ]
    assert states() == [(2, "no_rate", "open")]


def test_lines_that_do_not_fit_the_format_any_more_stay_as_they_are(kari):
    asterisk = kari.asterisk()
    kari.take([call(called=ITALY)], header=HEADER)
    source = SuspendedUsage.objects.get().source
    source.format, source.mapping = asterisk.format, asterisk.mapping
    source.save()
    before = list(SuspendedUsage.objects.values())

    released = release(kari, source=source)

    assert released.suspended == {"no_rate": 1}
    assert [problem.what for problem in released.problems] == [
        "5 columns, where Master.csv has 16 or 18"
    ]
    assert list(SuspendedUsage.objects.values()) == before


def test_what_is_released_after_its_period_was_billed_is_late(kari):
    kari.take([call(called=ITALY, seconds=60)])
    run_billing(
        brand=kari.brand,
        bill_date=date(2026, 11, 1),
        as_of=date(2026, 11, 3),
        now=datetime(2026, 11, 3, 8, tzinfo=UTC),
    )
    add_italy(kari)

    release(kari)

    record = UsageRecord.objects.get()
    assert record.flags == UsageRecord.Flag.LATE
    assert (record.origin_start, record.period_start) == (date(2026, 10, 1), date(2026, 11, 1))
    run = run_billing(
        brand=kari.brand,
        bill_date=date(2026, 12, 1),
        as_of=date(2026, 12, 3),
        now=datetime(2026, 12, 3, 8, tzinfo=UTC),
    )
    assert "1.20" in [f"{line.amount:.2f}" for line in run.invoices.get().lines.all()]
    tell_the_news()
    assert [hit for check in all_invariants() for hit in check.check()] == []

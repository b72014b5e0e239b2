"""Files that are missing: by number, by day, by the clock; they hold the bill run."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from billing.invoicing.models import BillRun
from billing.invoicing.services.run_billing import run_billing
from billing.models import AcceptedUsageGap, UsageArrival, UsageFile
from billing.usage.arrivals.gaps import (
    Arrival,
    Expectation,
    schedule_gaps,
    sequence_gaps,
    slots_of,
)
from billing.usage.arrivals.name_patterns import NameParts, NamePattern
from billing.usage.arrivals.queries import completeness_of
from billing.usage.arrivals.services.accept_gap import accept_gap
from core.errors import DomainError
from tests.billing.usage.kari import Kari, call
from tests.billing.usage.test_import_usage_command import run

OSLO = "Europe/Oslo"


def at(day: int, hour: int = 0, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def numbered(*numbers: int, day: str = "") -> list[Arrival]:
    start = at(1)
    return [
        Arrival(f"CDR{day}_{number}.csv", start + timedelta(minutes=place))
        for place, number in enumerate(numbers)
    ]


@pytest.mark.parametrize(
    ("pattern", "name", "parts"),
    [
        ("CDR_{sequence}.csv*", "CDR_00017.csv.gz", NameParts(sequence=17)),
        ("CDR_{sequence}.csv", "CDR_17.csv.gz", NameParts(sequence=17)),
        ("CDR_{sequence}.csv", "october.zip/CDR_17.csv", NameParts(sequence=17)),
        ("{date}.csv", "20261103.csv", NameParts(day=date(2026, 11, 3))),
        ("x-{date}T{hour}?.csv", "x-2026-11-03T05Z.csv", NameParts(date(2026, 11, 3), 5)),
        ("{date}.csv", "20261399.csv", None),
        ("a.c", "abc", None),
        ("CDR_{sequence}.csv", "CDR_.csv", None),
    ],
)
def test_what_a_name_tells(pattern, name, parts):
    assert NamePattern(pattern).read(name) == parts


@pytest.mark.parametrize(
    "pattern", ["{number}", "{date}{date}", "{hour}", "{", "a}b", "*" * 5, "{date"]
)
def test_patterns_that_make_no_sense(pattern):
    with pytest.raises(DomainError, match="pattern"):
        NamePattern(pattern)


@pytest.mark.parametrize(
    ("came", "first", "accepted", "keys"),
    [
        ([1, 2, 3], None, [], []),
        ([5, 9, 7, 12], None, [], ["#6", "#8", "#10-11"]),
        ([5, 6], 1, [], ["#1-4"]),
        ([5, 12], None, ["#7-8"], ["#6", "#9-11"]),
        ([5, 12], None, ["#6-11", "#x", "2026-11-01"], []),
        ([1, 10**15 - 1], None, [], [f"#2-{10**15 - 2}"]),
    ],
)
def test_numbers_that_are_missing(came, first, accepted, keys):
    expected = Expectation(zone=OSLO, pattern="CDR_{sequence}.csv", sequence_first=first)

    assert [gap.key for gap in sequence_gaps(expected, numbered(*came), accepted)] == keys


def test_numbers_that_begin_anew_each_day():
    expected = Expectation(
        zone=OSLO, pattern="CDR{date}_{sequence}.csv", sequence_first=1, sequence_daily=True
    )
    came = [*numbered(1, 2, day="20261101"), *numbered(2, 4, day="20261102")]

    gaps = list(sequence_gaps(expected, came, ["#2026-11-02/3"]))

    assert [gap.key for gap in gaps] == ["#2026-11-02/1"]
    assert gaps[0].what == "file number 1 of 2026-11-02 never came"


def test_a_file_is_due_each_day_by_a_time_of_the_brands_zone():
    expected = Expectation(zone=OSLO, by=time(6), starts=date(2026, 10, 24))

    slots = slots_of(expected, at(26, 12, month=10))

    assert [(slot.key, slot.due.astimezone(UTC).isoformat()[:16]) for slot in slots] == [
        ("2026-10-24", "2026-10-25T05:00"),
        ("2026-10-25", "2026-10-26T05:00"),
        ("2026-10-26", "2026-10-27T05:00"),
    ]


def test_files_are_told_by_the_day_in_their_names():
    expected = Expectation(zone=OSLO, pattern="{date}.csv", by=time(6), starts=date(2026, 11, 1))
    came = [
        Arrival("20261101.csv", at(2, 4)),
        Arrival("20261103.csv", at(4, 4)),
        Arrival("20261104.csv", at(5, 9)),
    ]

    gaps, late = schedule_gaps(expected, came, at(6, 4))

    assert [(gap.key, gap.what) for gap in gaps] == [
        (
            "2026-11-02",
            "the file from 2026-11-02 00:00, due by 2026-11-03 06:00, never came",
        )
    ]
    assert [(file.name, file.due, file.at) for file in late] == [
        ("20261104.csv", at(5, 5), at(5, 9))
    ]


def test_without_names_the_clock_tells_them_apart():
    expected = Expectation(zone=OSLO, every_hours=24, starts=date(2026, 11, 1))
    # Days end at 23:00 UTC. The second came an hour late, the third never.
    came = [Arrival("Master.csv", at(1, 22)), Arrival("Master.csv", at(3, 0)),
            Arrival("Master.csv", at(4, 22, 30))]  # fmt: skip

    gaps, late = schedule_gaps(expected, came, at(5, 1))
    # What comes far from any time is the next one; then the next one is the oldest missing.
    came += [Arrival("Master.csv", at(5, 2)), Arrival("Master.csv", at(5, 22))]
    all_came, _ = schedule_gaps(expected, came, at(5, 23))

    assert [gap.key for gap in gaps] == ["2026-11-02T23:00Z"]
    assert [file.at for file in late] == [at(3, 0)]
    assert all_came == []


def test_hours_are_told_by_names_with_the_hour():
    expected = Expectation(
        zone="UTC", pattern="{date}{hour}.csv", every_hours=6, starts=date(2026, 11, 1)
    )
    came = [Arrival("2026110100.csv", at(1, 7)), Arrival("2026110112.csv", at(1, 18))]

    gaps, late = schedule_gaps(expected, came, at(2, 1))

    assert [gap.key for gap in gaps] == ["2026-11-01T06:00Z", "2026-11-01T18:00Z"]
    assert [file.name for file in late] == ["2026110100.csv"]


def test_what_is_not_due_yet_is_not_missing():
    expected = Expectation(zone=OSLO, by=time(6), starts=date(2026, 11, 1))

    gaps, late = schedule_gaps(expected, [], at(2, 4, 59))

    assert (gaps, late) == ([], [])


def expect(kari: Kari, **settings: Any) -> None:
    for name, value in settings.items():
        setattr(kari.source, name, value)
    kari.source.save()


def test_the_same_content_under_another_name_has_come_as_well(kari):
    expect(kari, file_name_pattern="CDR_{sequence}.csv")
    for number in (1, 2, 3):
        kari.take([], name=f"CDR_{number}.csv")

    assert UsageFile.objects.count() == 1
    assert UsageArrival.objects.count() == 3
    assert completeness_of(kari.source, timezone.now()).gaps == []


def bill(kari: Kari, **options: Any) -> BillRun:
    now = at(5, 12)
    return run_billing(
        brand=kari.brand, bill_date=date(2026, 11, 1), as_of=date(2026, 11, 5), now=now, **options
    )


def test_a_missing_number_holds_the_bill_run_until_it_comes(kari):
    expect(kari, file_name_pattern="CDR_{sequence}.csv")
    kari.take([call("A-1")], name="CDR_1.csv")
    kari.take([call("A-3")], name="CDR_3.csv")

    with pytest.raises(DomainError) as held:
        bill(kari)

    assert str(held.value) == (
        "fjordtel 2026-11-01: usage is missing: SWITCH: file number 2 never came (gap #2). Take "
        "the files in, or accept the gaps with a reason: on the source's page in the back office, "
        "or by usage_gaps --source CODE --accept GAP --reason TEXT."
    )
    assert not BillRun.objects.exists()

    kari.take([call("A-2")], name="CDR_2.csv")

    assert bill(kari).state == "published"


def test_an_accepted_gap_holds_nothing(kari):
    expect(kari, expected_by=time(6), expected_from=date(2026, 10, 31))
    kari.take([call("A-1")])

    with pytest.raises(DomainError, match="the file from 2026-10-31 00:00"):
        bill(kari)
    accept_gap(
        source=kari.source, key="2026-10-31", reason="Switch was off.", by=None, now=at(5, 12)
    )

    assert bill(kari).state == "published"
    # What is missing of November concerns the next run.
    assert completeness_of(kari.source, at(5, 12)).gaps != []


def test_sources_that_hold_nothing_and_previews_go_on(kari):
    expect(kari, expected_by=time(6), expected_from=date(2026, 10, 31))

    assert bill(kari, despite_gaps=True).state == "published"

    expect(kari, holds_billing=False)

    assert bill(kari).state == "published"


def test_a_preview_says_what_would_hold_the_run(kari):
    expect(kari, expected_by=time(6), expected_from=date(2026, 10, 31))
    order = ("run_billing", "--brand", "fjordtel", "--bill-date", "2026-11-01")

    previewed, _, told = run(*order, "--as-of", "2026-11-05", "--preview")
    held, _, errors = run(*order, "--as-of", "2026-11-05")

    assert previewed == 0
    assert told.startswith("The run itself would be held. fjordtel 2026-11-01: usage is missing")
    assert (held, BillRun.objects.exists()) == (1, False)
    assert "SWITCH: the file from 2026-10-31 00:00" in errors


def test_a_file_that_was_taken_in_partly_holds_the_run(kari):
    kari.take([call("A-1")])
    UsageFile.objects.update(state="loading")

    with pytest.raises(DomainError, match=r"usage\.csv was taken in partly; import it again"):
        bill(kari)


def test_gaps_are_listed_and_accepted_by_the_command(kari):
    expect(kari, file_name_pattern="CDR_{sequence}.csv")
    kari.take([call("A-1")], name="CDR_1.csv")
    kari.take([call("A-4")], name="CDR_4.csv")

    listed = run("usage_gaps")
    without_reason = run("usage_gaps", "--source", "SWITCH", "--accept", "#2-3")
    unknown = run("usage_gaps", "--source", "SWITCH", "--accept", "#9", "--reason", "Lost.")
    accepted = run("usage_gaps", "--source", "SWITCH", "--accept", "#2-3", "--reason", "Lost.")

    assert listed == (1, "", "SWITCH #2-3: files number 2-3 never came\n")
    assert without_reason[0] == 2
    assert unknown == (1, "", "Source SWITCH has no gap #9; it has #2-3.\n")
    assert accepted == (0, "SWITCH: #2-3 accepted.\n", "")
    assert AcceptedUsageGap.objects.get().reason == "Lost."

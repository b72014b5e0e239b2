"""`import_usage` and `ensure_partitions` as people call them: what they print and return."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from billing.usage.models import SuspendedUsage, UsageFile, UsageRecord, UsageSummary
from billing.usage.partitions import existing_months
from tests import make
from tests.billing.usage.kari import amounts, asterisk_call, call

NO_RATE = "deck VOICE has no rate for 390612345 on 2026-10-03; add its prefix (import_rates)"
TOO_NARROW = (
    "1 columns, where the header line has 5; "
    "complete the line; put fields that hold the delimiter in quotes"
)
COLUMNS = ("record_id", "started_at", "a_number", "b_number", "seconds")


def run(*arguments: object) -> tuple[int, str, str]:
    """Exit code, output and errors."""
    out, errors = StringIO(), StringIO()
    try:
        call_command(*map(str, arguments), stdout=out, stderr=errors)
    except SystemExit as stop:
        return int(str(stop.code)), out.getvalue(), errors.getvalue()
    return 0, out.getvalue(), errors.getvalue()


def totals(output: str) -> dict[str, str]:
    """The two-column table that was printed, by label."""
    rows = (re.fullmatch(r" *(.*?)  +(\S+) *", line) for line in output.splitlines())
    return {row[1]: row[2] for row in rows if row}


def test_totals_of_a_clean_file_are_printed_and_the_code_is_0(kari):
    path = kari.write([call("A-1"), call("A-1"), call("A-2", called="+902121234567")])

    code, output, errors = run("import_usage", "SWITCH", path)

    assert (code, errors) == (0, "")
    assert totals(output) == {
        "rows": "3",
        "rated": "2",
        "duplicates": "1",
        "ignored": "0",
        "suspended": "0",
        "seconds rated": "122",
        "amount NOK": "8.278167",
    }


def test_suspended_lines_are_printed_with_place_and_remedy_and_the_code_is_1(kari):
    path = kari.write([call("A-1"), call("A-2", called="+390612345"), call("A-3", seconds="x")])

    code, output, errors = run("import_usage", "SWITCH", path)

    assert code == 1
    assert totals(output)["no_rate"] == totals(output)["invalid"] == "1"
    assert errors.splitlines() == [
        f"{path}:3: no_rate: {NO_RATE}",
        f"{path}:4: invalid: 'x' is not a quantity; a quantity is a number, zero or more",
    ]


def test_a_thousand_suspended_lines_are_not_all_printed(kari):
    path = kari.write([call(f"A-{n}", seconds="x") for n in range(1_200)])

    code, output, errors = run("import_usage", "SWITCH", path)

    assert code == 1
    assert totals(output)["suspended"] == "1,200"
    assert len(errors.splitlines()) == 52
    assert errors.splitlines()[-1] == "1200 lines in suspense in all."


def test_a_refused_file_does_not_hold_back_the_others(kari):
    good, bad = kari.write([call()]), kari.write(["x"], "bad.csv")

    code, output, errors = run("import_usage", "SWITCH", bad, good)

    assert code == 1
    assert errors.splitlines() == [
        f"{bad}:2: {TOO_NARROW}",
        f"{bad}: refused; nothing of it was stored.",
    ]
    assert totals(output)["rated"] == "1"
    assert UsageFile.objects.get().name == "usage.csv"


def test_a_known_file_is_named_and_the_code_is_0(kari):
    path = kari.write([call(), call("A-2", seconds="x")])
    run("import_usage", "SWITCH", path)
    renamed = path.rename(kari.folder / "renamed.csv")

    code, output, errors = run("import_usage", "SWITCH", renamed)

    assert (code, errors) == (0, "")
    assert re.fullmatch(
        rf"{re.escape(str(renamed))}: known since \d{{4}}-\d\d-\d\d \d\d:\d\d UTC as usage.csv; "
        r"nothing was stored.\n",
        output,
    )


def test_a_dry_run_says_the_same_and_stores_nothing(kari):
    path = kari.write([call("A-1"), call("A-2", seconds="x")])

    code, output, errors = run("import_usage", "SWITCH", path, "--dry-run")

    assert code == 1
    assert "Dry run: nothing was stored." in output
    assert (totals(output)["rated"], totals(output)["suspended"]) == ("1", "1")
    assert ":3: invalid:" in errors
    for model in (UsageFile, UsageRecord, UsageSummary, SuspendedUsage):
        assert not model.objects.exists()


def test_an_unknown_source_and_a_missing_file_can_not_start(kari):
    path = kari.write([call()])

    unknown = run("import_usage", "SWITCHBOARD", path)
    missing = run("import_usage", "SWITCH", path, kari.folder / "none.csv")

    assert unknown[0] == missing[0] == 2
    assert unknown[2] == "There is no usage source SWITCHBOARD; there are: SWITCH.\n"
    assert missing[2] == f"There is no file {kari.folder / 'none.csv'}.\n"
    assert not UsageFile.objects.exists()


def test_a_source_that_makes_no_sense_can_not_start(kari):
    kari.source.mapping = {}
    kari.source.save()

    code, _, errors = run("import_usage", "SWITCH", kari.write([call()]))

    assert code == 2
    assert errors.startswith("Source SWITCH: its mapping's `columns` name start, service, quantity")


def test_asterisk_lines_with_commas_and_quotes_in_the_caller_s_name_are_read(kari):
    kari.asterisk()
    path = kari.write(
        [
            asterisk_call(clid='"Nordmann, ""Kari"", jr" <90000123>'),
            asterisk_call(clid='""', columns=16),
        ],
        "Master.csv",
        header="",
    )

    code, output, errors = run("import_usage", "ASTERISK", path)

    assert (code, errors) == (0, "")
    assert totals(output)["rated"] == "2"


def test_the_examples_of_the_documentation_are_rated(kari):
    section = (settings.BASE_DIR / "docs" / "formats.md").read_text().split("## 4. Usage")[1]
    master = re.search(r"^```\n(\"47.*?)^```", section, re.MULTILINE | re.DOTALL)
    records = re.search(r"^```csv\n(record_id.*?)^```", section, re.MULTILINE | re.DOTALL)
    assert master
    assert records
    kari.asterisk()
    make.make_rate(kari.deck, "46", "1.00")
    names = dict(zip(("id", "start", "service", "called", "quantity"), COLUMNS, strict=True))
    kari.source.mapping = {"columns": names}
    kari.source.save()
    files = kari.folder / "Master.csv", kari.folder / "records.csv"
    for path, found in zip(files, (master, records), strict=True):
        path.write_text(found[1])

    codes = [run("import_usage", "ASTERISK", files[0]), run("import_usage", "SWITCH", files[1])]

    assert [code for code, *_ in codes] == [0, 0]
    # 61 s at 1.00 a minute, 60/1; then 0.99 + 2 started minutes at 2.90 to Türkiye.
    assert sorted(amount for *_, amount in amounts()) == [1_016_667, 6_790_000]


@pytest.mark.parametrize(
    ("arguments", "first", "last", "code"),
    [
        (("--from", "2024-01", "--to", "2024-12"), (2024, 1), (2024, 12), 0),
        (("--from", "2024-12", "--to", "2024-12"), (2024, 12), (2024, 12), 0),
        (("--from", "2024-12", "--to", "2024-11"), None, None, 2),
        (("--from", "1024-12", "--to", "2024-11"), None, None, 2),
    ],
)
def test_months_of_the_usage_table_are_made_once(db, arguments, first, last, code):
    before = months()

    codes = [run("ensure_partitions", *arguments)[0] for _ in range(2)]

    made = months() - before
    assert codes == [code, code]
    assert (min(made), max(made)) == (first, last) if first else not made


def test_usage_of_a_month_that_was_made_is_rated(kari: object, tmp_path: Path):
    path = tmp_path / "old.csv"
    line = call(start="2026-01-15T12:00:00Z").replace("2026", "2027")
    path.write_text(f"id,start,service,called,seconds\n{line}\n")
    run("ensure_partitions", "--from", "2027-01", "--to", "2027-01")

    code, output, _ = run("import_usage", "SWITCH", path)

    assert code == 0
    assert totals(output)["rated"] == "1"


def months() -> set[tuple[int, int]]:
    with connection.cursor() as cursor:
        return {(month.year, month.month) for month in existing_months(cursor)}

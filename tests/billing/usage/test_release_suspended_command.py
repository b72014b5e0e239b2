"""`release_suspended` as people call it: what it prints and returns, and who points to it."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from billing.usage.models import SuspendedUsage, UsageFile, UsageRecord
from tests import make
from tests.billing.usage.kari import call, hits, summaries

ITALY = "+390612345"
HINT = "Lines in suspense wait: mend their causes, then run release_suspended SWITCH."


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


@pytest.fixture
def waiting(kari):
    """Two calls to Italy, which has no rate yet, and one that makes no sense."""
    kari.take([call("A-1", called=ITALY), call("A-2", called=ITALY), call("A-3", seconds="x")])
    return kari


def test_the_import_says_how_suspended_lines_are_released(kari):
    path = kari.write([call(called=ITALY)])

    tried = run("import_usage", "SWITCH", path, "--dry-run")
    stored = run("import_usage", "SWITCH", path)

    assert HINT not in tried[1].splitlines()
    assert HINT in stored[1].splitlines()


@pytest.mark.parametrize("rows", [[call()], [call(seconds=61), call(seconds=62)]])
def test_the_import_does_not_speak_of_releases_where_nothing_can_be_mended(kari, rows):
    _, output, _ = run("import_usage", "SWITCH", kari.write(rows))

    assert "release_suspended" not in output


def test_totals_are_printed_and_the_code_is_0_once_nothing_stays(waiting):
    make.make_rate(waiting.deck, "39", "1.20")

    code, output, errors = run("release_suspended", "SWITCH", "--reason", "no_rate")

    assert (code, errors) == (0, "")
    assert output.startswith("SWITCH: lines that waited in suspense\n")
    assert totals(output) == {
        "rows": "2",
        "rated": "2",
        "duplicates": "0",
        "ignored": "0",
        "suspended": "0",
        "seconds rated": "122",
        "amount NOK": "2.440000",
    }


def test_lines_that_stay_are_printed_with_place_and_remedy_and_the_code_is_1(waiting):
    make.make_rate(waiting.deck, "39", "1.20")

    code, output, errors = run("release_suspended", "SWITCH")

    assert code == 1
    assert (totals(output)["rated"], totals(output)["invalid"]) == ("2", "1")
    assert errors == (
        "usage.csv:4: invalid: 'x' is not a quantity; a quantity is a number, zero or more\n"
    )


def test_several_reasons_may_be_named(waiting):
    code, output, _ = run(
        "release_suspended", "SWITCH", "--reason", "no_rate", "--reason", "invalid"
    )

    assert code == 1
    assert totals(output)["rows"] == "3"


def test_a_dry_run_says_the_same_and_stores_nothing(waiting):
    make.make_rate(waiting.deck, "39", "1.20")
    before = list(SuspendedUsage.objects.values()), list(UsageFile.objects.values())

    code, output, _ = run("release_suspended", "SWITCH", "--dry-run")

    assert code == 1
    assert "Dry run: nothing was stored." in output
    assert totals(output)["rated"] == "2"
    assert (list(SuspendedUsage.objects.values()), list(UsageFile.objects.values())) == before
    assert not UsageRecord.objects.exists()
    assert summaries() == []
    assert hits() == []


def test_where_nothing_waits_the_code_is_0(kari):
    code, output, errors = run("release_suspended", "SWITCH")

    assert (code, errors) == (0, "")
    assert totals(output)["rows"] == "0"


def test_conflicts_are_counted_but_not_tried(kari):
    kari.take([call(seconds=61), call(seconds=62)])

    code, output, errors = run("release_suspended", "SWITCH")

    assert (code, errors) == (0, "")
    assert totals(output)["rows"] == "0"
    assert output.splitlines()[-1].startswith("1 lines of reason conflict are not tried: ")


def test_an_unknown_source_can_not_start(kari):
    code, output, errors = run("release_suspended", "SWITCHBOARD")

    assert (code, output) == (2, "")
    assert errors == "There is no usage source SWITCHBOARD; there are: SWITCH.\n"


@pytest.mark.parametrize("reason", ["conflict", "bad_mood"])
def test_a_reason_that_is_not_released_can_not_start(kari, reason):
    with pytest.raises(CommandError, match=f"invalid choice: '{reason}'"):
        run("release_suspended", "SWITCH", "--reason", reason)

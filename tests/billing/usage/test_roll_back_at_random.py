"""Random files of random companies: rolled back, they leave what the others alone would have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from billing.usage.allowances.models import AllowanceBalance, UsageCorrection
from billing.usage.models import SuspendedUsage, UsageFile, UsageRecord
from billing.usage.services.release_suspended import release_suspended
from billing.usage.services.roll_back_file import roll_back_file
from tests.billing.usage.kari import NOW, Kari, hits
from tests.billing.usage.test_allowances_at_random import Company, start_over
from tests.billing.usage.test_allowances_used import everything
from tests.billing.usage.test_corrections_stored import HEADER

FILES = 4


def stored() -> dict[str, Any]:
    """All that a file that was rolled back must have left behind nowhere."""
    names = dict(UsageFile.objects.values_list("pk", "name"))
    live = UsageFile.objects.exclude(state="rolled_back")
    counts = [
        "rows", "rated", "duplicates", "suspended", "ignored", "quantity", "quantity_rated",
        "quantity_duplicates", "quantity_suspended",
    ]  # fmt: skip
    said = ["line_number", "raw", "reason", "cause", "key", "content"]
    lines = SuspendedUsage.objects.filter(state="open")
    records = UsageRecord.objects.values_list("file_id", "line_number", "key", "flags", "amount")
    figures, balances, counters, sums = everything()
    used = {
        (row.account_id, row.period_start) for row in AllowanceBalance.objects.filter(used__gt=0)
    }
    return {
        "figures": figures,
        # Grants that nobody used say nothing.
        "balances": [row for row in balances if tuple(row[:2]) in used],
        # So do common prices that count nothing.
        "counters": [row for row in counters if row[3:] != (0, 0)],
        "sums": sums,
        "files": sorted(live.values_list("name", "state", *counts)),
        "suspense": sorted(
            (names[file], *map(str, rest)) for file, *rest in lines.values_list("file_id", *said)
        ),
        "records": sorted((names[file], *map(str, rest)) for file, *rest in records),
        "corrections": sorted(UsageCorrection.objects.values_list("key", "corrected_key")),
    }


def with_other_content(line: str) -> str:
    """The line, under the same id, with a second more."""
    fields = line.split(",")
    fields[4] = str(int(fields[4]) + 1)
    return ",".join(fields)


def naming_nothing(line: str) -> str:
    """A correction of a record that never comes."""
    fields = line.split(",")
    fields[0] += "X"
    fields[6] += "X"
    return ",".join(fields)


def random_files(company: Company) -> list[list[str]]:
    """Files in which lines come again, contradict others, name records that never come, make no
    sense, or have nobody's number."""
    draw = company.random
    lines = company.usage()
    lines += [line for line in draw.sample(lines, 10) if not line.startswith("C")]
    again = draw.sample(lines, 25)
    lines += again
    lines += [with_other_content(line) for line in draw.sample(lines, 8) if line[0] == "R"]
    lines += [naming_nothing(line) for line in lines if line[0] == "C"]
    lines += [f"U{at},2026-09-10T10:00:0{at}Z,+4799999999,+4722000000,60,CALL,," for at in range(3)]
    lines += ["B1,never,+4790000123,+4722000000,60,CALL,,", "B1,never,+4790000123,+4722,60,CALL,,"]
    draw.shuffle(lines)
    files: list[list[str]] = [[] for _ in range(FILES)]
    for line in lines:
        files[draw.randrange(FILES)].append(line)
    return files


def take(kari: Kari, files: Sequence[list[str]], which: Sequence[int]) -> None:
    for place in which:
        kari.take(files[place], f"{place}.csv", header=HEADER)


def check(kari: Kari, seed: int) -> None:
    company = Company(kari, seed)
    files = random_files(company)
    gone = company.random.randrange(FILES)
    take(kari, files, [place for place in range(FILES) if place != gone])
    release_suspended(source=kari.source, now=NOW)
    without = stored()
    start_over()
    take(kari, files, range(FILES))

    roll_back_file(UsageFile.objects.get(name=f"{gone}.csv"), by_id=None, reason="a test", now=NOW)
    release_suspended(source=kari.source, now=NOW)

    assert stored() == without
    assert hits() == []


@pytest.mark.parametrize("seed", range(6))
def test_what_is_rolled_back_never_came(kari: Kari, seed: int) -> None:
    check(kari, seed)


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(6, 66))
def test_what_is_rolled_back_never_came_at_length(kari: Kari, seed: int) -> None:
    check(kari, seed)

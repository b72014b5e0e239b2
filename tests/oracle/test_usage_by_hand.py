"""Random companies with allowances, cumulative prices, late usage and corrections, by hand too."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tests.oracle import product
from tests.oracle.usage_comparing import (
    COUNTED,
    GRANTS,
    LINES,
    RECORDS,
    SUMMARIES,
    UsageComparison,
)
from tests.oracle.usage_worlds import UsageWorld
from tests.oracle.worlds import Step

SEEDS = range(4)


def play(seed: int, folder: Path, size: int = 3) -> UsageComparison:
    """A world on both sides, and the database as it was."""
    folder.mkdir()
    comparison = UsageComparison(seed, folder, size=size)
    comparison.by_hand()
    with transaction.atomic():
        comparison.by_product()
        comparison.compare()
        transaction.set_rollback(True)
    return comparison


@pytest.mark.django_db
@pytest.mark.parametrize("seed", SEEDS)
def test_usage_of_plans_with_allowances_is_what_independent_arithmetic_says(seed, tmp_path):
    comparison = play(seed, tmp_path / "world")

    assert not comparison.problems, "\n".join(comparison.problems[:40])
    assert comparison.counts["record"] > 100


@pytest.mark.prove
@pytest.mark.django_db
def test_many_companies_use_their_allowances_as_by_hand(tmp_path):
    seconds = int(os.environ.get("TRUNKLINE_PROVE_SECONDS", "300")) / 2
    seed = int(os.environ.get("TRUNKLINE_PROVE_SEED", "1000"))
    end = time.monotonic() + seconds
    counts: Counter[str] = Counter()
    problems = []
    while time.monotonic() < end:
        comparison = play(seed, tmp_path / str(seed), size=5)
        counts += comparison.counts
        problems += [f"world {seed}: {problem}" for problem in comparison.problems]
        seed += 1

    print(dict(counts))
    assert not problems, "\n".join(problems[:60])
    assert counts["worlds"]


def cut(step: Step, way: str, pieces: int) -> list[Path]:
    """The lines of a usage file shuffled, in so many files."""
    [path] = step.paths
    head, *lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    random.Random(way).shuffle(lines)
    paths = []
    for number in range(min(pieces, len(lines))):
        part = path.with_name(f"{path.stem}-{way}-{number}.csv")
        part.write_text(head + "".join(lines[number::pieces]), encoding="utf-8")
        paths.append(part)
    return paths


def everything() -> list[Counter[Any]]:
    """What is stored, without the files that it came in."""
    records: Counter[Any] = Counter((*row[:4], *row[6:]) for row in product.rows(RECORDS))
    return [records, *(Counter(product.rows(each)) for each in (GRANTS, COUNTED, SUMMARIES, LINES))]


@pytest.mark.django_db
def test_pieces_orders_and_repetitions_use_the_same_allowances(tmp_path):
    """Nothing is late here, since late usage counts in the order in which it comes."""
    world = UsageWorld(2, tmp_path)
    product.open_months(world.first_month)
    usage = [step for step in world.steps if step.what == "usage"][:4]
    usage.sort(key=lambda step: "credits" in step.paths[0].name)
    masters = [step for step in world.steps if step.what not in ("usage", "run")]
    runs = [step for step in world.steps if step.what == "run"][:3]
    seen = []
    for way, pieces in (("as it came", 0), ("whole", 1), ("pieces", 37), ("twice", 2)):
        with transaction.atomic():
            for step in masters + usage + runs:
                paths = cut(step, way, pieces) if pieces and step.what == "usage" else step.paths
                again = 2 if step.what == "usage" and way == "twice" else 1
                for _ in range(again):
                    product.run_step(Step(step.what, step.on, step.name, paths))
            seen.append(everything())
            transaction.set_rollback(True)

    assert all(seen[0])
    assert [[mine == its for mine, its in zip(one, seen[0], strict=True)] for one in seen] == [
        [True] * 5
    ] * 4

"""Random companies billed twice: by the product's commands and by hand."""

from __future__ import annotations

import json
import os
import random
import time
from collections import Counter
from pathlib import Path

import pytest
from django.db import transaction

from tests.oracle import product
from tests.oracle.comparing import Comparison
from tests.oracle.worlds import Step, World

SEEDS = range(3)
# A suspended line's place is its file's; what it says is the same in any file.
ANYWHERE = "SELECT raw, reason FROM billing_suspendedusage"


def play(seed: int, folder: Path, size: int = 4) -> Comparison:
    """Bill a world twice and leave the database as it was."""
    folder.mkdir()
    comparison = Comparison(seed, folder, size)
    with transaction.atomic():
        comparison.run()
        transaction.set_rollback(True)
    return comparison


@pytest.mark.django_db
@pytest.mark.parametrize("seed", SEEDS)
def test_every_amount_is_what_independent_arithmetic_says(seed, tmp_path):
    comparison = play(seed, tmp_path / "world")

    assert not comparison.problems, "\n".join(comparison.problems[:40])
    assert comparison.counts["invoices"] > 5


@pytest.mark.prove
@pytest.mark.django_db
def test_many_companies_are_billed_as_by_hand(tmp_path):
    seconds = int(os.environ.get("TRUNKLINE_PROVE_SECONDS", "300"))
    first = int(os.environ.get("TRUNKLINE_PROVE_SEED", "1000"))
    end = time.monotonic() + seconds
    counts: Counter[str] = Counter()
    problems = []
    seed = first
    while time.monotonic() < end:
        comparison = play(seed, tmp_path / str(seed), size=6)
        counts += comparison.counts
        problems += [f"world {seed}: {problem}" for problem in comparison.problems]
        seed += 1

    print(dict(counts))
    assert not problems, "\n".join(problems[:60])
    assert counts["worlds"]


def cut(world: World, step: Step, name: str, *, whole: bool) -> list[Path]:
    """The lines of a usage file shuffled, and in one file or in five that overlap."""
    [path] = step.paths
    head, *lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    if world_format(world, step) == "asterisk":
        head, lines = "", [head, *lines]
    random.Random(name).shuffle(lines)
    size = len(lines) if whole else len(lines) // 4
    paths = []
    for number, start in enumerate(range(0, len(lines), size)):
        part = path.with_name(f"{path.stem}-{name}-{number}.csv")
        part.write_text(head + "".join(lines[start : start + size + 2]), encoding="utf-8")
        paths.append(part)
    return paths


def world_format(world: World, step: Step) -> str:
    """The format of the step's source."""
    sources = {source["code"]: source["format"] for source in world.catalogue["sources"]}
    return sources[step.name]


@pytest.mark.django_db
def test_usage_whole_in_pieces_shuffled_and_twice_makes_the_same_bills(tmp_path):
    world = World(7, tmp_path, size=8, contradictions=False)
    product.open_months(world.first_month)
    seen = []
    for way in ("as it came", "in pieces", "whole", "twice"):
        with transaction.atomic():
            for step in world.steps:
                if step.what == "usage" and way != "as it came":
                    paths = cut(world, step, way.replace(" ", "-"), whole=way == "whole")
                    step = Step("usage", step.on, step.name, paths)
                product.run_step(step)
                if step.what == "usage" and way == "twice":
                    product.run_step(step)
            # A reference is made of the account's key, which differs from one stay to the next.
            exported = [one | {"reference": ""} for one in product.invoices(tmp_path)]
            bills = json.dumps(exported, sort_keys=True)
            seen.append((bills, Counter(product.rows(ANYWHERE))))
            transaction.set_rollback(True)

    assert len(json.loads(seen[0][0])) > 5
    assert [one == seen[0] for one in seen] == [True] * 4

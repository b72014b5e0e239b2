"""How long a million voice records take from file to commit, beside what they are judged by."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from datetime import date
from functools import partial
from pathlib import Path
from statistics import median

from django.db import connection, transaction

from billing.usage.allowances.settling import settle_accounts
from billing.usage.binary_records import WRITTEN
from billing.usage.services.slice_crew import usual_processes
from tests import make
from tests.bench.figures import Figure, seconds_of, write_figures
from tests.bench.rating_row_by_row import RECORDS as SLOW_RECORDS
from tests.bench.rating_row_by_row import rate_row_by_row
from tests.bench.rating_work import World, make_world, price_by, write_file

RECORDS = int(os.environ.get("BENCH_RECORDS", "1000000"))
TIMES_MORE, ROUNDS = 4, 2
ACCOUNTS_A_REPLAY = 500
MEBIBYTES_MAX = 1024
TABLES = (
    "usagerecord",
    "usagesummary",
    "dailyusage",
    "lineday",
    "usagealert",
    "spikeflag",
    "allowancebalance",
    "suspendedusage",
    "usagefileslice",
    "usagefile",
)
ROOT = Path(__file__).parents[2]
_INDEXES = (
    "CREATE UNIQUE INDEX ON bench_usage (key, start_at)",
    "CREATE INDEX ON bench_usage (subscription_id, start_at)",
)


def measure() -> list[Figure]:
    """The figures of rating, also written to the page of performance."""
    world = make_world()
    make.make_source(world.brand, "ONE")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    with tempfile.TemporaryDirectory() as folder:
        figures = _figures(world, Path(folder))
    if RECORDS == 1_000_000:
        write_figures("rating", figures)
    return figures


def _figures(world: World, folder: Path) -> list[Figure]:
    count = f"{RECORDS:,} records"
    path = write_file(folder / "sorted.csv", RECORDS)
    raws, copies, rounds = [], [], []
    for _ in range(ROUNDS):
        raws.append(_raw_copy(path))
        rounds.append(_seconds(_import(path)))
        copies.append(_copy_of_rows())
    whole, raw = median(rounds), median(raws)
    alone = _seconds(_import(path, processes=1))
    again = _replay(world)
    shuffled = write_file(folder / "shuffled.csv", RECORDS, shuffled=True)
    mixed = _seconds(_import(shuffled))
    price_by(world, world.many)
    dear = _seconds(_import(path))
    _empty()
    slow = rate_row_by_row(world, write_file(folder / "slow.csv", SLOW_RECORDS, seed=9))
    many = write_file(folder / "many.csv", RECORDS * TIMES_MORE)
    price_by(world, world.few)
    four = _import(many)
    return [
        Figure(f"{count} to commit", whole, raw, "raw COPY of the file", 6.0, 4.0),
        Figure(f"{count} to commit", whole, median(copies), "binary COPY of the rows", 2.5, 1.5),
        Figure(
            f"{count} against row by row",
            whole,
            slow * RECORDS / SLOW_RECORDS,
            f"bulk_create, from {SLOW_RECORDS:,}",
            20.0,
            is_gain=True,
        ),
        Figure(f"{TIMES_MORE} times as many", four["seconds"], whole, "once as many", 4.5),
        Figure("memory of so many", four["mebibytes"], MEBIBYTES_MAX, "1 GiB", 1.0, unit="MiB"),
        Figure("200,000 prefixes", dear, whole, "20,000 prefixes", 1.3),
        Figure(f"{usual_processes()} processes", whole, alone, "one process", 1.2, is_gain=True),
        Figure("shuffled file", mixed, whole, "sorted file", 2.0),
        Figure("replay of all records", again, alone, "rating them, one process each", 1.5),
    ]


def _replay(world: World) -> float:
    """Seconds to let all stored records use their allowances anew, some accounts at a time."""
    ids = list(world.brand.accounts.order_by("pk").values_list("pk", flat=True))
    parts = [
        ids[first : first + ACCOUNTS_A_REPLAY] for first in range(0, len(ids), ACCOUNTS_A_REPLAY)
    ]

    def replay() -> None:
        for part in parts:
            with transaction.atomic():
                settle_accounts(world.brand, part, until=date(2026, 11, 1), anew=True)

    return seconds_of(replay)


def _import(path: Path, *, processes: int | None = None) -> dict[str, float]:
    """Import a file by a process of its own, and workers beside it: as many processes as
    `import_usage` takes unless told; what it tells of it."""
    count = str(processes or usual_processes())
    _empty()
    running = subprocess.run(
        [sys.executable, "-m", "tests.bench.rating_worker", "ONE", str(path), count],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        check=True,
    )
    told: dict[str, float] = json.loads(running.stdout)
    print(f"  {json.dumps(told)}", file=sys.stderr)
    return told


def _seconds(told: dict[str, float]) -> float:
    return told["seconds"]


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(f'billing_{table}' for table in TABLES)} CASCADE")
        cursor.execute("TRUNCATE core_event CASCADE")
        cursor.execute("CHECKPOINT")


def _raw_copy(path: Path) -> float:
    """Seconds to COPY the file into a table without an index, to commit."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_raw")
        cursor.execute(
            "CREATE TABLE bench_raw (id text, start timestamptz, service text, called text, "
            "seconds text)"
        )
        cursor.execute("CHECKPOINT")

        def copy() -> None:
            with (
                path.open("rb") as file,
                cursor.copy("COPY bench_raw FROM STDIN (FORMAT csv, HEADER)") as stream,
            ):
                for block in iter(partial(file.read, 2**20), b""):
                    stream.write(block)

        return seconds_of(copy)


def _copy_of_rows() -> float:
    """Seconds to COPY the stored rows into a table with the same indexes, to commit."""
    names = ", ".join(WRITTEN)
    with connection.cursor() as cursor:
        rows = f"(SELECT {names} FROM billing_usagerecord ORDER BY id)"
        with cursor.copy(f"COPY {rows} TO STDOUT (FORMAT binary)") as stream:
            content = b"".join(bytes(block) for block in stream)
        cursor.execute("DROP TABLE IF EXISTS bench_usage")
        cursor.execute(
            "CREATE TABLE bench_usage (LIKE billing_usagerecord INCLUDING IDENTITY) "
            "PARTITION BY RANGE (start_at)"
        )
        cursor.execute(
            "CREATE TABLE bench_usage_month PARTITION OF bench_usage "
            "FOR VALUES FROM ('2026-10-01 00:00+00') TO ('2026-11-01 00:00+00')"
        )
        for index in _INDEXES:
            cursor.execute(index)
        cursor.execute("CHECKPOINT")

        def copy() -> None:
            with cursor.copy(f"COPY bench_usage ({names}) FROM STDIN (FORMAT binary)") as stream:
                for first in range(0, len(content), 2**20):
                    stream.write(content[first : first + 2**20])

        return seconds_of(copy)

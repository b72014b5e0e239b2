"""How long a file of usage takes to commit, beside the raw COPY of the same file."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

from django.db import connection
from django.utils import timezone

from billing.usage.services.import_usage_file import import_usage_file
from billing.usage.services.slice_crew import usual_processes
from tests.bench.figures import Figure, seconds_of
from tests.bench.usage_world import UsageWorld, records_of

RECORDS = 100_000


def measure(world: UsageWorld) -> list[Figure]:
    """100,000 voice records of 1,000 lines against 20,000 prefixes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "usage.csv"
        with path.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "start", "service", "called", "seconds"])
            writer.writerows(records_of(world, 0, RECORDS))
        floor = seconds_of(lambda: _raw_copy(path))
        # The command would tell customers of their alerts as well: work of its own.
        taken = seconds_of(
            lambda: import_usage_file(
                source=world.source,
                path=path,
                now=timezone.now(),
                processes=usual_processes(),
            )
        )
    return [
        Figure(f"a file of {RECORDS:,} records, to commit", taken, floor, "raw COPY of the file")
    ]


def _raw_copy(path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE raw (id text, start timestamptz, service text, called text, "
            "seconds bigint)"
        )
        with cursor.copy("COPY raw FROM STDIN (FORMAT csv, HEADER)") as copy:
            copy.write(path.read_bytes())

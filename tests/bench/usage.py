"""How long usage takes from file to commit, beside the raw COPY of the same file."""

from __future__ import annotations

import csv
import random
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from catalog.models import Rate, RateDeck
from core.models import Brand
from tests import make
from tests.bench.figures import Figure, seconds_of

RECORDS, LINES, PREFIXES = 100_000, 1_000, 20_000


def measure() -> list[Figure]:
    """100,000 voice records of 1,000 lines against 20,000 prefixes."""
    brand = make.make_brand("bench", legal_entity=make.make_legal_entity("BENCH"))
    numbers = _cast(brand)
    make.make_source(brand, "BENCH")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "usage.csv"
        _write(path, numbers)
        floor = seconds_of(lambda: _raw_copy(path))
        taken = seconds_of(lambda: call_command("import_usage", "BENCH", str(path)))
    return [Figure(f"usage, {RECORDS:,} records", taken, floor, "raw COPY of the file")]


def _cast(brand: Brand) -> list[str]:
    deck = make.make_deck(brand, "BENCH")
    _rates(deck)
    plan = make.make_plan(brand, "BENCH", decks={"voice": deck})
    numbers = []
    for index in range(LINES):
        account = make.make_account(brand, f"B{index}", f"Customer {index}")
        number = f"47{90000000 + index}"
        make.make_subscription(account, plan, number=number)
        numbers.append(number)
    return numbers


def _rates(deck: RateDeck) -> None:
    choose = random.Random(1)
    prefixes = {str(choose.randint(1, 9_999_999)) for _ in range(PREFIXES)} | set("123456789")
    Rate.objects.bulk_create(
        (
            Rate(deck=deck, prefix=prefix, starts_on=make.LONG_AGO, price="0.60", next_increment=1)
            for prefix in sorted(prefixes)
        ),
        batch_size=5_000,
    )


def _write(path: Path, numbers: list[str]) -> None:
    choose = random.Random(2)
    start = datetime(2026, 10, 1, tzinfo=UTC)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "start", "service", "called", "seconds"])
        for index in range(RECORDS):
            at = start + timedelta(seconds=index * 25)
            called = f"+{choose.randint(10**9, 10**11)}"
            seconds = choose.randint(0, 900)
            writer.writerow([f"r{index}", at.isoformat(), choose.choice(numbers), called, seconds])


def _raw_copy(path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE raw (id text, start timestamptz, service text, called text, "
            "seconds bigint)"
        )
        with cursor.copy("COPY raw FROM STDIN (FORMAT csv, HEADER)") as copy:
            copy.write(path.read_bytes())

"""How long a file of 200,000 rates takes with its differences, beside the raw COPY of the file."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime
from statistics import median

from django.db import connection, transaction

from catalog.models import RateDeck
from catalog.services.import_rates import import_rates
from tests import make
from tests.bench.figures import Figure, seconds_of

RATES, ROUNDS = 200_000, 3
MUST, AIM = 40.0, 15.0
COLUMNS = (
    "prefix", "destination", "price", "connection_fee", "first_increment", "next_increment"
)  # fmt: skip
TODAY, LATER = date(2026, 11, 23), date(2026, 12, 23)
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def measure() -> list[Figure]:
    """A deck's first file; the same again; a dry run; the next month's, 1 % of it changed."""
    brand = make.make_brand("rates", legal_entity=make.make_legal_entity("RATES"))
    file, next_file = _file(0.0), _file(0.01)
    floors: list[float] = []
    taken: dict[str, list[float]] = {}
    for turn in range(ROUNDS):
        deck = make.make_deck(brand, f"RATES-{turn}")
        works = {
            "first file of a deck": lambda deck=deck: _take_in(deck, file, TODAY),
            "the same file again": lambda deck=deck: _take_in(deck, file, TODAY),
            "a dry run, 1 % changed": lambda deck=deck: _dry(deck, next_file),
            "next month's file, 1 % changed": lambda deck=deck: _take_in(deck, next_file, LATER),
        }
        for name, work in works.items():
            floors.append(seconds_of(lambda: _raw_copy(file)))
            taken.setdefault(name, []).append(_seconds(work))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE catalog_rate")
    floor = median(floors)
    return [
        Figure(
            f"{RATES:,} rates: {name}",
            median(seconds),
            floor,
            "raw COPY of the file",
            must=MUST,
            aim=AIM,
        )
        for name, seconds in taken.items()
    ]


def _seconds(work: Callable[[], None]) -> float:
    return seconds_of(work)


def _take_in(deck: RateDeck, content: bytes, day: date) -> None:
    import_rates(content, file="rates.csv", deck=deck, starts_on=day, as_of=TODAY, now=NOW)


def _dry(deck: RateDeck, content: bytes) -> None:
    with transaction.atomic():
        _take_in(deck, content, LATER)
        transaction.set_rollback(True)


def _file(changed: float) -> bytes:
    """Rates in the shape of a carrier's list; a share of the prices is another one."""
    choose, change = random.Random(1), random.Random(2)
    prefixes = sorted({str(choose.randint(10_000, 99_999_999)) for _ in range(RATES * 11 // 10)})
    lines = [",".join(COLUMNS)]
    for prefix in prefixes[:RATES]:
        price = choose.randint(1, 50_000) + (change.random() < changed)
        lines.append(
            f"{prefix},Destination {int(prefix) % 3000} mobile,{price / 10_000:.4f},"
            f"0.0{price % 10},60,{(1, 6, 60)[price % 3]}"
        )
    return ("\n".join(lines) + "\n").encode()


def _raw_copy(content: bytes) -> None:
    columns = ", ".join(f"{name} text" for name in COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS raw_rates")
        cursor.execute(f"CREATE TEMP TABLE raw_rates ({columns})")
        with cursor.copy("COPY raw_rates FROM STDIN (FORMAT csv, HEADER)") as copy:
            copy.write(content)

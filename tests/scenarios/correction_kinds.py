"""Price corrections of every kind, with what each event cost and should have cost, by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

PLAIN = "prefix,price,connection_fee,first_increment,next_increment,max_charge"
BANDS = "prefix,price,first_increment,next_increment,band"


@dataclass(frozen=True)
class Kind:
    """Rates before and from a day on; events as (local start, called, quantity, was, is).

    `bands` are names with their first minute of each day and the one behind the last.
    """

    name: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    events: tuple[tuple[str, str, int, str, str], ...]
    header: str = PLAIN
    header_after: str = ""
    deck: dict[str, Any] = field(default_factory=dict)
    bands: tuple[tuple[str, int, int], ...] = ()
    rates_from: date = date(2026, 2, 1)
    rated_from: date = date(2026, 2, 1)


NORWAY, MOBILE, TURKEY = "4722000000", "4790111222", "902121234567"
STEPS = "prefix,connection_fee,steps,price"
FIRST = "prefix,price,connection_fee,first_increment,first_price,next_increment"
DAY = ("47,0.60,60,1,", "47,0.30,60,1,evening")
KINDS = (
    Kind(
        "whole minutes become seconds", ("47,0.60,0,60,60,0",), ("47,0.60,0,1,1,0",),
        # 2 × 0.60; 61 × 0.01. A call that nobody answered costs nothing.
        (("2026-02-05T12:00:00", NORWAY, 61, "1.20", "0.61"),
         ("2026-03-05T12:00:00", NORWAY, 0, "0", "0")),
    ),
    Kind(
        "a cap was missing", ("90,2.90,0.99,60,60,0",), ("90,2.90,0.99,60,60,49.00",),
        (("2026-02-05T12:00:00", TURKEY, 1800, "87.99", "49.00"),
         ("2026-03-05T12:00:00", TURKEY, 60, "3.89", "3.89")),
    ),
    Kind(
        "steps", ("47,0.60,0,60,1,0",), ("47,0.80,0:0.40:30 60:0.20:10,",),
        # 0.80 + 30 s at 0.40 a minute; 0.80 + 0.40 + 30 s at 0.20 a minute
        (("2026-02-05T12:00:00", NORWAY, 20, "0.60", "1.00"),
         ("2026-02-06T12:00:00", NORWAY, 85, "0.85", "1.30")),
        header_after=STEPS,
    ),
    Kind(
        "a first minute of its own", ("47,0.60,0,60,1,0",), ("47,0.05,0.20,60,0.10,1",),
        # 0.20 + 0.10; 0.20 + 0.10 + 25 × 0.05 / 60
        (("2026-02-05T12:00:00", NORWAY, 20, "0.60", "0.30"),
         ("2026-03-06T12:00:00", NORWAY, 85, "0.85", "0.320833")),
        header_after=FIRST,
    ),
    Kind(
        "a prefix ends, the shorter one serves", ("47,0.60,0,60,1,0", "4790,1.20,0,60,1,0"),
        ("4790,,yes",), (("2026-02-05T12:00:00", MOBILE, 60, "1.20", "0.60"),),
        header_after="prefix,price,ended",
    ),
    Kind(
        "the price of the evening", DAY, ("47,0.12,60,1,evening",),
        (("2026-02-05T19:59:59", NORWAY, 90, "0.90", "0.90"),
         ("2026-02-05T20:00:00", NORWAY, 90, "0.45", "0.18")),
        header=BANDS, bands=(("evening", 1200, 1440),),
    ),
    Kind(
        "a call over the edge of the evening", DAY, ("47,0.12,60,1,evening",),
        # The first minute at 0.60, then 30 s at 0.30, now at 0.12 a minute.
        (("2026-03-05T19:59:50", NORWAY, 90, "0.75", "0.66"),),
        header=BANDS, bands=(("evening", 1200, 1440),), deck={"band_rule": "split"},
    ),
    Kind(
        "the night in which clocks go forward", DAY, ("47,0.12,60,1,evening",),
        # 01:30 for 90 minutes: 1800 s at 0.30 (0.12), then it is 03:00: 3600 s at 0.60.
        (("2026-03-29T01:30:00", NORWAY, 5400, "45.00", "39.60"),),
        header=BANDS, bands=(("evening", 60, 180),), deck={"band_rule": "split"},
    ),
    Kind(
        "two decimals, rounded up", ("47,0.60,0,1,1,0",), ("47,0.55,0,1,1,0",),
        # 61 × 0.55 / 60 = 0.559167
        (("2026-02-05T12:00:00", NORWAY, 61, "0.61", "0.56"),),
        deck={"decimals": 2, "rounding": "up"},
    ),
    Kind(
        "a day of UTC, not of the brand", ("47,0.60,0,60,1,0",), ("47,0.40,0,60,1,0",),
        (("2026-02-10T00:59:59", NORWAY, 60, "0.60", "0.60"),
         ("2026-02-10T01:00:00", NORWAY, 60, "0.60", "0.40")),
        deck={"zone": "UTC"}, rates_from=date(2026, 2, 10), rated_from=date(2026, 2, 10),
    ),
    Kind(
        "rated again from a later day on", ("47,0.60,0,60,1,0",), ("47,0.40,0,60,1,0",),
        (("2026-02-09T23:59:59", NORWAY, 60, "0.60", "0.60"),
         ("2026-02-10T00:00:00", NORWAY, 60, "0.60", "0.40")),
        rated_from=date(2026, 2, 10),
    ),
    Kind(
        "it should have been free", ("47,0.60,0.10,60,1,0",), ("47,0.00,0,60,1,0",),
        (("2026-02-05T12:00:00", NORWAY, 60, "0.70", "0"),
         ("2026-03-05T12:00:00", NORWAY, 90, "1.00", "0")),
    ),
    Kind(
        "it was free and should not have been", ("47,0.00,0,60,1,0",), ("47,0.60,0.10,60,1,0",),
        (("2026-02-05T12:00:00", NORWAY, 60, "0", "0.70"),
         ("2026-03-05T12:00:00", NORWAY, 90, "0", "1.00")),
    ),
    Kind(
        "messages", ("47,0.50,0,1,1,0",), ("47,0.35,0,1,1,0",),
        (("2026-02-05T12:00:00", MOBILE, 1, "0.50", "0.35"),
         ("2026-03-05T12:00:00", MOBILE, 3, "1.50", "1.05")),
        deck={"usage_type": "sms", "per": 1},
    ),
    Kind(
        "data by the started MiB", ("0,0.10,0,1048576,1048576,0",), ("0,0.08,0,1024,1024,0",),
        # 3 MiB and a byte: 4 × 0.10; 3 × 1024 + 1 KiB at 0.08 / 1024 each: 0.240078125
        (("2026-02-05T12:00:00", "", 3145729, "0.40", "0.240078"),),
        deck={"usage_type": "data", "per": 1048576},
    ),
)  # fmt: skip

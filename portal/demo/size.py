"""How large a demo is, and on which days it plays."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date

# Most customers were there when the year began; until the first bills another system billed them.
SINCE = date(2026, 1, 1)
# Usage of three whole months is billed; of November there are the first days.
USAGE_MONTHS = (date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1))
BILL_DATES = (date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1))
MID_MONTH_DAY = 15
TODAY = date(2026, 11, 5)


@dataclass(frozen=True, slots=True)
class DemoSize:
    """How many accounts of each brand, prefixes of each deck, usage records and PDFs."""

    name: str
    fjordtel_accounts: int
    northwind_accounts: int
    fjordtel_prefixes: int
    northwind_prefixes: int
    records: int
    pdfs: int


FULL = DemoSize("full", 240, 60, 22_000, 4_000, 100_000, 40)
SMALL = DemoSize("small", 22, 8, 2_000, 800, 3_000, 4)


def dice(topic: str) -> random.Random:
    """Chance that falls the same way each time, for each topic on its own."""
    return random.Random(f"trunkline demo: {topic}")  # noqa: S311 – nothing here is secret

"""The days of a usage period: how much was used on each, for bars and the table beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from billing.usage.daily import DailyUsage
from core.money import from_micro
from core.periods import Period


@dataclass(frozen=True, slots=True)
class DayOfUsage:
    """A day of some subscriptions: `quantities` are pairs of usage type (1 voice, 2 SMS, 3 data)
    and seconds, messages or bytes; `amount` what its records cost on their own."""

    day: date
    quantities: tuple[tuple[int, int], ...]
    amount: Decimal

    def quantity(self, usage_type: int) -> int:
        """Seconds, messages or bytes of one usage type."""
        return dict(self.quantities).get(usage_type, 0)


def days_of(rows: Iterable[DailyUsage], period: Period) -> list[DayOfUsage]:
    """Every day of the period on which something was used, in order.

    Usage of earlier periods that came late is of none of these days.
    """
    quantities: dict[date, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    amounts: dict[date, int] = defaultdict(int)
    for row in rows:
        if row.origin_start != period.start:
            continue
        for place, (quantity, amount) in enumerate(zip(row.quantities, row.amounts, strict=True)):
            if quantity or amount:
                day = period.start + timedelta(days=place)
                quantities[day][row.usage_type] += quantity
                amounts[day] += amount
    return [
        DayOfUsage(day, tuple(sorted(quantities[day].items())), from_micro(amounts[day]))
        for day in sorted(quantities)
    ]

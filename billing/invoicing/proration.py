"""What a part of a charge period costs."""

from __future__ import annotations

from decimal import Decimal

from core.money import divide_half_away, to_micro
from core.periods import Period

DAILY, NONE, FULL = "daily", "none", "full"


def part_amount(price: Decimal, part: Period, full: Period, rule: str, places: int) -> Decimal:
    """The price of `part` of the charge period `full`, rounded once to `places` decimals.

    By days (the default) it is `price × days / days of the full period`, half away from zero:
    10.00 from 5 March in a month of 31 days costs 10.00 × 27/31 = 8.71. With `none` a part costs
    nothing, with `full` it costs the whole price. Rules: section 4.
    """
    if part == full or rule == FULL:
        return share(price, 1, 1, places)
    if rule == NONE:
        return share(price, 0, 1, places)
    return share(price, part.days, full.days, places)


def share(price: Decimal, days: int, days_in_period: int, places: int) -> Decimal:
    """`price × days / days_in_period`, rounded once, half away from zero."""
    units = divide_half_away(to_micro(price) * days * 10**places, days_in_period * 10**6)
    return Decimal(units).scaleb(-places)

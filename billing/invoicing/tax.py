"""Tax of an invoice: once per group of category and rate, on the group's sum.

With prices before tax: `tax = round(net × rate)`. With prices that include it the gross sum is the
truth: `tax = round(gross × rate / (1 + rate))`, net = gross − tax, and the lines' nets are derived
so that they sum to the group's. Rules: section 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.money import divide_half_away, to_micro


@dataclass(frozen=True, slots=True)
class TaxGroup:
    """What lines are taxed alike: `rate` in per cent, `treatment` the EN 16931 letter."""

    category: str
    treatment: str
    rate: Decimal
    reason: str = ""


@dataclass(frozen=True, slots=True)
class GroupTotal:
    """The sums of one group, rounded to the currency's decimals; gross = net + tax."""

    group: TaxGroup
    net: Decimal
    tax: Decimal
    gross: Decimal


@dataclass(frozen=True, slots=True)
class Taxed:
    """The net amount of each line, in the order given, and the totals by group."""

    nets: list[Decimal]
    totals: list[GroupTotal]


def tax_lines(
    lines: Sequence[tuple[TaxGroup, Decimal]], *, gross_prices: bool, places: int
) -> Taxed:
    """Tax lines given as (group, amount), amounts rounded to `places` in the price mode.

    905.07 gross at 25 % → tax 181.01, net 724.06. Lines 25.00 + 25.00 net at 8.25 % → tax 4.13.
    """
    nets = [amount for _, amount in lines]
    totals = []
    for group in dict.fromkeys(group for group, _ in lines):
        members = [index for index, (own, _) in enumerate(lines) if own == group]
        total = sum((lines[index][1] for index in members), Decimal(0))
        if not gross_prices:
            tax = _times(total, group.rate, Decimal(100), places)
            totals.append(GroupTotal(group, total, tax, total + tax))
            continue
        tax = _times(total, group.rate, 100 + group.rate, places)
        totals.append(GroupTotal(group, total - tax, tax, total))
        for index in members:
            nets[index] = _times(nets[index], Decimal(100), 100 + group.rate, places)
        remainder = total - tax - sum((nets[index] for index in members), Decimal(0))
        largest = max(members, key=lambda index: (abs(lines[index][1]), -index))
        nets[largest] += remainder
    totals.sort(key=lambda total: (-total.group.rate, total.group.category, total.group.treatment))
    return Taxed(nets, totals)


def _times(amount: Decimal, factor: Decimal, divisor: Decimal, places: int) -> Decimal:
    """`amount × factor / divisor`, rounded once to `places`, half away from zero."""
    numerator = to_micro(amount) * to_micro(factor) * 10**places
    units = divide_half_away(numerator, to_micro(divisor) * 10**6)
    return Decimal(units).scaleb(-places)

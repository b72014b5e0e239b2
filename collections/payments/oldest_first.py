"""Which money pays which debt: oldest first on both sides, exactly, until one side is used up."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TypeVar

Money = TypeVar("Money")
Debt = TypeVar("Debt")


def pay_oldest_first(
    money: Iterable[tuple[Money, Decimal]], debts: Iterable[tuple[Debt, Decimal]]
) -> list[tuple[Money, Debt, Decimal]]:
    """Pairs of (money, debt, amount), in order; both sides come oldest first, in one currency.

    100.00 of money against debts of 60.00 and 70.00 pays 60.00 and 40.00. Amounts of nothing are
    passed over; what is left over on either side is in no pair.
    """
    pairs: list[tuple[Money, Debt, Decimal]] = []
    waiting = iter(debts)
    debt, owed = next(waiting, (None, Decimal(0)))
    for piece, amount in money:
        left = amount
        while left > 0 and debt is not None:
            paid = min(left, owed)
            if paid > 0:
                pairs.append((piece, debt, paid))
            left -= paid
            owed -= paid
            if owed <= 0:
                debt, owed = next(waiting, (None, Decimal(0)))
    return pairs

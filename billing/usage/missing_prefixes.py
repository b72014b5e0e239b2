"""Which prefix a deck lacks for a number: numbers that one new rate would price go together."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from billing.usage.price_tables import PriceTables
from catalog.models import RateDeck

_COUNTRY_DIGITS_MAX = 3


def missing_prefix(tables: PriceTables, deck: RateDeck, number: str) -> str:
    """The prefix at which the deck needs a rate, or another one, to price the number.

    Where rates of the deck match it at another time, the longest of their prefixes; else the first
    digits, its country's code at least, with which none of the deck's prefixes begins.
    """
    return prefix_to_add(tables.prefixes(deck), number)


def prefix_to_add(prefixes: Sequence[str], number: str) -> str:
    """As `missing_prefix`, of sorted prefixes."""
    for length in range(len(number), 0, -1):
        if _begins(prefixes, number[:length], exactly=True):
            return number[:length]
    for length in range(_country_digits(number), len(number)):
        if not _begins(prefixes, number[:length]):
            return number[:length]
    return number


def _begins(prefixes: Sequence[str], start: str, *, exactly: bool = False) -> bool:
    at = bisect_left(prefixes, start)
    if at == len(prefixes):
        return False
    return prefixes[at] == start if exactly else prefixes[at].startswith(start)


def _country_digits(number: str) -> int:
    """How many digits say the country; all of a number that has none, such as a short one."""
    for length in range(1, _COUNTRY_DIGITS_MAX + 1):
        if len(number) > length + 3 and int(number[:length]) in COUNTRY_CODE_TO_REGION_CODE:
            return length
    return len(number)

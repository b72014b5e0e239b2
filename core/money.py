"""Money: exact amounts, one rounding function, exact spreading. No float anywhere.

Units: `Decimal` for amounts and prices, `int` millionths of the currency unit ("micro") in the
rating engine, usage records and summaries. Rounding is half away from zero unless a mode says
otherwise; negative amounts always mirror positive ones. A float raises `TypeError`; NaN, infinity
and an unknown currency raise `ValueError`. Rules: docs/how-invoices-are-calculated.md, "Amounts".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import (
    ROUND_DOWN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    Overflow,
)
from fractions import Fraction
from functools import lru_cache
from operator import index

from babel.numbers import get_currency_precision, is_currency

MICRO = 1_000_000
MICRO_DECIMALS = 6

# Python's names: its "half up" is half away from zero, "up" away from zero, "down" toward zero.
ROUNDING_MODES = {"half_up": ROUND_HALF_UP, "up": ROUND_UP, "down": ROUND_DOWN}

_DIGITS = 200
_EXACT = Context(prec=_DIGITS, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow])
_ROUNDING = Context(prec=_DIGITS, traps=[InvalidOperation, DivisionByZero, Overflow])


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies met in one sum or comparison."""


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in one currency. Ordering, + and - of two currencies raise.

    Equality never raises: 1 NOK and 1 SEK are simply not equal.
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        _require_decimal(self.amount)
        exponent(self.currency)

    def __add__(self, other: "Money") -> "Money":
        return Money(_EXACT.add(self.amount, self._same(other)), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(_EXACT.subtract(self.amount, self._same(other)), self.currency)

    def __neg__(self) -> "Money":
        return Money(_EXACT.minus(self.amount), self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.amount <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.amount > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.amount >= self._same(other)

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def rounded(self) -> "Money":
        """This amount rounded to the currency's exponent, half away from zero."""
        return Money(round_money(self.amount, self.currency), self.currency)

    def _same(self, other: "Money") -> Decimal:
        if not isinstance(other, Money):
            raise TypeError(f"Money goes with Money only, not with {type(other).__name__}.")
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} can't be mixed.")
        return other.amount


def sum_money(items: Iterable[Money], currency: str) -> Money:
    """The sum of `items`, all of which must be in `currency`; zero when there are none."""
    total = Money(Decimal(0), currency)
    for item in items:
        total += item
    return total


@lru_cache(maxsize=512)
def exponent(currency: str) -> int:
    """How many decimals the currency has (NOK 2, JPY 0, BHD 3), from Babel's CLDR data."""
    if not is_currency(currency):
        raise ValueError(f"Unknown currency: {currency!r}.")
    return get_currency_precision(currency)


def round_amount(amount: Decimal, places: int, mode: str = "half_up") -> Decimal:
    """`amount` with exactly `places` decimals; a result of zero carries no sign.

    Modes: half_up (half away from zero), up (away from zero), down (toward zero).
    """
    _require_decimal(amount)
    if mode not in ROUNDING_MODES:
        raise ValueError(f"Unknown rounding {mode!r}; use one of {', '.join(ROUNDING_MODES)}.")
    unit = Decimal((0, (1,), -index(places)))
    try:
        rounded = amount.quantize(unit, rounding=ROUNDING_MODES[mode], context=_ROUNDING)
    except InvalidOperation:
        raise ValueError(f"An amount of more than {_DIGITS} digits can't be rounded.") from None
    return rounded or rounded.copy_abs()


def round_money(amount: Decimal, currency: str) -> Decimal:
    """`amount` rounded to the currency's exponent, half away from zero."""
    return round_amount(amount, exponent(currency))


def to_micro(amount: Decimal) -> int:
    """The amount in millionths; an amount with more than 6 decimals raises `ValueError`."""
    _require_decimal(amount)
    micro = amount.scaleb(MICRO_DECIMALS, context=_EXACT)
    whole = int(micro)
    if whole != micro:
        raise ValueError(f"{amount} has more than {MICRO_DECIMALS} decimals.")
    return whole


def from_micro(micro: int) -> Decimal:
    """The amount of so many millionths, with 6 decimals."""
    return Decimal(index(micro)).scaleb(-MICRO_DECIMALS, context=_EXACT)


def divide_half_away(numerator: int, denominator: int) -> int:
    """The whole number nearest to numerator / denominator; halves go away from zero."""
    above, below = index(numerator), index(denominator)
    nearest = (2 * abs(above) + abs(below)) // (2 * abs(below))
    return nearest if (above < 0) == (below < 0) else -nearest


def round_fraction(amount: Fraction, places: int) -> Decimal:
    """An exact amount rounded once to `places` decimals, half away from zero."""
    units = divide_half_away(amount.numerator * 10 ** index(places), amount.denominator)
    return Decimal(units).scaleb(-places, context=_EXACT)


def spread(total: Decimal, weights: Sequence[Decimal], places: int) -> list[Decimal]:
    """Shares of `total` in proportion to `weights`, which may be negative; they sum to it exactly.

    Each share is rounded half away from zero to `places`; what is left over or missing goes to
    the largest weight, of equals the first. `total` may not have more than `places` decimals.
    """
    if round_amount(total, places) != total:
        raise ValueError(f"{total} has more than {places} decimals and can't be spread.")
    for weight in weights:
        _require_decimal(weight)
    weight_sum = sum((Fraction(weight) for weight in weights), Fraction(0))
    if weight_sum == 0:
        if total:
            raise ValueError(f"{total} can't be spread: the weights sum to zero.")
        return [round_amount(Decimal(0), places) for _ in weights]
    scale = 10**places
    whole = int(Fraction(total) * scale)
    exact = [whole * Fraction(weight) / weight_sum for weight in weights]
    shares = [divide_half_away(share.numerator, share.denominator) for share in exact]
    shares[max(range(len(weights)), key=weights.__getitem__)] += whole - sum(shares)
    return [Decimal(share).scaleb(-places, context=_EXACT) for share in shares]


def _require_decimal(value: Decimal) -> None:
    if not isinstance(value, Decimal):
        raise TypeError(f"Amounts are Decimal, not {type(value).__name__}.")
    if not value.is_finite() or value.adjusted() > _DIGITS // 2:
        raise ValueError(f"{value} is not an amount.")

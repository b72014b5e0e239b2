"""The scalar reference: one event, priced exactly as the rule book says, with its reasons.

It makes quotes and explanations, prices what would overflow the engine, and is the oracle that
the engine is tested against. So it is slow and plain on purpose: exact fractions, no tables.
Amounts are in the deck's currency. Rules: docs/how-invoices-are-calculated.md, "Pricing one
usage record".
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from operator import index

from billing.rating.explanation import Explanation, Reason, plain
from billing.rating.model import PREFIX_DIGITS_MAX, Deck, Priced, Rate
from core.money import MICRO, divide_half_away


@dataclass(frozen=True, slots=True)
class _Part:
    """Units of the event that share a price, and what their increment makes of them."""

    from_unit: int
    units: int
    increment: int
    price: Decimal

    @property
    def billed(self) -> int:
        return ceil(Fraction(self.units, self.increment)) * self.increment


def explain_event(deck: Deck, number: str, start: int, quantity: int) -> Explanation:
    """Price one event: dialled digits, start instant (UTC epoch seconds), whole units used."""
    if number and not (number.isascii() and number.isdigit()):
        raise ValueError(f"Not a number of digits 0-9: {number!r}.")
    rate, reasons = _find_rate(deck, number, start)
    if rate is None:
        return Explanation(reasons)
    price = explain_price(deck, rate, quantity)
    return Explanation(reasons + price.reasons, rate, price.priced)


def explain_price(deck: Deck, rate: Rate, quantity: int) -> Explanation:
    """Price `quantity` units at a rate that is already known."""
    quantity = index(quantity)
    if quantity == 0:
        return Explanation((Reason("zero", {}),), rate, Priced(0, 0, rate.key))
    reasons: list[Reason] = []
    if quantity < 0:
        reasons.append(Reason("correction", {"quantity": quantity, "mirrored": -quantity}))
    parts = _parts(rate, abs(quantity))
    exact = Fraction(rate.connection_fee)
    if rate.connection_fee:
        reasons.append(Reason("connection_fee", {"amount": plain(exact)}))
    for part in parts:
        amount = part.billed * Fraction(part.price) / rate.per
        reasons.append(_part_reason(part, rate, amount))
        exact += amount
    reasons.append(Reason("sum", {"amount": plain(exact)}))
    if rate.max_charge and exact > rate.max_charge:
        exact = Fraction(rate.max_charge)
        reasons.append(Reason("cap", {"cap": plain(exact)}))
    rounded = round_exact(exact, deck.decimals, deck.rounding)
    reasons.append(_rounding_reason(deck, rounded))
    sign = -1 if quantity < 0 else 1
    if quantity < 0:
        reasons.append(Reason("mirror", {"amount": plain(-rounded)}))
    billed = sum(part.billed for part in parts)
    return Explanation(
        tuple(reasons), rate, Priced(sign * int(rounded * MICRO), sign * billed, rate.key)
    )


def price_event(deck: Deck, rate: Rate, quantity: int) -> Priced:
    """The price of `quantity` units at a known rate, without the reasons."""
    priced = explain_price(deck, rate, quantity).priced
    assert priced is not None
    return priced


def round_exact(amount: Fraction, decimals: int, rounding: str) -> Fraction:
    """A positive amount with so many decimals: half_up, up or down."""
    scaled = amount * 10**decimals
    if rounding == "half_up":
        whole = divide_half_away(scaled.numerator, scaled.denominator)
    else:
        whole = ceil(scaled) if rounding == "up" else floor(scaled)
    return Fraction(whole, 10**decimals)


def _find_rate(deck: Deck, number: str, start: int) -> tuple[Rate | None, tuple[Reason, ...]]:
    """The rate of the longest prefix that has one in force.

    Each prefix's last rate to have started stands for it; one that is closed leaves the number
    to the next shorter prefix.
    """
    reasons: list[Reason] = []
    digits = number[:PREFIX_DIGITS_MAX]
    if digits != number:
        reasons.append(Reason("cut", {"digits": PREFIX_DIGITS_MAX, "number": digits}))
    where = {"number": digits or "no number", "start": _instant(start)}
    started = [r for r in deck.rates if r.starts <= start and digits.startswith(r.prefix)]
    latest = {rate.prefix: rate for rate in sorted(started, key=lambda rate: rate.starts)}
    for prefix in sorted(latest, key=len, reverse=True):
        rate = latest[prefix]
        found = {"prefix": prefix or "the empty one", "since": _instant(rate.starts)}
        if not rate.ended:
            return rate, (*reasons, Reason("rate", where | found))
        reasons.append(Reason("ended", found))
    return None, (*reasons, Reason("no_rate", where))


def _parts(rate: Rate, quantity: int) -> list[_Part]:
    """How the rate cuts a positive quantity: by its steps, or by first and next increment."""
    if rate.steps:
        ends = [step.from_unit for step in rate.steps[1:]] + [quantity]
        return [
            _Part(step.from_unit, min(quantity, end) - step.from_unit, step.increment, step.price)
            for step, end in zip(rate.steps, ends, strict=True)
            if step.from_unit < quantity
        ]
    first = rate.opening_increment
    parts = []
    if first:
        parts.append(_Part(0, min(quantity, first), first, rate.opening_price))
    if quantity > first:
        parts.append(_Part(first, quantity - first, rate.next_increment, rate.price))
    return parts


def _part_reason(part: _Part, rate: Rate, amount: Fraction) -> Reason:
    values: dict[str, object] = {
        "from_unit": part.from_unit,
        "units": part.units,
        "billed": part.billed,
        "increment": part.increment,
        "price": plain(Fraction(part.price)),
        "per": rate.per,
        "amount": plain(amount),
    }
    return Reason("part", values)


def _rounding_reason(deck: Deck, rounded: Fraction) -> Reason:
    values: dict[str, object] = {
        "decimals": deck.decimals,
        "rounding": deck.rounding,
        "amount": plain(rounded),
    }
    return Reason("rounding", values)


def _instant(epoch_seconds: int) -> str:
    return datetime.fromtimestamp(epoch_seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")

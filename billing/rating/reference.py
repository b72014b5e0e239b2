"""The scalar reference: one event, priced exactly as the rule book says, with its reasons.

It makes quotes and explanations, prices what would overflow the engine or lies across the edge of
a band, and is the oracle that the engine is tested against. So it is slow and plain on purpose:
exact fractions, no tables. Amounts are in the deck's currency. Rules:
docs/how-invoices-are-calculated.md, "Pricing one usage record".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from operator import index

from billing.rating.bands import band_at
from billing.rating.explanation import Explanation, Reason, plain
from billing.rating.model import PREFIX_DIGITS_MAX, SPLIT_SECONDS_MAX, Deck, Priced, Rate, RateStep
from core.money import MICRO, divide_half_away

# A rate and the part `[from, to)` of the event, in units from its start, that it prices.
Stretch = tuple[Rate, int, int]


@dataclass(frozen=True, slots=True)
class Segment:
    """Billed units that follow each other at one price: `price` for `per` units.

    `units` of the event, from its unit `from_unit` on, are billed as `billed`.
    """

    from_unit: int
    units: int
    billed: int
    increment: int
    price: Decimal
    per: int


@dataclass(frozen=True, slots=True)
class Covered:
    """What allowances cover of an event: its first `units` billed units.

    `keeps_fee`: the connection fee is charged although units are covered.
    """

    units: int = 0
    keeps_fee: bool = False


NOT_COVERED = Covered()


def explain_event(
    deck: Deck, number: str, start: int, quantity: int, covered: Covered = NOT_COVERED
) -> Explanation:
    """Price one event: dialled digits, start instant (UTC epoch seconds), whole units used."""
    if number and not (number.isascii() and number.isdigit()):
        raise ValueError(f"Not a number of digits 0-9: {number!r}.")
    quantity = index(quantity)
    rates, reasons = _find_rates(deck, number, start)
    if not rates:
        return Explanation(reasons)
    if deck.split and abs(quantity) > SPLIT_SECONDS_MAX:
        rate = _in_band(deck, rates, start)
        longest = Reason("too_long", {"days": SPLIT_SECONDS_MAX // 86_400})
        return Explanation((*reasons, longest), rate or None)
    stretches: list[Stretch] = []
    for since, until, band in _bands(deck, start, abs(quantity)):
        rate = rates.get(band, rates.get(""))
        reasons += _band_reasons(rates, rate, band, start + since)
        if rate is None:
            return Explanation(reasons)
        if stretches and stretches[-1][0] is rate:
            stretches[-1] = (rate, stretches[-1][1], until)
        else:
            stretches.append((rate, since, until))
    price = explain_stretches(deck, stretches, quantity, covered)
    return Explanation(reasons + price.reasons, price.rate, price.priced, price.segments)


def explain_price(
    deck: Deck, rate: Rate, quantity: int, covered: Covered = NOT_COVERED
) -> Explanation:
    """Price `quantity` units at a rate that is already known."""
    quantity = index(quantity)
    return explain_stretches(deck, [(rate, 0, abs(quantity))], quantity, covered)


def price_event(deck: Deck, rate: Rate, quantity: int) -> Priced:
    """The price of `quantity` units at a known rate, without the reasons."""
    priced = explain_price(deck, rate, quantity).priced
    assert priced is not None
    return priced


def explain_stretches(
    deck: Deck, stretches: Sequence[Stretch], quantity: int, covered: Covered = NOT_COVERED
) -> Explanation:
    """Price an event whose stretches, in order, follow rates that are already known.

    Connection fee and cap are those of the first. A negative quantity mirrors the positive event.
    """
    rate = stretches[0][0]
    if quantity == 0:
        return Explanation((Reason("zero", {}),), rate, Priced(0, 0, rate.key))
    reasons: list[Reason] = []
    if quantity < 0:
        reasons.append(Reason("correction", {"quantity": quantity, "mirrored": -quantity}))
    exact = Fraction(0)
    if rate.connection_fee and (not covered.units or covered.keeps_fee):
        exact = Fraction(rate.connection_fee)
        reasons.append(Reason("connection_fee", {"amount": plain(exact)}))
    elif rate.connection_fee:
        reasons.append(Reason("no_fee", {"amount": plain(Fraction(rate.connection_fee))}))
    segments = segments_of(stretches)
    left = covered.units
    for segment in segments:
        free = min(left, segment.billed)
        left -= free
        amount = (segment.billed - free) * Fraction(segment.price) / segment.per
        reasons.append(_segment_reason(segment, amount, free))
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
    billed = sum(segment.billed for segment in segments)
    priced = Priced(sign * int(rounded * MICRO), sign * billed, rate.key)
    return Explanation(tuple(reasons), rate, priced, segments)


def round_exact(amount: Fraction, decimals: int, rounding: str) -> Fraction:
    """A positive amount with so many decimals: half_up, up or down."""
    scaled = amount * 10**decimals
    if rounding == "half_up":
        whole = divide_half_away(scaled.numerator, scaled.denominator)
    else:
        whole = ceil(scaled) if rounding == "up" else floor(scaled)
    return Fraction(whole, 10**decimals)


def segments_of(stretches: Sequence[Stretch]) -> tuple[Segment, ...]:
    """The billed units of an event, in their order.

    A rate's steps count from the event's start, and so do its increments. What the increments of
    an earlier stretch have billed already is not billed again.
    """
    segments: list[Segment] = []
    billed_until = 0
    for rate, since, until in stretches:
        first = max(since, billed_until)
        steps = steps_of(rate)
        ends = [step.from_unit for step in steps[1:]] + [until]
        for step, end in zip(steps, ends, strict=True):
            begin, stop = max(first, step.from_unit), min(until, end)
            if begin >= stop:
                continue
            whole = ceil(Fraction(stop - step.from_unit, step.increment)) * step.increment
            reached = step.from_unit + whole
            # One rate's steps follow each other even where one's increment exceeds its width.
            segments.append(
                Segment(
                    from_unit=begin,
                    units=stop - begin,
                    billed=reached - begin,
                    increment=step.increment,
                    price=step.price,
                    per=rate.per,
                )
            )
            billed_until = max(billed_until, reached)
    return tuple(segments)


def steps_of(rate: Rate) -> tuple[RateStep, ...]:
    """The rate as steps; first and next increment are two steps like others."""
    if rate.steps:
        return rate.steps
    then = RateStep(rate.opening_increment, rate.price, rate.next_increment)
    if not rate.opening_increment:
        return (then,)
    return (RateStep(0, rate.opening_price, rate.opening_increment), then)


def _find_rates(deck: Deck, number: str, start: int) -> tuple[dict[str, Rate], tuple[Reason, ...]]:
    """The rates by band of the longest prefix that has one in force.

    Of each prefix and band the last rate to have started stands for it; a prefix of which all are
    closed leaves the number to the next shorter one.
    """
    reasons: list[Reason] = []
    digits = number[:PREFIX_DIGITS_MAX]
    if digits != number:
        reasons.append(Reason("cut", {"digits": PREFIX_DIGITS_MAX, "number": digits}))
    where = {"number": digits or "no number", "start": _instant(start)}
    started = [r for r in deck.rates if r.starts <= start and digits.startswith(r.prefix)]
    latest: dict[str, dict[str, Rate]] = {}
    for rate in sorted(started, key=lambda rate: rate.starts):
        latest.setdefault(rate.prefix, {})[rate.band] = rate
    for prefix in sorted(latest, key=len, reverse=True):
        in_force = {band: rate for band, rate in latest[prefix].items() if not rate.ended}
        since = max(rate.starts for rate in (in_force or latest[prefix]).values())
        found = {"prefix": prefix or "the empty one", "since": _instant(since)}
        if in_force:
            return in_force, (*reasons, Reason("rate", where | found))
        reasons.append(Reason("ended", found))
    return {}, (*reasons, Reason("no_rate", where))


def _bands(deck: Deck, start: int, units: int) -> list[tuple[int, int, str]]:
    """The parts `[since, until)` of an event, in units from its start, and the band of each.

    Bands change at whole minutes; so it is enough to look at each.
    """
    if deck.calendar is None:
        return [(0, units, "")]
    parts = [(0, units, band_at(deck.calendar, start))]
    if deck.split:
        for minute in range(start // 60 * 60 + 60, start + units, 60):
            band = band_at(deck.calendar, minute)
            since, _, before = parts[-1]
            if band != before:
                parts[-1] = (since, minute - start, before)
                parts.append((minute - start, units, band))
    return parts


def _in_band(deck: Deck, rates: dict[str, Rate], instant: int) -> Rate | None:
    band = band_at(deck.calendar, instant) if deck.calendar else ""
    return rates.get(band, rates.get(""))


def _band_reasons(
    rates: dict[str, Rate], rate: Rate | None, band: str, instant: int
) -> tuple[Reason, ...]:
    """Where a prefix has prices by band: which band holds, and whose price serves."""
    if set(rates) == {""}:
        return ()
    words: dict[str, object] = {"instant": _instant(instant), "band": band or "no band"}
    if rate is None:
        return (Reason("no_band", words),)
    return (Reason("band" if rate.band else "other_hours", words),)


def _segment_reason(segment: Segment, amount: Fraction, free: int) -> Reason:
    values: dict[str, object] = {
        "from_unit": segment.from_unit,
        "units": segment.units,
        "billed": segment.billed,
        "increment": segment.increment,
        "price": plain(Fraction(segment.price)),
        "per": segment.per,
        "amount": plain(amount),
    }
    if free:
        return Reason("part_covered", values | {"covered": free})
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

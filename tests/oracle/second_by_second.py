"""What a call costs, counted second by second on the wall clock: slow, short, and by itself.

It knows nothing of the product's own engines; only `zoneinfo` and exact fractions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

Step = tuple[int, Fraction, int]


@dataclass(frozen=True)
class HandRate:
    """A price of a prefix: `steps` are (from, price per 60, increment)."""

    prefix: str
    since: date
    steps: tuple[Step, ...]
    fee: Fraction
    cap: Fraction
    band: str = ""
    ended: bool = False


@dataclass(frozen=True)
class HandDeck:
    """`weekly` are (weekday 1–7, first minute, end, band), `dated` (date, first, end, band)."""

    zone: ZoneInfo
    rates: tuple[HandRate, ...]
    weekly: tuple[tuple[int, int, int, str], ...]
    dated: tuple[tuple[date, int, int, str], ...]
    split: bool
    decimals: int
    rounding: str

    def band(self, instant: int) -> str:
        """Which band holds at a second since 1970."""
        here = datetime.fromtimestamp(instant, UTC).astimezone(self.zone)
        minute = here.hour * 60 + here.minute
        for day, first, end, name in self.dated:
            if day == here.date() and first <= minute < end:
                return name
        for weekday, first, end, name in self.weekly:
            if weekday == here.isoweekday() and first <= minute < end:
                return name
        return ""

    def prefix(self, number: str, instant: int) -> list[HandRate]:
        """The rates in force of the longest prefix that serves the number, none or some."""
        day = datetime.fromtimestamp(instant, UTC).astimezone(self.zone).date()
        for size in range(len(number), 0, -1):
            newest: dict[str, HandRate] = {}
            for rate in sorted(self.rates, key=lambda rate: rate.since):
                if rate.prefix == number[:size] and rate.since <= day:
                    newest[rate.band] = rate
            found = [rate for rate in newest.values() if not rate.ended]
            if found:
                return found
        return []

    def charge(self, number: str, start: int, quantity: int) -> Fraction | None:
        """What the call costs; None where the deck has no price."""
        rates = {rate.band: rate for rate in self.prefix(number, start)}

        def at(instant: int) -> HandRate | None:
            return rates.get(self.band(instant)) or rates.get("")

        first = at(start)
        if first is None:
            return None
        if not quantity:
            return Fraction(0)
        if self.split and any(at(start + second) is None for second in range(quantity)):
            return None
        total = first.fee
        if self.split:
            total += _walked(at, start, quantity)
        else:
            total += _stepped(first.steps, quantity)
        return self._rounded(min(total, first.cap) if first.cap else total)

    def _rounded(self, amount: Fraction) -> Fraction:
        scaled = amount * 10**self.decimals
        whole, rest = divmod(scaled.numerator, scaled.denominator)
        if self.rounding == "up":
            whole += rest > 0
        elif self.rounding == "half_up":
            whole += 2 * rest >= scaled.denominator
        return Fraction(whole, 10**self.decimals)


def _stepped(steps: tuple[Step, ...], quantity: int) -> Fraction:
    total = Fraction(0)
    for place, (begin, price, increment) in enumerate(steps):
        end = steps[place + 1][0] if place + 1 < len(steps) else quantity
        part = min(quantity, end) - begin
        if part > 0:
            total += -(-part // increment) * increment * price / 60
    return total


def _walked(at: Callable[[int], HandRate | None], start: int, quantity: int) -> Fraction:
    """Second after second: each that nothing has billed yet bills to its increment's end."""
    total, second = Fraction(0), 0
    while second < quantity:
        rate = at(start + second)
        assert rate is not None
        begin, price, increment = [step for step in rate.steps if step[0] <= second][-1]
        end = begin + ((second - begin) // increment + 1) * increment
        total += (end - second) * price / 60
        second = end
    return total


def nights(zone: ZoneInfo, first: date, last: date) -> list[int]:
    """The seconds since 1970 at which the clocks of a zone change."""
    hour = int(datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp())
    until = int(datetime(last.year, last.month, last.day, tzinfo=UTC).timestamp())

    def offset(instant: int) -> timedelta | None:
        return datetime.fromtimestamp(instant, UTC).astimezone(zone).utcoffset()

    every = range(hour, until, 1800)
    return [instant for instant in every if offset(instant) != offset(instant - 1)]

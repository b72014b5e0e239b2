"""Invents what the lines of a brand did in a month: calls, messages, data."""

from __future__ import annotations

import random
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portal.demo.customers import FJORDTEL, Line
from portal.demo.destinations import Destination
from portal.demo.size import TODAY, dice

VOICE, SMS, DATA = "voice", "sms", "data"
# How busy each hour of the day is, from midnight on: people at home, and at work.
AT_HOME = (1, 0, 0, 0, 0, 1, 3, 6, 7, 7, 8, 9, 10, 8, 8, 9, 11, 12, 12, 11, 10, 8, 5, 2)
AT_WORK = (0, 0, 0, 0, 0, 0, 1, 5, 12, 14, 14, 11, 6, 10, 13, 12, 9, 4, 1, 0, 0, 0, 0, 0)
# Where people call when they call abroad, by country code: often first.
ABROAD = {
    FJORDTEL: ("46", "45", "44", "49", "48", "90", "34", "370", "1", "63", "66", "92"),
    "northwind": ("43", "41", "31", "33", "48", "44", "39", "90", "1", "420", "86", "91"),
}
HOME = {FJORDTEL: "47", "northwind": "49"}
FIXED = {FJORDTEL: ("4722", "4755", "4773", "4751"), "northwind": ("4930", "4940", "4989", "49221")}
MOBILE = {FJORDTEL: ("4790", "4791", "4741", "4798"), "northwind": ("49151", "49160", "49172")}


@dataclass(frozen=True, slots=True)
class Event:
    """One call, message or data session: local time of the brand, E.164 digits, units."""

    start: datetime
    number: str
    called: str
    kind: str
    quantity: int


def invent_month(
    brand: str,
    month: date,
    lines: Sequence[Line],
    world: dict[str, list[Destination]],
    count: int,
) -> list[Event]:
    """About `count` events of these lines in this month, in order of time.

    November ends with the day on which the demo plays. `world` are the destinations by country.
    """
    chance = dice(f"{brand} usage {month}")
    active = [(line, *_days(line, month)) for line in lines]
    active = [item for item in active if item[2] > 0]
    parts = [item[0].busy * item[2] for item in active]
    whole = sum(parts)
    events: list[Event] = []
    for (line, first, days), part in zip(active, parts, strict=True):
        person = _Person(line, world, chance)
        events += [person.event(first, days) for _ in range(max(2, round(count * part / whole)))]
    return sorted(events, key=lambda event: (event.start, event.number, event.called))


def _days(line: Line, month: date) -> tuple[date, int]:
    """The first day on which the line is active in the month, and how many there are."""
    first = max(month, line.starts_on)
    end = month + timedelta(days=monthrange(month.year, month.month)[1])
    end = min(end, TODAY, line.ends_on or end)
    return first, (end - first).days


class _Person:
    """Somebody's habits."""

    def __init__(
        self, line: Line, world: dict[str, list[Destination]], chance: random.Random
    ) -> None:
        self.line = line
        self.world = world
        self.chance = chance
        self.friends = [self._at_home() for _ in range(8)]
        self.hours = AT_HOME if line.brand == FJORDTEL and line.is_mobile else AT_WORK

    def event(self, first: date, days: int) -> Event:
        kind = self._kind()
        called = "" if kind == DATA else self._called()
        return Event(self._start(first, days), self.line.number, called, kind, self._quantity(kind))

    def _kind(self) -> str:
        if not self.line.is_mobile:
            return VOICE
        return self.chance.choices((VOICE, SMS, DATA), (46, 26, 14 if self.line.metered else 28))[0]

    def _start(self, first: date, days: int) -> datetime:
        day = first + timedelta(days=self.chance.randrange(days))
        if self.hours is AT_WORK and day.weekday() > 4 and self.chance.random() < 0.8:
            day = max(first, day - timedelta(days=2))
        hour = self.chance.choices(range(24), self.hours)[0]
        at = datetime(day.year, day.month, day.day, hour)  # noqa: DTZ001 – local time
        return at + timedelta(seconds=self.chance.randrange(3600))

    def _quantity(self, kind: str) -> int:
        if kind == SMS:
            return 1
        if kind == DATA:
            largest = 6_000_000 if self.line.metered else 400_000_000
            return int(largest * self.chance.random() ** 3) + 1024
        if self.chance.random() < 0.06:
            return 0  # nobody answered
        return min(3600, int(self.chance.lognormvariate(4.6, 1.0)) + 3)

    def _called(self) -> str:
        number = self.chance.random()
        if number < 0.7:
            return self.chance.choice(self.friends)
        if number < 0.9 or self.line.only_home:
            return self._at_home()
        if number < 0.994 or self.line.brand != FJORDTEL:
            return self._abroad()
        return f"47820{self.chance.randrange(10**5):05d}"

    def _at_home(self) -> str:
        brand = self.line.brand
        start = self.chance.choice((MOBILE if self.chance.random() < 0.7 else FIXED)[brand])
        # Norwegian numbers have eight digits behind 47; German ones are longer.
        length = 10 if brand == FJORDTEL else 12
        return self._fill(start, length)

    def _abroad(self) -> str:
        codes = ABROAD[self.line.brand]
        code = codes[min(int(self.chance.expovariate(0.4)), len(codes) - 1)]
        item = self.chance.choice(self.world[code]) if self.chance.random() < 0.6 else None
        return self._fill(item.prefix if item else code, 11)

    def _fill(self, start: str, length: int) -> str:
        rest = length - len(start)
        return f"{start}{self.chance.randrange(10**rest):0{rest}d}" if rest > 0 else start

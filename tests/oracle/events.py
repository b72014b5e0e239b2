"""Usage lines as events: whose they are, which rate prices them, what they correct."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle.calendars import usage_period
from tests.oracle.company import FAR, Company, Deck, Rate
from tests.oracle.rating import MILLION, SuspendError, instant, normalise, owner_on, round_away

TYPES = {"CALL": "voice", "TEXT": "sms", "NET": "data"}


@dataclass(eq=False)
class Event:
    """A record, and what the engine by hand says of it; amounts in millionths."""

    brand: str
    account: str
    subscription: str
    plan: str
    version: date
    usage_type: str
    start: datetime
    day: date
    source: str
    known_by: str
    called: str
    quantity: int
    billed: int
    category: str
    origin: date
    origin_end: date
    rate: Rate | None = None
    deck: Deck | None = None
    price: int | None = None
    corrects: Event | None = None
    alone: bool = False
    late: bool = False
    billed_in: date = date.min
    covered: int = 0
    paid: int = 0
    amount: int = 0
    share: int = 0
    counted: tuple[Any, ...] | None = None
    taken: list[tuple[Any, int]] = field(default_factory=list)

    @property
    def place(self) -> tuple[datetime, str, bytes, int]:
        """Its place among others: start, source, id; a correction right after its record."""
        if self.corrects:
            return (*self.corrects.place[:3], 1)
        return (self.start, self.source, self.known_by.encode(), 0)


def parts_of(rate: Rate, quantity: int) -> list[tuple[int, Fraction]]:
    """What an event of a quantity is billed: units and their price each, part after part."""
    if not quantity:
        return []
    if rate.steps:
        parts = []
        for number, (start, price, increment) in enumerate(rate.steps):
            following = rate.steps[number + 1][0] if number + 1 < len(rate.steps) else quantity
            units = min(quantity, following) - start
            if units > 0:
                parts.append((-(-units // increment) * increment, price / rate.per))
        return parts
    further = max(quantity - rate.first_increment, 0)
    rest = -(-further // rate.next_increment) * rate.next_increment
    return [(rate.first_increment, rate.first_price / rate.per), (rest, rate.price / rate.per)]


def price_of(event: Event, covered: int, *, fee: bool) -> int:
    """The price of an event's units from a position on, in millionths, rounded as its deck asks."""
    assert event.rate
    assert event.deck
    quantity = abs(event.quantity)
    if not quantity:
        return 0
    amount = event.rate.connection_fee if fee else Fraction(0)
    position = 0
    for units, price in parts_of(event.rate, quantity):
        amount += max(0, position + units - max(position, covered)) * price
        position += units
    if event.rate.max_charge:
        amount = min(amount, event.rate.max_charge)
    exact = round_away(amount, event.deck.decimals, event.deck.rounding)
    return int(exact * MILLION) * (1 if event.quantity > 0 else -1)


def band_at(deck: Deck, start: datetime) -> str:
    """The band of an instant: dates win over weekdays, each in its own hours."""
    local = start.astimezone(deck.zone)
    clock = f"{local:%H:%M}"
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    for dated in (True, False):
        for band in deck.bands:
            for hours in band["hours"]:
                if ("dates" in hours) != dated:
                    continue
                named = local.date() in hours["dates"] if dated else (
                    days[local.weekday()] in hours["weekdays"]
                )  # fmt: skip
                if named and hours.get("from", "00:00") <= clock < hours.get("until", "24:00"):
                    return band["code"]
    return ""


def rate_at(deck: Deck, called: str, start: datetime) -> Rate | None:
    """The longest prefix with a rate in force, then its rate of the band, or that of no band."""
    day = start.astimezone(deck.zone).date()
    for length in range(len(called), 0, -1):
        found = {}
        for rate in deck.rates.get(called[:length], []):
            if rate.starts_on <= day:
                found[rate.band] = rate
        found = {band: rate for band, rate in found.items() if not rate.ended}
        if found:
            return found.get(band_at(deck, start)) or found.get("")
    return None


class Reader:
    """Reads the files of one brand's sources, line after line."""

    def __init__(self, company: Company):
        self.company = company
        self.known: dict[tuple[str, str], tuple[Any, ...]] = {}
        self.events: dict[tuple[str, str], Event] = {}
        self.corrected: set[tuple[str, str]] = set()
        self.suspended: list[tuple[str, int, str]] = []

    def read(self, source: str, path: Path) -> list[Event]:
        """The new events of a file by line; a correction waits for its record further down."""
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(enumerate(csv.DictReader(file), 2))
        later = {row["rid"] for _, row in rows}
        made: list[Event] = []
        waiting: list[tuple[int, dict[str, str]]] = []
        for number, row in rows:
            named = row["corrects"]
            if named in later and (source, named) not in self.known:
                waiting.append((number, row))
                continue
            self._read(source, path.name, number, row, made)
        for number, row in waiting:
            self._read(source, path.name, number, row, made)
        return made

    def _read(
        self, source: str, file: str, number: int, row: dict[str, str], made: list[Event]
    ) -> None:
        known_by, content = (source, row["rid"]), tuple(row.values())
        if known_by in self.known:
            if self.known[known_by] != content:
                self.suspended.append((file, number, "conflict"))
            return
        try:
            event = self._event(source, row)
        except SuspendError as problem:
            self.suspended.append((file, number, str(problem)))
            if str(problem) != "invalid":
                self.known[known_by] = content
            return
        self.known[known_by] = content
        self.events[known_by] = event
        made.append(event)

    def _event(self, source_code: str, row: dict[str, str]) -> Event:
        source = self.company.sources[source_code]
        if row["corrects"]:
            return self._naming(source_code, row)
        alone = row["kind"] == "CREDIT"
        usage_type = "voice" if alone else TYPES[row["kind"]]
        quantity = int(row["q"])
        if quantity < 0 and not alone:
            raise SuspendError("invalid")
        start = instant(row["at"], "iso", ZoneInfo("UTC"))
        assert start
        called = normalise(source, row["b"]) if row["b"] else ""
        brand = source["brand"]
        day = start.astimezone(ZoneInfo(self.company.brands[brand]["zone"])).date()
        account, subscription = owner_on(self.company, source, row["a"], day)
        bill_day = self.company.accounts[brand, account].get("bill_day", 1)
        origin, origin_end = usage_period(day, bill_day)
        taken = [one for one in subscription["plans"] if one["from"] <= day][-1]
        version = self.company.version(brand, taken["plan"], max(origin, taken["from"]))
        deck = self.company.decks[version.decks[usage_type]]
        rate = rate_at(deck, called or "0", start)
        price = int(Fraction(row["price"]) * MILLION) if row["price"] else None
        if rate is None and price is None:
            raise SuspendError("no_rate")
        sign = 1 if quantity >= 0 else -1
        return Event(
            brand, account, subscription["code"], taken["plan"], version.starts_on, usage_type,
            start, day, source_code, row["rid"], called, quantity,
            sign * sum(units for units, _ in parts_of(rate, abs(quantity))) if rate else 0,
            rate.category if rate else usage_type, origin, origin_end, rate, deck, price,
            alone=alone,
        )  # fmt: skip

    def _naming(self, source: str, row: dict[str, str]) -> Event:
        named = self.events.get((source, row["corrects"]))
        if (
            named is None
            or named.corrects
            or named.alone
            or (source, row["corrects"]) in (self.corrected)
        ):
            raise SuspendError("invalid")
        self.corrected.add((source, row["corrects"]))
        return Event(
            named.brand, named.account, named.subscription, named.plan, named.version,
            named.usage_type, named.start, named.day, source, row["rid"], named.called,
            -named.quantity, -named.billed, named.category, named.origin, named.origin_end,
            named.rate, named.deck, None, named,
        )  # fmt: skip


def stretches(subscription: dict[str, Any]) -> list[tuple[str, date, date]]:
    """A subscription's plans with their days."""
    plans = subscription["plans"]
    ends = [entry["from"] for entry in plans[1:]] + [subscription.get("ends_on", FAR)]
    last = subscription.get("ends_on", FAR)
    return [
        (entry["plan"], entry["from"], min(end, last))
        for entry, end in zip(plans, ends, strict=True)
        if entry["from"] < min(end, last)
    ]

"""Usage settled by hand: one record after another, period by period, late ones as they arrive."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from tests.oracle.calendars import usage_period
from tests.oracle.company import Company
from tests.oracle.events import Event, price_of
from tests.oracle.grants import Periods, groups_of
from tests.oracle.rating import MILLION, round_away

Row = dict[str, Any]


def tier_price(charge: Row, units: int) -> Fraction:
    """The price of the tier that so many units reach, limits belonging to the tier."""
    for tier in charge["tiers"]:
        if units <= tier.get("up_to", 10**30):
            return Fraction(tier["price"])
    raise LookupError


def total_price(charge: Row, units: int, reached: int | None = None) -> Fraction:
    """What so many units cost in all; `reached` is where a volume price is looked up."""
    if units < 0:
        return -total_price(charge, -units, abs(reached or units))
    if charge["pricing"] == "package":
        return -(-units // charge["per"]) * Fraction(charge["price"])
    if charge["pricing"] == "volume":
        return units * tier_price(charge, units if reached is None else reached) / charge["per"]
    amount, below = Fraction(0), 0
    for tier in charge["tiers"]:
        limit = min(units, tier.get("up_to", units))
        amount += max(0, limit - below) * Fraction(tier["price"]) / charge["per"]
        below = max(below, limit)
    return amount


def millionths(amount: Fraction) -> int:
    """Rounded to six decimals."""
    return int(round_away(amount, 6) * MILLION)


@dataclass
class Line:
    """A usage line of an invoice: exact sums in millionths."""

    amount: int = 0
    billed: int = 0
    covered: int = 0
    paid: int = 0


@dataclass
class Counted:
    """What a cumulative price has counted in a period, and in which order."""

    charge: Row
    entries: list[tuple[Event, int]] = field(default_factory=list)
    units: int = 0


class Books:
    """One account's usage."""

    def __init__(self, company: Company, brand: str, account: str, decimals: int):
        self.company, self.brand, self.account = company, brand, account
        self.decimals = decimals
        self.periods = Periods(company, brand, account, decimals)
        self.row = company.accounts[brand, account]
        self.events: list[Event] = []
        self.counted: dict[tuple[Any, ...], Counted] = {}
        self.settled_until = date.min
        self.lines: Counter[tuple[str, date, date, str, Fraction]] = Counter()
        self.covered_in_part: set[tuple[str, date, date, str]] = set()

    def take(self, event: Event) -> None:
        """A record arrives."""
        self.events.append(event)
        event.late = event.origin_end <= self.periods.closed_until
        event.billed_in = self.periods.closed_until if event.late else event.origin
        if event.late:
            self._process(event)

    def close(self, bill_date: date) -> None:
        """The account is billed up to a date: its periods close, its lines are made."""
        before = self.periods.closed_until
        self.settle(bill_date)
        self.periods.closed_until = bill_date
        self.periods.bounds(bill_date)
        self._open(bill_date)
        lines: dict[tuple[str, date, date, str], Line] = defaultdict(Line)
        for event in self.events:
            if event.billed_in >= bill_date or (before > event.billed_in):
                continue
            period = self.periods.bounds(bill_date, -1)[0] if event.late else event.billed_in
            line = lines[event.subscription, period, event.origin, event.category]
            line.amount += event.amount + event.share
            line.billed += event.billed
            line.covered += event.covered
            line.paid += abs(event.paid)
        for key, line in lines.items():
            amount = round_away(Fraction(line.amount, MILLION), self.decimals)
            if amount or (line.covered == line.billed and line.covered > 0):
                self.lines[*key, amount] += 1
            elif line.covered or line.paid:
                self.covered_in_part.add(key)

    def settle(self, until: date) -> None:
        """Settle the periods that end by a day, in order; those settled before stay."""
        starts = [one["starts_on"] for one in self.row["subscriptions"]]
        if not starts:
            return
        start, end = usage_period(min(starts), self.row.get("bill_day", 1))
        while end <= until:
            if start >= self.settled_until:
                self._settle(start)
                self.settled_until = end
            start, end = self.periods.bounds(end)

    def _open(self, start: date) -> None:
        if start not in self.periods.grants:
            self.periods.open(*self.periods.bounds(start))

    def _settle(self, start: date) -> None:
        self._open(start)
        mine = [one for one in self.events if one.origin == start and not one.late]
        for event in sorted(mine, key=lambda one: one.place):
            self._process(event)
        for key, counted in self.counted.items():
            if key[1] == start:
                self._share(counted)

    def _share(self, counted: Counted) -> None:
        running, before = 0, 0
        for event, units in counted.entries:
            running += units
            now = millionths(total_price(counted.charge, running, counted.units))
            event.share, before = now - before, now

    def _process(self, event: Event) -> None:
        if event.corrects:
            self._reverse(event, event.corrects)
        elif event.price is not None:
            event.amount = event.price
        else:
            charge = self._charge(event)
            if not event.alone:
                self.periods.consume(event, priced=charge is None)
            elif charge is None:
                event.amount = price_of(event, 0, fee=True)
            if charge is not None:
                self._count(event, charge, event.billed - event.covered)

    def _reverse(self, event: Event, named: Event) -> None:
        for grant, quantity in named.taken:
            grant.used -= quantity
        event.covered, event.paid = -named.covered, -named.paid
        if named.counted is None:
            event.amount = -named.amount
            return
        counted = self.counted[named.counted]
        self._count(event, counted.charge, named.covered - named.billed)
        if named.late:
            event.amount = -named.amount

    def _charge(self, event: Event) -> Row | None:
        """The cumulative price that counts an event, those that name something first."""
        assert event.rate
        prices = self.company.version(self.brand, event.plan, event.version).usage_prices
        groups = groups_of(self.company, event.called, event.day)
        for named in (True, False):
            for charge in prices:
                groups_wanted = charge.get("destinations", [])
                categories = charge.get("categories", [])
                if named != bool(groups_wanted or categories):
                    continue
                if event.usage_type not in charge["usage_types"]:
                    continue
                if groups_wanted and not groups & set(groups_wanted):
                    continue
                if categories and event.category not in categories:
                    continue
                return None if charge["pricing"] == "per_unit" else charge
        return None

    def _count(self, event: Event, charge: Row, units: int) -> None:
        key = (event.subscription, event.origin, event.plan, event.version, charge["code"])
        counted = self.counted.setdefault(key, Counted(charge))
        event.counted = key
        before = counted.units
        counted.units += units
        if event.late:
            event.amount = millionths(total_price(charge, counted.units)) - millionths(
                total_price(charge, before)
            )
        else:
            counted.entries.append((event, units))

"""What subscriptions cost by days: periods, part periods, credits, versions, set-up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from tests.oracle.calendars import charge_periods
from tests.oracle.company import FAR, Charge, Company
from tests.oracle.rating import round_away


@dataclass(frozen=True)
class Item:
    """A stretch of a plan or add-on on a subscription, as known on a bill date: [start, end)."""

    subscription: str
    name: str
    plan: str
    start: date
    end: date


@dataclass
class ChargeLine:
    """A line for the days [start, end) of a charge, or for a one-off on its day."""

    account: str
    subscription: str
    item: str
    kind: str
    charge: str
    start: date
    end: date | None
    amount: Fraction
    category: str
    rate: Fraction | None
    price: Fraction = Fraction(0)
    full_days: int = 0
    proration: str = "daily"
    credited: list[tuple[date, date]] = field(default_factory=list)
    credit_sum: Fraction = Fraction(0)


def items_of(subscription: dict[str, Any], bill_date: date) -> Iterator[Item]:
    """The subscription's plans and add-ons as far as they are dated up to the bill date."""
    code = subscription["code"]
    known_end = subscription.get("ends_on", FAR)
    known_end = known_end if known_end <= bill_date else FAR
    plans = [entry for entry in subscription["plans"] if entry["from"] <= bill_date]
    for number, entry in enumerate(plans):
        following = plans[number + 1]["from"] if number + 1 < len(plans) else FAR
        end = min(following, known_end)
        if entry["from"] < end:
            name = f"{entry['plan']} {entry['from']}"
            yield Item(code, name, entry["plan"], entry["from"], end)
    for entry in subscription["add_ons"]:
        until = entry.get("until", FAR)
        end = min(until if until <= bill_date else FAR, known_end)
        if entry["from"] <= bill_date and entry["from"] < end:
            yield Item(code, f"+{entry['code']}", entry["plan"], entry["from"], end)


class Charges:
    """What one brand's accounts were charged, and what a bill date adds to it."""

    def __init__(self, company: Company, brand: str, decimals: int):
        self.company = company
        self.brand = brand
        self.decimals = decimals
        self.lines: list[ChargeLine] = []

    def bill(self, account: str, bill_day: int, bill_date: date) -> list[ChargeLine]:
        """Credits, charges and one-offs of the account on the bill date."""
        row = self.company.accounts[self.brand, account]
        made: list[ChargeLine] = []
        for subscription in row.get("subscriptions", []):
            items = list(items_of(subscription, bill_date))
            made += self._credits(account, subscription["code"], items)
            for item in items:
                floor = row.get("billed_until", date.min)
                made += self._one_offs(account, subscription, item, floor)
                made += self._recurring(account, item, bill_day, bill_date, floor)
        self.lines += [line for line in made if line.kind != "credit"]
        return [line for line in made if line.amount]

    def _credits(self, account: str, subscription: str, items: list[Item]) -> list[ChargeLine]:
        ends = {item.name: item.end for item in items}
        made = []
        for line in self.lines:
            if (line.account, line.subscription) != (account, subscription):
                continue
            if line.kind != "recurring" or line.proration != "daily":
                continue
            assert line.end is not None
            live_end = ends.get(line.item, line.start)
            credited_from = min((start for start, _ in line.credited), default=line.end)
            start = max(live_end, line.start)
            if start < credited_from:
                made.append(self._credit(line, start, credited_from))
        return made

    def _credit(self, line: ChargeLine, start: date, end: date) -> ChargeLine:
        amount = self._part(line.price, (end - start).days, line.full_days)
        if start == line.start:
            amount = line.amount - line.credit_sum
        line.credited.append((start, end))
        line.credit_sum += amount
        return ChargeLine(
            line.account,
            line.subscription,
            line.item,
            "credit",
            line.charge,
            start,
            end,
            -amount,
            line.category,
            line.rate,
        )

    def _one_offs(
        self, account: str, subscription: dict[str, Any], item: Item, floor: date
    ) -> list[ChargeLine]:
        add_on = item.name.startswith("+")
        if item.start < floor or not (add_on or item.start == subscription["starts_on"]):
            return []
        return [
            self._line(account, item, charge, "one_off", item.start, None, charge.price)
            for charge in self._version_charges(item.plan, item.start)
            if charge.kind == "one_off"
            and not self._is_there(account, item, charge.code, item.start)
        ]

    def _recurring(
        self, account: str, item: Item, bill_day: int, bill_date: date, floor: date
    ) -> Iterator[ChargeLine]:
        for first in self._version_charges(item.plan, item.start):
            if first.kind != "recurring":
                continue
            for period in charge_periods(item.start, first.months, bill_day):
                start, end = max(period[0], item.start, floor), min(period[1], item.end)
                if max(period[0], item.start) > bill_date or period[0] >= item.end:
                    break
                due = start if first.timing == "advance" else end
                if start >= end or due > bill_date:
                    continue
                if self._is_there(account, item, first.code, start):
                    continue
                version = self._version_charges(item.plan, max(period[0], item.start))
                charge = next(one for one in version if one.code == first.code)
                yield self._days(account, item, charge, start, end, period)

    def _days(
        self,
        account: str,
        item: Item,
        charge: Charge,
        start: date,
        end: date,
        period: tuple[date, date],
    ) -> ChargeLine:
        days, full_days = (end - start).days, (period[1] - period[0]).days
        amount = self._part(charge.price, days, full_days)
        if charge.proration == "full":
            amount = charge.price
        if charge.proration == "none" and days < full_days:
            amount = Fraction(0)
        line = self._line(account, item, charge, "recurring", start, end, amount)
        line.full_days = full_days
        return line

    def _line(
        self,
        account: str,
        item: Item,
        charge: Charge,
        kind: str,
        start: date,
        end: date | None,
        amount: Fraction,
    ) -> ChargeLine:
        return ChargeLine(
            account,
            item.subscription,
            item.name,
            kind,
            charge.code,
            start,
            end,
            round_away(amount, self.decimals),
            self.company.tax_category(self.brand, item.plan),
            None,
            charge.price,
            proration=charge.proration,
        )

    def _version_charges(self, plan: str, day: date) -> list[Charge]:
        return self.company.version(self.brand, plan, day).charges

    def _is_there(self, account: str, item: Item, charge: str, start: date) -> bool:
        return any(
            (line.account, line.subscription, line.item, line.charge, line.start)
            == (account, item.subscription, item.name, charge, start)
            for line in self.lines
        )

    def _part(self, price: Fraction, days: int, full_days: int) -> Fraction:
        return round_away(price * days / full_days, self.decimals)

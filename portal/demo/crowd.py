"""The customers around the cast: as many as wanted, invented by dice that fall the same way."""

from __future__ import annotations

import random
from datetime import date, timedelta

from portal.demo import names
from portal.demo.cast import TAKEN, fjordtel_cast, northwind_cast
from portal.demo.customers import (
    FJORDTEL,
    NORTHWIND,
    Customer,
    Entry,
    Line,
    Numbers,
    subscription,
)
from portal.demo.size import BILL_DATES, MID_MONTH_DAY, SINCE, DemoSize, dice

MOBILE_PLANS = ("MOBIL-BASIS", "MOBIL10", "MOBIL10", "MOBIL20", "MOBIL20", "MOBIL-FRI")
FIBRE_PLANS = ("FIBER250", "FIBER250", "FIBER500", "FIBER1000")
# Every so-manyth household is billed on the 15th, every so-manyth reads English.
MID_MONTH_EVERY, ENGLISH_EVERY, TRADE_EVERY = 9, 7, 14


def fjordtel_customers(size: DemoSize) -> list[Customer]:
    """The cast, then households and small businesses."""
    customers = fjordtel_cast()
    maker = _Fjordtel()
    for place in range(size.fjordtel_accounts - len(customers)):
        customers.append(maker.customer(place))
    return _taken_over(customers)


def northwind_customers(size: DemoSize) -> list[Customer]:
    """The cast, then companies; every sixth has a branch that is billed with it."""
    customers = northwind_cast()
    maker = _Northwind()
    while len(customers) < size.northwind_accounts:
        customers += maker.family(with_branch=len(customers) % 6 == 0)
    return _taken_over(customers[: size.northwind_accounts])


class _Fjordtel:
    def __init__(self) -> None:
        self.dice = dice("fjordtel customers")
        self.mobiles = Numbers("4790000", 3, taken=TAKEN)
        self.phones = Numbers("47210001", 2)

    def customer(self, place: int) -> Customer:
        first = self.dice.choice(names.NORWEGIAN_FIRST)
        last = self.dice.choice(names.NORWEGIAN_LAST)
        number = str(100200 + place)
        is_trade = place % TRADE_EVERY == TRADE_EVERY - 1
        trade = self.dice.choice(names.NORWEGIAN_TRADES)
        email = f"kunde{number}@example.com"
        postcode, city = self.dice.choice(names.NORWEGIAN_CITIES)
        street = f"{self.dice.choice(names.NORWEGIAN_STREETS)} {self.dice.randint(1, 60)}"
        language = "en" if place % ENGLISH_EVERY == 5 else "nb"
        entry: Entry = {
            "brand": FJORDTEL,
            "number": number,
            "name": f"{last} {trade}" if is_trade else f"{first} {last}",
            "kind": "business" if is_trade else "consumer",
            "bill_day": MID_MONTH_DAY if place % MID_MONTH_EVERY == 4 else 1,
            "language": language,
            "address": {"street": street, "postcode": postcode, "city": city, "country": "NO"},
            "people": [{"name": f"{first} {last}", "email": email, "language": language}],
        }
        customer = Customer(entry)
        entry["subscriptions"] = [
            *self._mobiles(customer, self.dice.choice((1, 1, 1, 2, 2, 3))),
            *self._at_home(customer),
        ]
        return customer

    def _mobiles(self, customer: Customer, count: int) -> list[Entry]:
        return [self._mobile(customer, place) for place in range(1, count + 1)]

    def _mobile(self, customer: Customer, place: int) -> Entry:
        number, plan = self.mobiles.next(), self.dice.choice(MOBILE_PLANS)
        starts_on = _start(self.dice)
        ends_on = _end(self.dice)
        busy = self.dice.uniform(0.4, 1.8)
        metered = plan == "MOBIL-BASIS"
        line = Line(FJORDTEL, number, True, starts_on, ends_on, busy, False, metered)
        customer.lines.append(line)
        entry = subscription(f"MOB-{place}", plan, starts_on, number=number)
        if ends_on:
            entry["ends_on"] = ends_on
        elif plan == "MOBIL10" and self.dice.random() < 0.15:
            changed_on = _while_billed(self.dice, starts_on) + timedelta(days=1)
            del entry["plan"]
            entry["plans"] = [
                {"plan": plan, "from": starts_on},
                {"plan": "MOBIL20", "from": changed_on},
            ]
        if not ends_on and self.dice.random() < 0.2:
            bought_on = _while_billed(self.dice, starts_on)
            add_on = self.dice.choice(("EXTRA-1GB", "EXTRA-1GB", "DAYPASS-TR"))
            entry["add_ons"] = [{"code": f"ORDER-{number[-3:]}", "plan": add_on, "from": bought_on}]
        return entry

    def _at_home(self, customer: Customer) -> list[Entry]:
        entries: list[Entry] = []
        if self.dice.random() < 0.6:
            fibre = self.dice.choice(FIBRE_PLANS)
            entries.append(subscription("FIB-1", fibre, _start(self.dice)))
        if self.dice.random() < 0.35:
            plan = self.dice.choice(("TV-BASIS", "TV-PLUS"))
            starts_on = _start(self.dice)
            television = subscription("TV-1", plan, starts_on)
            if self.dice.random() < 0.3:
                sport_from = _while_billed(self.dice, starts_on)
                television["add_ons"] = [{"code": "SPORT", "plan": "TV-SPORT", "from": sport_from}]
            entries.append(television)
        if self.dice.random() < 0.12:
            number, starts_on = self.phones.next(), _start(self.dice)
            entries.append(subscription("TEL-1", "TELEFON", starts_on, number=number))
            customer.lines.append(Line(FJORDTEL, number, False, starts_on, None, 0.8))
        return entries


class _Northwind:
    def __init__(self) -> None:
        self.dice = dice("northwind customers")
        self.fixed = {start: Numbers(start, 12 - len(start)) for *_, start in names.GERMAN_CITIES}
        self.mobiles = Numbers("4917139200", 2, taken=TAKEN)
        self.number = 500200

    def family(self, *, with_branch: bool) -> list[Customer]:
        """A company and perhaps its branch."""
        head = self._company(parent="")
        return [head, self._company(parent=head.number)] if with_branch else [head]

    def _company(self, parent: str) -> Customer:
        self.number += 1
        number = str(self.number)
        last = self.dice.choice(names.GERMAN_LAST)
        person = f"{self.dice.choice(names.GERMAN_FIRST)} {self.dice.choice(names.GERMAN_LAST)}"
        trade, form = self.dice.choice(names.GERMAN_TRADES), self.dice.choice(names.GERMAN_FORMS)
        postcode, city, start = self.dice.choice(names.GERMAN_CITIES)
        street = self.dice.choice(names.GERMAN_STREETS).replace("_", " ")
        language = self.dice.choice(("de", "de", "en"))
        entry: Entry = {
            "brand": NORTHWIND,
            "number": number,
            "name": f"{last} {trade} {form}",
            "kind": "business",
            "language": language,
            "address": {
                "street": f"{street} {self.dice.randint(1, 90)}",
                "postcode": postcode,
                "city": city,
                "country": "DE",
            },
            "people": [
                {"name": person, "email": f"kunde{number}@example.org", "language": language}
            ],
        }
        if parent:
            entry |= {"parent": parent, "bills_to_parent": True}
        customer = Customer(entry)
        entry["subscriptions"] = self._subscriptions(customer, start)
        return customer

    def _subscriptions(self, customer: Customer, start: str) -> list[Entry]:
        entries: list[Entry] = []
        for place in range(1, self.dice.randint(2, 5) + 1):
            entry = self._line(customer, f"SEAT-{place}", "SEAT", self.fixed[start].next())
            if self.dice.random() < 0.2:
                since = entry["starts_on"]
                entry["add_ons"] = [{"code": "REC", "plan": "RECORDING", "from": since}]
            entries.append(entry)
        if self.dice.random() < 0.4:
            entries.append(self._line(customer, "TRUNK-1", "TRUNK10", self.fixed[start].next()))
        if self.dice.random() < 0.6:
            number = self.mobiles.next()
            entries.append(self._line(customer, "MOB-1", "BUSINESS-MOBILE", number, mobile=True))
        if self.dice.random() < 0.5:
            entries.append(subscription("FIB-1", "FIBRE500", _start(self.dice)))
        return entries

    def _line(
        self, customer: Customer, code: str, plan: str, number: str, *, mobile: bool = False
    ) -> Entry:
        starts_on, ends_on = _start(self.dice), _end(self.dice)
        busy = self.dice.uniform(0.5, 2.0)
        customer.lines.append(Line(NORTHWIND, number, mobile, starts_on, ends_on, busy))
        entry = subscription(code, plan, starts_on, number=number)
        return entry | ({"ends_on": ends_on} if ends_on else {})


def _taken_over(customers: list[Customer]) -> list[Customer]:
    """Who was there before the first bill was billed by another system until then."""
    for customer in customers:
        entry = customer.entry
        first_bill = BILL_DATES[0].replace(day=entry.get("bill_day", 1))
        if min(item["starts_on"] for item in entry["subscriptions"]) < first_bill:
            entry["billed_until"] = first_bill
    return customers


def _start(chance: random.Random) -> date:
    """Most were there long before; the others came in September and October."""
    if chance.random() < 0.7:
        return SINCE
    return BILL_DATES[0] + timedelta(days=chance.randint(0, 45))


def _while_billed(chance: random.Random, starts_on: date) -> date:
    """A day in September or October on which the subscription is there."""
    return max(starts_on, BILL_DATES[0] + timedelta(days=chance.randint(0, 58)))


def _end(chance: random.Random) -> date | None:
    """A few leave in the last days of October."""
    return date(2026, 10, chance.randint(18, 30)) if chance.random() < 0.04 else None

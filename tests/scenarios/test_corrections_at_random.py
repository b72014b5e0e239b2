"""Prices change, are corrected and rated again at random: each bill says what a hand would say."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from billing.invoicing.models import InvoiceLine
from tests.scenarios.correction_world import World, broken, event, make_world

PEOPLE = 4
PREFIXES = ("47", "4790", "479011", "39")
NUMBERS = ("4722000000", "4790222222", "4790111222", "390612345")
NEW_YEAR, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)


@dataclass(frozen=True)
class Price:
    """Hundredths a minute, a fee in hundredths, increments, a cap in hundredths (0: none)."""

    price: int
    fee: int
    first: int
    next: int
    cap: int

    def row(self, prefix: str) -> str:
        amounts = (f"{amount / 100:.2f}" for amount in (self.price, self.fee, self.cap))
        price, fee, cap = amounts
        return f"{prefix},{price},{fee},{self.first},{self.next},{cap}"

    def micro(self, seconds: int) -> int:
        """What a call costs, in millionths, half away from zero."""
        if not seconds:
            return 0
        rest = max(0, seconds - self.first)
        units = self.first + -(-rest // self.next) * self.next
        amount = Fraction(self.fee, 100) + Fraction(units * self.price, 6000)
        if self.cap:
            amount = min(amount, Fraction(self.cap, 100))
        return int(amount * 1_000_000 + Fraction(1, 2))


@dataclass
class Call:
    account: int
    start: datetime
    called: str
    seconds: int
    micro: int

    @property
    def origin(self) -> date:
        return self.start.date().replace(day=1)


@dataclass
class Hand:
    """The deck and all calls, by hand; `billed` are millionths by account and month of origin."""

    rates: dict[str, dict[date, Price]] = field(default_factory=lambda: defaultdict(dict))
    calls: list[Call] = field(default_factory=list)
    billed: dict[tuple[int, date], int] = field(default_factory=lambda: defaultdict(int))

    def in_force(self, prefix: str, day: date) -> Price | None:
        starts = [start for start in self.rates[prefix] if start <= day]
        return self.rates[prefix][max(starts)] if starts else None

    def price(self, called: str, day: date) -> Price:
        for size in range(len(called), 0, -1):
            found = self.in_force(called[:size], day)
            if found is not None:
                return found
        raise AssertionError(called)

    def rate_again(self, since: date) -> None:
        for call in self.calls:
            if call.start.date() >= since:
                call.micro = self.price(call.called, call.start.date()).micro(call.seconds)

    def bill(self) -> dict[tuple[int, date], Decimal]:
        """The usage lines of the next bills that aren't nothing."""
        sums: dict[tuple[int, date], int] = defaultdict(int)
        for call in self.calls:
            sums[call.account, call.origin] += call.micro
        lines = {}
        for key, micro in sums.items():
            cents = Fraction(micro - self.billed[key], 10_000)
            size = int(abs(cents) + Fraction(1, 2))
            lines[key] = Decimal(size if cents > 0 else -size) / 100
            self.billed[key] = micro
        return {key: amount for key, amount in lines.items() if amount}


def some_price(chance: random.Random) -> Price:
    first, following = chance.choice([(60, 60), (60, 1), (1, 1), (30, 6)])
    cap = chance.choice([0, 0, 250])
    return Price(chance.randrange(1, 200), chance.choice([0, 25]), first, following, cap)


def give_rates(world: World, hand: Hand, chance: random.Random, since: date) -> None:
    rows = []
    for prefix in chance.sample(PREFIXES, 2) if since > NEW_YEAR else ("47", "39"):
        price = some_price(chance)
        if hand.in_force(prefix, since) != price:
            rows.append(price.row(prefix))
            hand.rates[prefix][since] = price
    world.rates("FJ-VOICE", *rows, since=since, correct=since > NEW_YEAR)


def use(world: World, hand: Hand, chance: random.Random, month: int, count: int) -> None:
    rows = []
    for _ in range(count):
        start = datetime.fromisoformat(f"2026-{month:02}-01") + timedelta(
            seconds=chance.randrange(27 * 86_400)
        )
        if chance.randrange(8) == 0:
            start = start.replace(hour=0, minute=0, second=0)
        who, called = chance.randrange(PEOPLE), chance.choice(NUMBERS)
        seconds = chance.choice([0, 1, 30, 59, 60, 61, 200, 3601])
        price = hand.price(called, start.date()).micro(seconds)
        hand.calls.append(Call(who, start, called, seconds, price))
        service = f"479000020{who}"
        row = event(f"R-{len(hand.calls)}", start.isoformat(), called, seconds, service=service)
        rows.append(row)
    world.take(*rows)


def rate_again(world: World, hand: Hand, chance: random.Random) -> None:
    since = FEBRUARY + timedelta(days=chance.choice([0, 0, 10, 35, 70]))
    give_rates(world, hand, chance, FEBRUARY + timedelta(days=chance.choice([0, 0, 10, 40])))
    world.rerate("FJ-VOICE", since)
    hand.rate_again(since)


def billed_lines(bill_date: date) -> dict[tuple[int, date], Decimal]:
    lines = InvoiceLine.objects.filter(kind="usage", invoice__period_end=bill_date)
    found = {}
    for line in lines.select_related("invoice__account"):
        assert line.usage_origin is not None
        found[int(line.invoice.account.number[-1]), line.usage_origin] = line.amount
    return found


@pytest.mark.parametrize("seed", range(3))
def test_bills_say_what_a_hand_says(fjordtel, tmp_path, seed: int):
    chance, hand = random.Random(seed), Hand()
    world = make_world(fjordtel, tmp_path, "47")
    deck = world.deck("FJ-VOICE")
    give_rates(world, hand, chance, NEW_YEAR)
    plan = world.plan("M", "10.00", voice=deck)
    for n in range(PEOPLE):
        world.customer(f"10020{n}", f"Customer {n}", plan, f"479000020{n}")
    world.bill("2026-02-01")

    for month in (2, 3, 4, 5):
        use(world, hand, chance, month, 25)
        if month > 2:
            use(world, hand, chance, month - 1, 5)
        if chance.randrange(4):
            rate_again(world, hand, chance)
        bill_date = date(2026, month + 1, 1)
        world.bill(bill_date.isoformat())
        assert billed_lines(bill_date) == hand.bill()
        if chance.randrange(2):
            rate_again(world, hand, chance)
            use(world, hand, chance, month, 5)

    world.bill("2026-07-01")
    assert billed_lines(date(2026, 7, 1)) == hand.bill()
    assert broken() == {}

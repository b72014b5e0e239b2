"""The work that the figures of usage share: a thousand lines, and 20,000 prefixes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from billing.usage.models import UsageSource
from catalog.models import Plan, Rate, RateDeck
from core.models import Brand
from tests import make

LINES, PREFIXES, INCLUDED_SECONDS = 1_000, 20_000, 30_000
START = datetime(2026, 10, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class UsageWorld:
    """A brand with a source, and the numbers of its lines."""

    brand: Brand
    source: UsageSource
    numbers: list[str]


def make_usage_world() -> UsageWorld:
    """A thousand accounts of one line each, on a plan with included seconds."""
    brand = make.make_brand("bench", legal_entity=make.make_legal_entity("BENCH"))
    deck = make.make_deck(brand, "BENCH")
    _rates(deck)
    plan = Plan.objects.create(
        brand=brand, product=make.make_product(brand), code="BENCH", name={"en": "Bench"}
    )
    version = make.make_draft(plan, make.LONG_AGO)
    make.make_charge(version)
    version.deck_assignments.create(usage_type="voice", deck=deck)
    make.make_allowance(version, quantity=INCLUDED_SECONDS)
    make.publish(version)
    numbers = []
    for index in range(LINES):
        account = make.make_account(brand, f"B{index}", f"Customer {index}")
        number = f"47{90000000 + index}"
        make.make_subscription(account, plan, number=number)
        numbers.append(number)
    return UsageWorld(brand, make.make_source(brand, "BENCH"), numbers)


def records_of(
    world: UsageWorld, first: int, count: int, *, apart: timedelta = timedelta(seconds=20)
) -> Iterator[tuple[str, ...]]:
    """Calls as texts, in order of time: id, start, service, called number, seconds."""
    choose = random.Random(first)
    for index in range(first, first + count):
        at = START + index * apart
        called = f"+{choose.randint(10**9, 10**11)}"
        seconds = str(choose.randint(0, 900))
        yield f"r{index}", at.isoformat(), choose.choice(world.numbers), called, seconds


def _rates(deck: RateDeck) -> None:
    choose = random.Random(1)
    prefixes = {str(choose.randint(1, 9_999_999)) for _ in range(PREFIXES)} | set("123456789")
    Rate.objects.bulk_create(
        (
            Rate(deck=deck, prefix=prefix, starts_on=make.LONG_AGO, price="0.60", next_increment=1)
            for prefix in sorted(prefixes)
        ),
        batch_size=5_000,
    )

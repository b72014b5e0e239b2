"""The reference work of rating: a catalogue, ten thousand lines and the files they use up.

Five plans include minutes, three of the line's own and two in a pool of the account; evenings have
prices of their own for one prefix in ten; a carrier's deck says what each call costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
from django.db.backends.postgresql.psycopg_any import DateRange, NumericRange

from accounts.models import (
    Account,
    NumberAssignment,
    ServiceNumber,
    Subscription,
    SubscriptionPlan,
)
from catalog.models import Plan, Rate, RateDeck, Supplier
from core.models import Brand
from tests import make

SUBSCRIPTIONS, LINES_OF_AN_ACCOUNT = 10_000, 2
PREFIXES, PREFIXES_MANY = 20_000, 200_000
PLANS, OWN_PLANS, INCLUDED_SECONDS = 5, 3, Decimal(30_000)
EVENING_EVERY, COSTS = 10, 1_000
BAD_EVERY = DUPLICATE_EVERY = 100
FIRST_NUMBER = 4_790_000_000
MONTH = datetime(2026, 10, 1, tzinfo=UTC)
MONTH_SECONDS = 30 * 86_400
HEADER = b"id,start,service,called,seconds\n"
_ROWS_A_WRITE = 100_000


@dataclass(frozen=True, slots=True)
class World:
    """A brand with its lines. `few` and `many` are its decks of 20,000 and 200,000 prefixes."""

    brand: Brand
    plans: Sequence[Plan]
    few: RateDeck
    many: RateDeck


def make_world() -> World:
    """Five plans over one deck, five thousand accounts of two lines each, a carrier's deck."""
    brand = make.make_brand("rating", legal_entity=make.make_legal_entity("RATING"))
    few, many = (
        _deck(brand, code, count) for code, count in (("FEW", PREFIXES), ("MANY", PREFIXES_MANY))
    )
    plans = [
        Plan.objects.create(
            brand=brand, product=make.make_product(brand), code=f"P{index}", name={"en": "Plan"}
        )
        for index in range(PLANS)
    ]
    world = World(brand, plans, few, many)
    price_by(world, few)
    _make_costs(world)
    _make_lines(world)
    return world


def price_by(world: World, deck: RateDeck) -> None:
    """Let all plans be priced by this deck."""
    for place, plan in enumerate(world.plans):
        version = make.make_draft(plan, _next_start(plan))
        make.make_charge(version)
        version.deck_assignments.create(usage_type="voice", deck=deck)
        scope = "own" if place < OWN_PLANS else "pooled"
        make.make_allowance(version, scope=scope, quantity=INCLUDED_SECONDS)
        make.publish(version)


def write_file(
    path: Path,
    records: int,
    *,
    seed: int = 1,
    shuffled: bool = False,
    share: tuple[int, int] = (0, 1),
) -> Path:
    """A month of voice records in order of time, of every `share[1]`-th account.

    One record in a hundred can't be rated, one in a hundred came before.
    """
    chance = np.random.default_rng(seed)
    starts = np.sort(chance.integers(0, MONTH_SECONDS, records))
    accounts = SUBSCRIPTIONS // LINES_OF_AN_ACCOUNT
    place, of = share
    account = chance.integers(0, accounts // of, records) * of + place
    service = (
        FIRST_NUMBER
        + account * LINES_OF_AN_ACCOUNT
        + chance.integers(0, LINES_OF_AN_ACCOUNT, records)
    )
    called = _called(chance, records)
    seconds = chance.integers(0, 900, records)
    rows = np.arange(records)
    again = rows % DUPLICATE_EVERY == DUPLICATE_EVERY - 1
    rows[again] -= chance.integers(1, DUPLICATE_EVERY - 1, int(again.sum()))
    if shuffled:
        chance.shuffle(rows)
    texts = np.datetime_as_string(
        np.datetime64(MONTH.replace(tzinfo=None), "s") + starts.astype("timedelta64[s]")
    )
    with path.open("wb") as file:
        file.write(HEADER)
        for first in range(0, records, _ROWS_A_WRITE):
            part = rows[first : first + _ROWS_A_WRITE]
            columns = (texts, service, called, seconds)
            figures = zip(
                part.tolist(), *(column[part].tolist() for column in columns), strict=True
            )
            file.write("".join(_line(seed, *figure) for figure in figures).encode())
    return path


def _line(seed: int, row: int, start: str, service: int, called: int, seconds: int) -> str:
    """One record; of four hundred rows one is bad in each of four ways."""
    bad = row % (BAD_EVERY * 4)
    quantity = f"-{seconds + 1}" if bad == 17 else str(seconds)
    number = f"+{service + 10**9}" if bad == 117 else f"+{service}"
    other = "anonymous" if bad == 217 else f"+0{called}" if bad == 317 else f"+{called}"
    return f"S{seed}-{row:010},{start}Z,{number},{other},{quantity}\n"


def _called(chance: np.random.Generator, count: int) -> np.ndarray:
    digits = chance.integers(9, 13, count)
    return chance.integers(10 ** (digits - 1), 10**digits)


def _deck(brand: Brand, code: str, count: int) -> RateDeck:
    deck = make.make_deck(brand, code, margin_floor=Decimal(10))
    evening = deck.bands.create(code="evening")
    for weekday in range(1, 8):
        evening.hours.create(deck=deck, weekday=weekday, minutes=NumericRange(18 * 60, 24 * 60))
    chance = np.random.default_rng(count)
    prefixes = {str(prefix) for prefix in range(1, 10)}
    while len(prefixes) < count:
        size = int(chance.integers(3, 8))
        prefixes |= set(map(str, chance.integers(10 ** (size - 1), 10**size, 1_000).tolist()))
    Rate.objects.bulk_create(
        (
            Rate(
                deck=deck,
                prefix=prefix,
                starts_on=make.LONG_AGO,
                price=Decimal(int(prefix) % 97 + 1) / 100,
                connection_fee=Decimal(int(prefix) % 3) / 10,
                first_increment=(60, 1)[int(prefix) % 2],
                next_increment=(1, 60)[int(prefix) % 5 == 0],
            )
            for prefix in sorted(prefixes)[:count] + [str(n) for n in range(1, 10)]
            if prefix in prefixes
        ),
        batch_size=5_000,
        ignore_conflicts=True,
    )
    Rate.objects.bulk_create(
        (
            Rate(
                deck=deck,
                prefix=prefix,
                starts_on=make.LONG_AGO,
                price=Decimal(int(prefix) % 97 + 1) / 200,
                next_increment=1,
                band_id=evening.pk,
            )
            for prefix in sorted(prefixes)[:count:EVENING_EVERY]
        ),
        batch_size=5_000,
    )
    return deck


def _make_costs(world: World) -> None:
    """What the carrier takes, by the first digits."""
    supplier = Supplier.objects.create(
        legal_entity=world.brand.legal_entity, code="CARRIER", name="Carrier",
        currency=world.brand.currency,
    )  # fmt: skip
    deck = RateDeck.objects.create(
        direction="buy", supplier=supplier, code="BUY", name="Buy", usage_type="voice",
        currency=supplier.currency, zone="UTC",
    )  # fmt: skip
    for prefix in range(1, COSTS):
        make.make_rate(deck, str(prefix), "0.004", first_increment=None)


def _make_lines(world: World) -> None:
    accounts = Account.objects.bulk_create(
        [
            Account(
                brand=world.brand,
                number=f"R{index:06}",
                name=f"Customer {index}",
                currency=world.brand.currency,
                street="Storgata 1",
                postcode="0155",
                city="Oslo",
                country="NO",
                opened_on=date(2026, 1, 1),
                bill_day=1,
            )
            for index in range(SUBSCRIPTIONS // LINES_OF_AN_ACCOUNT)
        ]
    )
    lines = Subscription.objects.bulk_create(
        [
            Subscription(account=account, code=f"L{place}", starts_on=date(2026, 1, 1))
            for account in accounts
            for place in range(LINES_OF_AN_ACCOUNT)
        ]
    )
    during = DateRange(date(2026, 1, 1), None)
    SubscriptionPlan.objects.bulk_create(
        SubscriptionPlan(subscription=line, plan=world.plans[index % PLANS], during=during)
        for index, line in enumerate(lines)
    )
    numbers = ServiceNumber.objects.bulk_create(
        ServiceNumber(brand=world.brand, number=str(FIRST_NUMBER + index), state="assigned")
        for index in range(SUBSCRIPTIONS)
    )
    NumberAssignment.objects.bulk_create(
        NumberAssignment(number=number, subscription=line, during=during)
        for number, line in zip(numbers, lines, strict=True)
    )


def _next_start(plan: Plan) -> date:
    last = plan.versions.order_by("-starts_on").first()
    start = last.starts_on if last else make.LONG_AGO
    return date(start.year, start.month, start.day + 1)

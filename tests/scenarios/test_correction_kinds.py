"""Whatever was wrong in a price list, each event comes to cost what it should have cost."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.db.backends.postgresql.psycopg_any import NumericRange

from catalog.models import BandHours, RateDeck, TimeBand
from tests.scenarios.correction_kinds import BANDS, DAY, KINDS, Kind
from tests.scenarios.correction_world import World, broken, event, make_world, usage


def account_of(number: int) -> str:
    return f"3001{number:02}"


def service_of(number: int) -> str:
    return f"47900005{number:02}"


def rows_of(number: int, kind: Kind) -> list[str]:
    return [
        event(
            f"{number}-{nth}", start, called, quantity, service=service_of(number),
            type=kind.deck.get("usage_type", "voice"),
        )
        for nth, (start, called, quantity, _was, _is) in enumerate(kind.events)
    ]  # fmt: skip


def give_band(deck: RateDeck, code: str, opens: int, closes: int) -> None:
    band = TimeBand.objects.create(deck=deck, code=code)
    for weekday in range(1, 8):
        BandHours.objects.create(
            band=band, deck=deck, weekday=weekday, minutes=NumericRange(opens, closes)
        )


@pytest.fixture
def fjord(fjordtel, tmp_path) -> World:
    """A customer for each kind, with a deck, a plan and a number of his own."""
    world = make_world(fjordtel, tmp_path, "47")
    for number, kind in enumerate(KINDS):
        deck = world.deck(f"D{number}", **kind.deck)
        for code, opens, closes in kind.bands:
            give_band(deck, code, opens, closes)
        world.rates(deck.code, *kind.before, since=date(2026, 1, 1), header=kind.header)
        plan = world.plan(f"P{number}", "10.00", **{deck.usage_type: deck})
        world.customer(account_of(number), f"Customer {number}", plan, service_of(number))
    return world


def costs(world: World, column: int) -> dict[str, tuple[Decimal, Decimal]]:
    """What each event costs, and what it should: `column` 3 before and 4 after."""
    return {
        f"{kind.name} {nth}": (world.cost(f"{number}-{nth}"), Decimal(str(row[column])))
        for number, kind in enumerate(KINDS)
        for nth, row in enumerate(kind.events)
    }


def correct_all(world: World) -> None:
    for number, kind in enumerate(KINDS):
        header = kind.header_after or kind.header
        world.rates(f"D{number}", *kind.after, since=kind.rates_from, header=header)
    for number, kind in enumerate(KINDS):
        world.listed(f"D{number}", kind.rated_from)
    assert broken() == {}


def months_of(kind: Kind, was: bool, now: bool) -> list[tuple[str, str, str]]:
    """Usage lines of a bill by month of origin: the sums after, less those before, or either."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for start, _called, _quantity, old, new in kind.events:
        amount = (Decimal(new) if now else Decimal(0)) - (Decimal(old) if was else Decimal(0))
        sums[f"{date.fromisoformat(start[:10]):%b}"] += amount
    cents = Decimal("0.01")
    rounded = {month: total.quantize(cents, ROUND_HALF_UP) for month, total in sums.items()}
    category = str(kind.deck.get("usage_type", "voice"))
    return [(month, category, str(total)) for month, total in rounded.items() if total]


def test_what_is_billed_is_adjusted_by_the_difference(fjord: World):
    fjord.bill("2026-02-01")
    for month, bill_date in (("02", "2026-03-01"), ("03", "2026-04-01")):
        rows = [row for number, kind in enumerate(KINDS) for row in rows_of(number, kind)]
        fjord.take(*(row for row in rows if f"2026-{month}" in row))
        fjord.bill(bill_date)
    assert all(found == right for found, right in costs(fjord, 3).values()), costs(fjord, 3)

    correct_all(fjord)
    fjord.bill("2026-05-01")

    assert {k: v for k, v in costs(fjord, 4).items() if v[0] != v[1]} == {}
    for number, kind in enumerate(KINDS):
        found = usage(account_of(number), "2026-05-01")
        assert (kind.name, found) == (kind.name, months_of(kind, was=True, now=True))


def test_what_is_open_is_replaced(fjord: World):
    fjord.bill("2026-02-01")
    fjord.take(*(row for number, kind in enumerate(KINDS) for row in rows_of(number, kind)))

    correct_all(fjord)
    fjord.bill("2026-03-01")
    fjord.bill("2026-04-01")

    assert {k: v for k, v in costs(fjord, 4).items() if v[0] != v[1]} == {}
    for number, kind in enumerate(KINDS):
        account = account_of(number)
        found = [line for day in ("2026-03-01", "2026-04-01") for line in usage(account, day)]
        assert (kind.name, found) == (kind.name, months_of(kind, was=False, now=True))


@pytest.mark.parametrize("is_billed", [True, False])
def test_a_call_over_the_edge_of_a_band_that_is_covered_in_part(fjordtel, tmp_path, is_billed):
    """90 s from 19:59:50 on; the first 30 s are included. The evening is 0.30, right is 0.12.

    K-1: 30 s at 0.60 and 30 s in the evening: 0.30 + 0.15; right 0.30 + 0.06.
    K-2, nothing is included any more: 0.60 + 0.15; right 0.60 + 0.06.
    """
    world = make_world(fjordtel, tmp_path, "47")
    deck = world.deck("FJ-VOICE", band_rule="split")
    give_band(deck, "evening", 1200, 1440)
    world.rates("FJ-VOICE", *DAY, since=date(2026, 1, 1), header=BANDS)
    plan = world.plan_with("P", "10.00", {"quantity": Decimal(30)}, voice=deck)
    world.customer("100123", "Kari Nordmann", plan, "4790000123")
    world.bill("2026-02-01")
    world.take(
        event("K-1", "2026-02-05T19:59:50", quantity=90),
        event("K-2", "2026-02-06T19:59:50", quantity=90),
    )
    assert (world.cost("K-1"), world.cost("K-2")) == (Decimal("0.45"), Decimal("0.75"))
    if is_billed:
        world.bill("2026-03-01")
    world.rates("FJ-VOICE", "47,0.12,60,1,evening", header=BANDS)

    world.rerate("FJ-VOICE")

    assert (world.cost("K-1"), world.cost("K-2")) == (Decimal("0.36"), Decimal("0.66"))
    assert world.rerate("FJ-VOICE") == []

"""What comes before, after and beside a price correction: late files, stornos, plan changes."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Subscription
from billing.models import SuspendedUsage
from billing.usage.models import UsageRecord
from billing.usage.services.retain_usage import retain_usage
from tests import make
from tests.scenarios.correction_world import (
    World,
    account,
    broken,
    event,
    invoice,
    make_world,
    run,
    usage,
)

WHOLE, SECONDS = "47,0.60,0,60,60,0", "47,0.60,0,1,1,0"
BY_SECONDS = date(2026, 2, 1)


@pytest.fixture
def fjord(fjordtel, tmp_path) -> World:
    """Kari pays 0.60 for each started minute in Norway; by the second would have been right."""
    world = make_world(fjordtel, tmp_path, "47")
    deck = world.deck("FJ-VOICE")
    world.rates("FJ-VOICE", WHOLE, since=date(2026, 1, 1))
    world.customer("100123", "Kari Nordmann", world.plan("M", "10.00", voice=deck), "4790000123")
    return world


def billed_february(world: World, *rows: str) -> None:
    world.bill("2026-02-01")
    world.take(*(rows or (event("K-1", "2026-02-05T12:00:00", quantity=61),)))
    world.bill("2026-03-01")


def test_late_usage_of_a_corrected_month_has_the_right_price_at_once(fjord: World):
    """K-1 is adjusted by 0.61 − 1.20 = − 0.59; K-2 comes late, 90 s: 0.90. Together 0.31."""
    billed_february(fjord)
    fjord.rates("FJ-VOICE", SECONDS)
    fjord.rerate("FJ-VOICE")

    fjord.take(event("K-2", "2026-02-06T12:00:00", quantity=90))

    assert fjord.rerate("FJ-VOICE") == []
    fjord.bill("2026-04-01")
    assert usage("100123", "2026-04-01") == [("Feb", "voice", "0.31")]
    assert broken() == {}


def test_late_usage_that_waits_for_its_bill_is_adjusted_too(fjord: World):
    """K-2 of February came late in March, at 1.20, on no bill yet: 0.61 are right."""
    billed_february(fjord)
    fjord.take(event("K-2", "2026-02-06T12:00:00", quantity=61))
    fjord.rates("FJ-VOICE", SECONDS)

    rows = fjord.rerate("FJ-VOICE")
    fjord.bill("2026-04-01")

    assert [row["records_adjusted"] for row in rows] == ["2"]
    # K-1: − 0.59; K-2: 1.20 − 1.20 + 0.61
    assert usage("100123", "2026-04-01") == [("Feb", "voice", "0.02")]
    assert fjord.cost("K-2") == Decimal("0.61")


def storno(record_id: str, start: str, quantity: int, corrects: str = "") -> str:
    return event(record_id, start, quantity=quantity, kind="storno", corrects=corrects)


def test_the_source_takes_one_back_before_and_another_after(fjord: World):
    """K-1 was taken back on time and stays at nothing; K-2 is taken back when it costs 0.61."""
    billed_february(
        fjord,
        event("K-1", "2026-02-05T12:00:00", quantity=61),
        event("K-2", "2026-02-06T12:00:00", quantity=61),
        storno("S-1", "2026-02-05T12:00:00", 61, "K-1"),
    )
    assert usage("100123", "2026-03-01") == [("Feb", "voice", "1.20")]
    fjord.rates("FJ-VOICE", SECONDS)
    rows = fjord.rerate("FJ-VOICE")
    fjord.take(storno("S-2", "2026-02-06T12:00:00", 61, "K-2"))
    fjord.bill("2026-04-01")

    assert [row["records_adjusted"] for row in rows] == ["1"]
    assert (fjord.cost("K-1"), fjord.cost("K-2")) == (Decimal(0), Decimal(0))
    assert usage("100123", "2026-04-01") == [("Feb", "voice", "-1.20")]
    fjord.take(storno("S-3", "2026-02-06T12:00:00", 61, "K-2"), code=1)
    assert SuspendedUsage.objects.get().reason == "invalid"
    assert fjord.rerate("FJ-VOICE") == []
    assert broken() == {}


def test_a_correction_without_a_name_mirrors_the_right_price(fjord: World):
    """− 61 s: − 1.20, and − 0.61 by the second; open and billed alike."""
    billed_february(fjord, storno("S-1", "2026-02-05T12:00:00", -61))
    fjord.take(storno("S-2", "2026-03-05T12:00:00", -61))
    fjord.rates("FJ-VOICE", SECONDS)

    fjord.rerate("FJ-VOICE")
    fjord.bill("2026-04-01")

    assert fjord.cost("S-1") == fjord.cost("S-2") == Decimal("-0.61")
    assert usage("100123", "2026-03-01") == [("Feb", "voice", "-1.20")]
    assert usage("100123", "2026-04-01") == [("Feb", "voice", "0.59"), ("Mar", "voice", "-0.61")]


def test_what_waited_for_a_number_comes_with_the_right_price(fjord: World):
    billed_february(fjord)
    fjord.take(
        event("K-2", "2026-02-06T12:00:00", quantity=90, service="4790000999"),
        event("K-3", "2026-03-06T12:00:00", quantity=90, service="4790000999"),
        code=1,
    )
    fjord.rates("FJ-VOICE", SECONDS)
    fjord.rerate("FJ-VOICE")
    make.assign_number(Subscription.objects.get(), "4790000999")

    assert run("release_suspended", fjord.source.code)[0] == 0

    assert fjord.rerate("FJ-VOICE") == []
    fjord.bill("2026-04-01")
    # − 0.59 + 0.90 of February, 0.90 of March
    assert usage("100123", "2026-04-01") == [("Feb", "voice", "0.31"), ("Mar", "voice", "0.90")]


def test_a_file_that_was_rated_again_is_rolled_back_as_long_as_it_is_open(fjord: World):
    billed_february(fjord)
    fjord.take(event("K-2", "2026-03-06T12:00:00", quantity=61))
    fjord.rates("FJ-VOICE", SECONDS)
    fjord.rerate("FJ-VOICE")
    files = ("usage-fjordtel-3.csv", "usage-fjordtel-2.csv")

    (open_code, _), (billed_code, told) = (
        run("roll_back_usage", fjord.source.code, name, "--reason", "Sent twice.") for name in files
    )

    assert (open_code, billed_code) == (0, 1), told
    assert invoice("100123", "2026-03-01").number in told
    fjord.bill("2026-04-01")
    assert usage("100123", "2026-04-01") == [("Feb", "voice", "-0.59")]
    assert broken() == {}


def test_masked_records_keep_their_price_and_are_counted(fjord: World):
    """After six months a called number is cut: whether a longer prefix served it isn't known."""
    billed_february(fjord)
    fjord.bill("2026-04-01")
    moment = datetime(2026, 9, 10, tzinfo=ZoneInfo("Europe/Oslo"))
    retain_usage(fjord.brand, now=moment)
    fjord.rates("FJ-VOICE", SECONDS)

    code, told = run("rerate", "--deck", "FJ-VOICE", "--from", BY_SECONDS, "--reason", "Wrong.")

    assert (code, UsageRecord.objects.get().amount) == (0, 1_200_000)
    assert "1" in told
    assert broken() == {}


def test_a_plan_change_inside_the_month_leaves_the_other_deck_alone(fjord: World):
    """Until 15 March Kari has a minute included.

    K-1 61 s on the 10th: 120 billed, 60 covered, 0.60; right 61 billed, 60 covered, 0.01.
    K-2 61 s on the 20th, on the deck of her next plan: 2 × 1.00, as it is.
    """
    other = fjord.deck("OTHER")
    fjord.rates("OTHER", "47,1.00,0,60,60,0", since=date(2026, 1, 1))
    minute = {"quantity": Decimal(60)}
    included = fjord.plan_with("INCLUDED", "10.00", minute, voice=fjord.decks["FJ-VOICE"])
    bo = fjord.customer("100124", "Bo Berg", included, "4790000124")
    make.give_plan(bo, fjord.plan("NEXT", "20.00", voice=other), date(2026, 3, 15))
    for bill_date in ("2026-02-01", "2026-03-01"):
        fjord.bill(bill_date)
    fjord.take(
        event("K-1", "2026-03-10T12:00:00", quantity=61, service="4790000124"),
        event("K-2", "2026-03-20T12:00:00", quantity=61, service="4790000124"),
    )
    fjord.bill("2026-04-01")
    assert usage("100124", "2026-04-01") == [("Mar", "voice", "2.60")]
    fjord.rates("FJ-VOICE", SECONDS)

    fjord.rerate("FJ-VOICE")
    fjord.bill("2026-05-01")

    assert (fjord.cost("K-1"), fjord.cost("K-2")) == (Decimal("0.01"), Decimal(2))
    assert usage("100124", "2026-05-01") == [("Mar", "voice", "-0.59")]


ALLOWANCES = {
    "shared": {"scope": "shared", "quantity": Decimal(100)},
    "pooled": {"scope": "pooled", "quantity": Decimal(50)},
    "money": {
        "scope": "shared",
        "unit": "money",
        "quantity": Decimal("1.00"),
        "usage_types": ["voice"],
    },
}


@pytest.mark.parametrize("kind", ALLOWANCES)
@pytest.mark.parametrize("is_billed", [True, False])
def test_two_lines_of_one_allowance(fjord: World, kind: str, is_billed: bool):
    """100 seconds, or 1.00, for both lines of a family in a month.

    By the minute: A-1 61 s, 120 billed, 20 left: 0.20; A-2 50 s, 60 billed: 0.60.
    By the second: A-1 is covered; of A-2 39 s are, 11 s left: 0.11.
    """
    plan = fjord.plan_with("FAMILY", "10.00", ALLOWANCES[kind], voice=fjord.decks["FJ-VOICE"])
    fjord.customer("100124", "Bo Berg", plan, "4790000124")
    make.make_subscription(account("100124"), plan, "MOB-2", number="4790000125")
    fjord.bill("2026-02-01")
    fjord.take(
        event("A-1", "2026-02-05T12:00:00", quantity=61, service="4790000124"),
        event("A-2", "2026-02-06T12:00:00", quantity=50, service="4790000125"),
    )
    if is_billed:
        fjord.bill("2026-03-01")
    fjord.rates("FJ-VOICE", SECONDS)

    fjord.rerate("FJ-VOICE")
    if not is_billed:
        fjord.bill("2026-03-01")
    fjord.take(event("A-3", "2026-02-07T12:00:00", quantity=60, service="4790000124"))
    fjord.bill("2026-04-01")

    assert (fjord.cost("A-1"), fjord.cost("A-2")) == (Decimal(0), Decimal("0.11"))
    first = [("Feb", "voice", "0.20"), ("Feb", "voice", "0.60")]
    right = [("Feb", "voice", "0.00"), ("Feb", "voice", "0.11")]
    assert usage("100124", "2026-03-01") == (first if is_billed else right)
    # A-3 comes late, when nothing is left: 0.60.
    next_bill = usage("100124", "2026-04-01")
    adjusted = [("Feb", "voice", "0.40"), ("Feb", "voice", "-0.49")]
    assert next_bill == (adjusted if is_billed else [("Feb", "voice", "0.60")])
    assert fjord.rerate("FJ-VOICE") == []
    assert broken() == {}

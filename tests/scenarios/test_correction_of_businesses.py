"""A price correction of Northwind Voice: net prices, a parent's bill, bill days 1 and 15."""

from __future__ import annotations

from datetime import date

import pytest

from tests.scenarios.correction_world import (
    World,
    account,
    broken,
    event,
    invoice,
    make_world,
    totals,
    usage,
)  # fmt: skip

ONE, TWO, BO = "49301000001", "49301000002", "49301000003"


@pytest.fixture
def north(northwind, tmp_path) -> World:
    """Acme AS pays for two children, bill day 15; Bo Berg has bill day 1. London 0.30 a minute."""
    world = make_world(northwind, tmp_path, "49")
    deck = world.deck("NW-VOICE")
    world.rates("NW-VOICE", "44,0.30,0,60,60,0", "49,0.12,0,1,1,0", since=date(2026, 1, 1))
    plan = world.plan("OFFICE", "20.00", voice=deck)
    business = {"kind": "business", "country": "DE", "bill_day": 15}
    from tests import make

    acme = make.make_account(northwind, "200100", "Acme AS", **business)
    for number, service in (("200101", ONE), ("200102", TWO)):
        child = {"parent": acme, "bills_to_parent": True}
        world.customer(number, f"Acme {number}", plan, service, **business, **child)
    world.customer("200200", "Bo Berg", plan, BO, kind="business", country="DE")
    return world


def test_a_parent_pays_for_two_children_and_gets_back_for_both(north: World):
    """From 1 February on London should have been 0.24 a minute, 60/1.

    A-1  61 s, a second before that day: stays at 2 × 0.30
    A-2  61 s at its midnight in Berlin: 0.60; right 0.24 + 0.004 = 0.244; − 0.356
    A-3 600 s: 3.00; right 2.40; − 0.60     A-4 30 s: 0.30; right 0.24; − 0.06
    A-6  90 s, of the open period: 0.60; right 0.36, in its place
    """
    north.bill("2026-01-15")
    north.take(
        event("A-1", "2026-01-31T23:59:59", "442079460000", 61, service=ONE),
        event("A-2", "2026-02-01T00:00:00", "442079460000", 61, service=ONE),
    )
    north.bill("2026-02-15")
    north.take(event("A-3", "2026-02-20T12:00:00", "442079460000", 600, service=TWO))
    north.bill("2026-03-15")
    north.take(event("A-4", "2026-03-20T12:00:00", "442079460000", 30, service=TWO))
    north.bill("2026-04-15")
    north.take(event("A-6", "2026-04-20T12:00:00", "442079460000", 90, service=ONE))
    assert usage("200100", "2026-02-15") == [("Jan", "voice", "1.20")]
    north.rates("NW-VOICE", "44,0.24,0,60,1,0")

    rows = north.rerate("NW-VOICE")
    north.bill("2026-05-15")

    figures = [(row["account"], row["open_after"], row["next_invoice"]) for row in rows]
    assert figures == [("200102", "0.000000", "-0.660000"), ("200101", "0.360000", "-0.356000")]
    assert sorted(usage("200100", "2026-05-15")) == [
        ("Apr", "voice", "0.36"), ("Feb", "voice", "-0.60"),
        ("Jan", "voice", "-0.36"), ("Mar", "voice", "-0.06"),
    ]  # fmt: skip
    # 40.00 + 0.36 − 0.60 − 0.36 − 0.06 = 39.34 net; 19 % of it is 7.4746
    assert totals("200100", "2026-05-15") == ("39.34", "7.47", "46.81")
    assert not account("200101").invoices.exists()
    assert broken() == {}


def test_between_two_bill_days_one_period_is_open_and_the_other_billed(north: World):
    """Both call for 60 s on 20 February, for 0.30; right is 0.24. Bo is billed, Acme not yet."""
    north.bill("2026-02-01")
    north.bill("2026-02-15")
    north.take(
        event("B-1", "2026-02-20T12:00:00", "442079460000", service=BO),
        event("A-1", "2026-02-20T12:00:00", "442079460000", service=ONE),
    )
    north.bill("2026-03-01")
    north.rates("NW-VOICE", "44,0.24,0,60,1,0")

    rows = north.rerate("NW-VOICE")
    north.bill("2026-03-15")
    north.bill("2026-04-01")

    figures = [(row["account"], row["records_replaced"], row["records_adjusted"]) for row in rows]
    assert figures == [("200101", "1", "0"), ("200200", "0", "1")]
    assert usage("200100", "2026-03-15") == [("Feb", "voice", "0.24")]
    assert usage("200200", "2026-03-01") == [("Feb", "voice", "0.30")]
    assert usage("200200", "2026-04-01") == [("Feb", "voice", "-0.06")]
    # 20.00 − 0.06 = 19.94; 19 % of it is 3.7886
    assert totals("200200", "2026-04-01") == ("19.94", "3.79", "23.73")


def test_a_bill_that_falls_below_nothing_is_a_credit_for_the_next_ones(north: World):
    """600 minutes to London for 180.00; right were 600 × 0.01: 174.00 are given back."""
    north.bill("2026-02-01")
    north.take(event("B-1", "2026-02-20T12:00:00", "442079460000", 36000, service=BO))
    north.bill("2026-03-01")
    north.rates("NW-VOICE", "44,0.01,0,60,60,0")

    north.rerate("NW-VOICE")
    north.bill("2026-04-01")
    north.bill("2026-05-01")

    # 20.00 − 174.00 = − 154.00; 19 % of it − 29.26
    assert totals("200200", "2026-04-01") == ("-154.00", "-29.26", "-183.26")
    note = invoice("200200", "2026-04-01")
    assert note.document == "credit_note"
    # The oldest first: 23.80 of February's fees (20.00 + 3.80), then 159.46 of 238.00.
    january, march = (invoice("200200", day).open_item for day in ("2026-02-01", "2026-03-01"))
    assert (str(january.open_amount), str(march.open_amount)) == ("0.000", "102.340")
    assert totals("200200", "2026-05-01") == ("20.00", "3.80", "23.80")
    assert broken() == {}

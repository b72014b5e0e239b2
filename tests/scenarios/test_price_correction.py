"""A price list was wrong for three invoiced months: what each customer pays in the end."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from billing.invoicing.live.running_bill import running_bill
from billing.usage.explain_records import explain_record
from billing.usage.models import UsageRecord
from catalog.models import UsageCategory
from core.money import from_micro
from tests.scenarios.correction_world import (
    World,
    account,
    broken,
    event,
    invoice,
    make_world,
    run,
    totals,
    usage,
)  # fmt: skip

TURKEY = "90,1.90,0.49,1,1,30.00"


@pytest.fixture
def fjord(fjordtel, tmp_path) -> World:
    """Kari and Ida on MOBIL10 (299.00 a month, tax within); Ida leaves at the end of April."""
    world = make_world(fjordtel, tmp_path, "47")
    voice = world.deck("FJ-VOICE")
    sms = world.deck("FJ-SMS", usage_type="sms", per=1)
    data = world.deck("FJ-DATA", usage_type="data", per=1048576)
    new_year = date(2026, 1, 1)
    rates = ("47,0.60,0,60,1,0", "90,2.90,0.99,60,60,49.00", "39,3.00,0,60,60,0")
    world.rates("FJ-VOICE", *rates, since=new_year)
    world.rates("FJ-SMS", "47,0.50,0,1,1,0", since=new_year)
    world.rates("FJ-DATA", "0,0.10,0,1048576,1048576,0", since=new_year)
    plan = world.plan("MOBIL10", "299.00", voice=voice, sms=sms, data=data)
    world.customer("100123", "Kari Nordmann", plan, "4790000123")
    ida = world.customer("100125", "Ida Vik", plan, "4790000125")
    ida.ends_on = date(2026, 5, 1)
    ida.save()
    return world


def three_months(world: World) -> None:
    """February, March and April come in and are billed."""
    world.bill("2026-02-01")
    world.take(
        event("K-1", "2026-02-05T12:00:00", quantity=75),
        event("K-2", "2026-02-06T12:00:00", "902121234567", 61),
        event("I-1", "2026-02-07T12:00:00", "902121234567", 120, service="4790000125"),
    )
    world.bill("2026-03-01")
    world.take(
        event("K-3", "2026-03-05T12:00:00", quantity=90),
        event("K-4", "2026-03-06T12:00:00", "902121234567", 1800),
        event("I-2", "2026-03-07T12:00:00", "902121234567", 60, service="4790000125"),
    )
    world.bill("2026-04-01")
    world.take(
        event("K-5", "2026-04-05T12:00:00", quantity=125),
        event("K-6", "2026-04-06T12:00:00", "390612345", 60),
        event("K-7", "2026-04-07T12:00:00", "4790111222", 1, type="sms"),
    )
    world.bill("2026-05-01")


def test_the_next_invoice_gives_back_what_was_too_much(fjord: World):
    """Türkiye at 2.90 + 0.99 in whole minutes should have been 1.90 + 0.49 by the second.

    K-2    61 s: 0.99 + 2 × 2.90 = 6.79; right 0.49 + 61 × 1.90 / 60 = 2.421667; − 4.368333
    K-4  1800 s: 0.99 + 87.00, at most 49.00; right 0.49 + 57.00, at most 30.00; − 19.00
    """
    three_months(fjord)
    assert usage("100123", "2026-03-01") == [("Feb", "voice", "7.54")]  # 0.75 + 6.79
    before = {day: totals("100123", day) for day in ("2026-03-01", "2026-04-01", "2026-05-01")}
    fjord.rates("FJ-VOICE", TURKEY)

    rows = fjord.rerate("FJ-VOICE")
    fjord.take(event("K-8", "2026-05-05T12:00:00"))
    fjord.bill("2026-06-01")

    assert [row["account"] for row in rows] == ["100123", "100125"]
    assert (fjord.cost("K-2"), fjord.cost("K-4")) == (Decimal("2.421667"), Decimal(30))
    assert usage("100123", "2026-06-01") == [
        ("Feb", "voice", "-4.37"), ("Mar", "voice", "-19.00"), ("May", "voice", "0.60"),
    ]  # fmt: skip
    # 299.00 − 4.37 − 19.00 + 0.60 = 276.23; tax 276.23 × 25 / 125 = 55.246
    assert totals("100123", "2026-06-01") == ("220.98", "55.25", "276.23")
    assert before == {day: totals("100123", day) for day in before}
    assert fjord.rerate("FJ-VOICE") == []
    assert broken() == {}


def test_who_left_meanwhile_gets_a_credit_note(fjord: World):
    """Ida was charged 6.79 and 3.89; right are 0.49 + 2 × 1.90 = 4.29 and 0.49 + 1.90 = 2.39.

    Adjusted by − 2.50 and − 1.50 on a bill that has nothing else: tax 4.00 × 25 / 125 = 0.80.
    """
    three_months(fjord)
    fjord.bill("2026-06-01")
    fjord.rates("FJ-VOICE", TURKEY)

    fjord.rerate("FJ-VOICE")
    fjord.bill("2026-07-01")

    note = invoice("100125", "2026-07-01")
    assert note.document == "credit_note"
    assert usage("100125", "2026-07-01") == [("Feb", "voice", "-2.50"), ("Mar", "voice", "-1.50")]
    assert totals("100125", "2026-07-01") == ("-3.20", "-0.80", "-4.00")
    first = invoice("100125", "2026-02-01").open_item
    # Her first bill, of January and February, is open; the note pays 4.00 of it.
    assert (first.total, first.open_amount) == (Decimal(598), Decimal(594))
    assert (note.open_item.total, note.open_item.open_amount) == (Decimal(-4), Decimal(0))
    assert broken() == {}


def test_the_running_bill_and_the_explanation_tell_it_before_the_invoice(fjord: World):
    three_months(fjord)
    fjord.take(event("K-8", "2026-05-05T12:00:00", "902121234567", 61))
    fjord.rates("FJ-VOICE", TURKEY)
    fjord.rerate("FJ-VOICE")

    bill = running_bill(account("100123"), now=datetime(2026, 5, 31, 21, 59, tzinfo=UTC))
    told = [
        (f"{line.usage_origin:%b}", f"{line.amount:.2f}") for line in bill.lines
        if line.kind == "usage"
    ]  # fmt: skip
    fjord.bill("2026-06-01")

    assert told == [("Feb", "-4.37"), ("Mar", "-19.00"), ("May", "2.42")]
    assert [(month, amount) for month, _, amount in usage("100123", "2026-06-01")] == told
    code, printed = run("explain_invoice", invoice("100123", "2026-06-01").number)
    assert code == 0
    assert "-4.37" in printed
    assert "-19.00" in printed
    for record in UsageRecord.objects.all():
        assert explain_record(record).amount == from_micro(record.amount)


def test_the_old_price_comes_back_by_a_second_correction(fjord: World):
    """The correction was the mistake: the first price holds again, then all is as it was."""
    three_months(fjord)
    fjord.rates("FJ-VOICE", TURKEY)
    fjord.rerate("FJ-VOICE")
    fjord.bill("2026-06-01")

    fjord.rates("FJ-VOICE", "90,2.90,0.99,60,60,49.00", correct=True)
    fjord.rerate("FJ-VOICE")
    fjord.bill("2026-07-01")

    assert (fjord.cost("K-2"), fjord.cost("K-4")) == (Decimal("6.79"), Decimal(49))
    assert usage("100123", "2026-07-01") == [("Feb", "voice", "4.37"), ("Mar", "voice", "19.00")]
    assert fjord.rerate("FJ-VOICE") == []


def test_a_category_that_was_wrong_moves_the_amount_to_another_heading(fjord: World):
    """K-2 and K-4 cost what they did, but under Calls abroad; I-1 and I-2 as well."""
    abroad = UsageCategory.objects.create(brand=fjord.brand, code="abroad", name={"en": "Abroad"})
    three_months(fjord)
    header = "prefix,price,connection_fee,first_increment,next_increment,max_charge,category"
    fjord.rates("FJ-VOICE", "90,2.90,0.99,60,60,49.00,abroad", header=header)

    rows = fjord.rerate("FJ-VOICE")
    fjord.bill("2026-06-01")

    assert [(row["records_adjusted"], row["next_invoice"]) for row in rows] == [
        ("2", "0.000000")
    ] * 2
    assert usage("100123", "2026-06-01") == [
        ("Feb", abroad.code, "6.79"), ("Feb", "voice", "-6.79"),
        ("Mar", abroad.code, "49.00"), ("Mar", "voice", "-49.00"),
    ]  # fmt: skip
    assert totals("100123", "2026-06-01") == ("239.20", "59.80", "299.00")


def test_a_longer_prefix_and_other_decks_are_corrected_by_themselves(fjord: World):
    """Italian mobiles get a price of their own: 0.60 a minute; messages 0.35, data 0.08 a MiB."""
    three_months(fjord)
    fjord.take(
        event("K-9", "2026-05-02T12:00:00", "393331234567", 61),
        event("K-10", "2026-05-02T13:00:00", "390612345678", 61),
        event("D-1", "2026-05-02T14:00:00", "", 3 * 1048576 + 1, type="data"),
    )
    fjord.rates("FJ-VOICE", "393,0.60,0,60,1,0")
    fjord.rates("FJ-SMS", "47,0.35,0,1,1,0")
    fjord.rates("FJ-DATA", "0,0.08,0,1048576,1048576,0")

    assert len(fjord.rerate("FJ-VOICE")) == 1
    assert (fjord.cost("K-9"), fjord.cost("K-10")) == (Decimal("0.61"), Decimal(6))
    assert (fjord.cost("K-7"), fjord.cost("D-1")) == (Decimal("0.50"), Decimal("0.40"))
    fjord.rerate("FJ-SMS")
    fjord.rerate("FJ-DATA")
    fjord.bill("2026-06-01")

    assert sorted(usage("100123", "2026-06-01")) == [
        ("Apr", "sms", "-0.15"), ("May", "data", "0.32"), ("May", "voice", "6.61"),
    ]  # fmt: skip

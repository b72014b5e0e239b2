"""Pools, numbers and SIMs by file: told before, taken in once, reverted as a whole."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from accounts.models import NumberPool, ServiceNumber, Sim, SimPool
from core.errors import InputRefused
from core.imports.kinds import kind_of
from core.models import Brand, ImportBatch
from core.services.apply_import import apply_import
from core.services.keep_import import start_import
from core.services.preview_import import preview_import
from core.services.revert_import import revert_import
from tests import make

NOW, TODAY = datetime(2026, 11, 3, 8, tzinfo=UTC), date(2026, 11, 3)
POOLS = "brand,code,name,quarantine_days\nfjordtel,OSLO,Oslo numbers,30\nfjordtel,GOLD,Golden,\n"
NUMBERS = """brand,number,until_number,pool,state,reserved_until,quarantined_until
fjordtel,4790000100,4790000109,OSLO,free,,
fjordtel,4790000777,,GOLD,reserved,2027-01-01,
fjordtel,4790000888,,OSLO,quarantined,,2026-12-01
"""
STOCKS = "brand,code,name\nfjordtel,DRAWER,The shop's drawer\n"
CARDS = """brand,iccid,imsi,puk,kind,pool,state
fjordtel,8947000000000000012,242010000000001,12345678,card,DRAWER,in_stock
fjordtel,8947000000000000020,,87654321,esim,,
"""


def take_in(kind: str, text: str, brand: Brand | None = None) -> ImportBatch:
    batch = start_import(
        kind, text.encode(), file=f"{kind}.csv", now=NOW, brand=brand,
        state=ImportBatch.State.APPLYING,
    )  # fmt: skip
    return apply_import(batch.pk, channel="command", now=NOW, as_of=TODAY)


def refusals(kind: str, text: str) -> list[str]:
    with pytest.raises(InputRefused) as refused:
        take_in(kind, text)
    return [f"{problem.line}: {problem.what}" for problem in refused.value.problems]


def test_pools_and_ranges_of_numbers_come_in_with_their_states(fjordtel):
    take_in("number_pools", POOLS)
    batch = take_in("number_stock", NUMBERS)

    oslo = NumberPool.objects.get(code="OSLO")
    reserved = ServiceNumber.objects.get(number="4790000777")
    resting = ServiceNumber.objects.get(number="4790000888")
    assert (oslo.quarantine_days, NumberPool.objects.get(code="GOLD").quarantine_days) == (30, 90)
    assert oslo.numbers.filter(state="free").count() == 10
    assert (reserved.state, reserved.reserved_until) == ("reserved", date(2027, 1, 1))
    assert (resting.state, resting.quarantined_until) == ("quarantined", date(2026, 12, 1))
    assert (batch.new, batch.changed) == (12, 0)


def test_the_same_file_again_changes_nothing_and_a_changed_one_tells_what(fjordtel):
    take_in("number_pools", POOLS)
    take_in("number_stock", NUMBERS)

    again = take_in("number_stock", NUMBERS)
    other = NUMBERS.replace("777,,GOLD,reserved,2027-01-01", "777,,OSLO,free,")
    changed = start_import("number_stock", other.encode(), file="numbers.csv", now=NOW)
    preview_import(changed, now=NOW, as_of=TODAY)

    assert (again.new, again.changed, again.unchanged) == (0, 0, 12)
    assert changed.report["rows"]["changed"][0]["changes"] == [
        {"name": "pool", "before": "GOLD Golden", "after": "OSLO Oslo numbers"},
        {"name": "state", "before": "reserved", "after": "free"},
        {"name": "reserved_until", "before": "2027-01-01", "after": "(empty)"},
    ]
    assert ServiceNumber.objects.get(number="4790000777").state == "reserved"


def test_a_number_that_somebody_has_keeps_its_state(fjordtel):
    take_in("number_pools", POOLS)
    kari = make.make_account(fjordtel)
    mobile = make.make_subscription(kari, make.make_plan(fjordtel))
    make.assign_number(mobile, "4790000123")
    ServiceNumber.objects.filter(number="4790000123").update(state="assigned")

    take_in("number_stock", "brand,number,pool\nfjordtel,4790000123,OSLO\n")
    refused = refusals("number_stock", "brand,number,state\nfjordtel,4790000123,free\n")

    row = ServiceNumber.objects.get(number="4790000123")
    assert refused == ["2: number 4790000123: 4790000123 is assigned, not free"]
    assert (row.state, str(row.pool)) == ("assigned", "OSLO Oslo numbers")


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("fjordtel,100,199x,,,,", "2: number 100: 100 to 199x is not a range"),
        ("fjordtel,199,100,,,,", "2: number 199: 199 to 100 is not a range"),
        ("fjordtel,1000000,2000000,,,,", "2: number 1000000: more than 100,000 numbers"),
        ("fjordtel,100,,NONE,,,", "2: number: NONE is not a pool of fjordtel"),
        ("fjordtel,100,,,reserved,,", "2: number: reserved_until is missing"),
        ("fjordtel,100,,,free,2027-01-01,", "2: number: only a reserved number has reserved_until"),
        ("fjordtel,100,,,quarantined,,2026-11-03", "2: number: 2026-11-03 has passed"),
        ("nowhere,100,,,,,", "2: number: brand 'nowhere' is not known"),
        ("fjordtel,,,,,,", "2: number: number is missing"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(fjordtel, row, problem):
    header = "brand,number,until_number,pool,state,reserved_until,quarantined_until\n"

    assert problem in refusals("number_stock", f"{header}{row}\n")


def test_a_number_twice_in_the_file_is_told(fjordtel):
    text = "brand,number,until_number\nfjordtel,100,110\nfjordtel,105,\n"

    assert refusals("number_stock", text) == ["3: number 105: 105 stands twice, first on line 2"]


def test_sims_come_into_stock_and_no_puk_is_ever_shown(fjordtel):
    take_in("sim_pools", STOCKS)
    batch = take_in("sim_stock", CARDS)
    other = take_in("sim_stock", CARDS.replace("87654321", "11112222"))

    card, profile = Sim.objects.order_by("iccid")
    told = str([each.report for each in (batch, other)])
    assert (card.state, card.imsi, str(card.pool)) == (
        "in_stock",
        "242010000000001",
        "DRAWER The shop's drawer",
    )
    assert (card.puk, profile.puk, profile.kind) == ("12345678", "11112222", "esim")
    assert (other.changed, other.unchanged) == (1, 1)
    assert "puk" in told
    assert not any(secret in told for secret in ("12345678", "87654321", "11112222"))


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("fjordtel,8947000000000000013,,,", "is not a SIM card's number"),
        ("fjordtel,8947000000000000012,12,,", "imsi '12' is not an IMSI"),
        ("fjordtel,8947000000000000012,,secret99,", "puk is not 8 digits"),
        ("fjordtel,8947000000000000012,,,NONE", "NONE is not a stock of fjordtel"),
    ],
)
def test_a_wrong_sim_is_told_and_its_puk_is_not_repeated(fjordtel, row, problem):
    told = refusals("sim_stock", f"brand,iccid,imsi,puk,pool\n{row}\n")

    assert any(problem in each for each in told)
    assert "secret99" not in str(told)


def test_a_sim_of_another_brand_looks_like_none_but_is_not_taken(fjordtel, northwind):
    Sim.objects.create(brand=northwind, iccid="8947000000000000012")

    told = refusals("sim_stock", "brand,iccid\nfjordtel,8947000000000000012\n")

    assert told == ["2: SIM 8947000000000000012: it is of another brand"]


def test_an_imsi_is_one_card_s(fjordtel):
    rows = "\n".join(
        f"fjordtel,{iccid},242010000000001"
        for iccid in ("8947000000000000012", "8947000000000000020")
    )

    told = refusals("sim_stock", f"brand,iccid,imsi\n{rows}\n")

    assert told == ["3: SIM 8947000000000000020: IMSI 242010000000001 is another card's"]


def test_an_import_for_one_brand_knows_no_other(fjordtel, northwind):
    with pytest.raises(InputRefused) as refused:
        take_in("number_pools", POOLS, brand=northwind)

    assert {problem.what for problem in refused.value.problems} == {
        "pool: brand 'fjordtel' is not known"
    }


def test_stock_is_reverted_as_a_whole(fjordtel):
    pools = take_in("number_pools", POOLS)
    numbers = take_in("number_stock", NUMBERS)
    stocks = take_in("sim_pools", STOCKS)
    cards = take_in("sim_stock", CARDS)

    for batch in (cards, stocks, numbers, pools):
        revert_import(batch.pk, user=None, channel="command", now=NOW)

    for model in (NumberPool, ServiceNumber, SimPool, Sim):
        assert not model.objects.exists()


@pytest.mark.parametrize("code", ["number_pools", "number_stock", "sim_pools", "sim_stock"])
def test_every_field_of_the_wizard_is_a_column_of_the_file(code, fjordtel):
    fields = [field.name for field in kind_of(code).fields]

    batch = take_in(code, ",".join(fields) + "\n")

    assert batch.new == 0

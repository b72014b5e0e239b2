"""Files with prices and corrections end in records, sums and allowances that add up."""

from __future__ import annotations

import random
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from billing.invoicing.services.run_billing import run_billing
from billing.models import BillRun
from billing.usage.allowances.models import AllowanceBalance, UsageCorrection
from billing.usage.models import SuspendedUsage, UsageFile, UsageRecord, UsageSummary
from billing.usage.services.import_usage_file import ImportedFile
from catalog.models import Plan, RateDeck, Supplier
from tests import make
from tests.billing.usage.kari import Kari, call, hits
from tests.billing.usage.mending import add_italy, release

HEADER = "id,start,service,called,seconds,kind,original,price"
Flag = UsageRecord.Flag


@pytest.fixture
def fjord(kari: Kari) -> Kari:
    """Kari pays 0.60 a minute by the second beyond ten minutes; it costs us 0.12 a minute."""
    columns = kari.source.mapping["columns"]
    columns |= {"kind": "kind", "corrects": "original", "price": "price"}
    kari.source.mapping["corrections"] = ["CREDIT"]
    kari.source.supplier = Supplier.objects.create(
        legal_entity=kari.brand.legal_entity, code="CARRIER", name="Carrier", currency="NOK"
    )
    kari.source.save()
    buy = RateDeck.objects.create(
        direction="buy", supplier=kari.source.supplier, code="BUY", name="BUY",
        usage_type="voice", currency="NOK", zone="UTC",
    )  # fmt: skip
    make.make_rate(buy, "47", "0.12")
    kari.deck = make.make_deck(kari.brand, "PER-SECOND")
    make.make_rate(kari.deck)
    plan = Plan.objects.create(
        brand=kari.brand, product=kari.plan.product, code="TEN", name={"en": "Ten"}
    )
    version = make.make_draft(plan, date(2020, 1, 1))
    make.make_charge(version, price=Decimal("99.00"))
    version.deck_assignments.create(usage_type="voice", deck=kari.deck)
    make.make_allowance(version)
    make.publish(version)
    kari.subscription.plan_history.all().delete()
    make.give_plan(kari.subscription, plan, date(2026, 1, 1))
    return kari


def line(record_id: str, seconds: object = 60, *, price: str = "", **values: str) -> str:
    """A call of Kari's at noon on the 3rd unless told; ids go with the hour."""
    return f"{call(record_id, seconds=seconds, **values)},CALL,,{price}"


def credit(
    record_id: str, names: str = "", seconds: object = "", *, price: str = "", **values: str
) -> str:
    values.setdefault("start", "2026-10-04T09:00:00Z")
    return f"{call(record_id, seconds=seconds, **values)},CREDIT,{names},{price}"


def two_calls() -> list[str]:
    """300 s, and 360 s of which the allowance covers the first 300."""
    return [line("A-1", 300), line("A-2", 360, start="2026-10-03T13:00:00Z")]


def take(kari: Kari, lines: list[str], name: str = "usage.csv") -> ImportedFile:
    return kari.take(lines, name, HEADER)


def figures() -> list[tuple[int, ...]]:
    """Quantity, covered units, amount, cost and flags of each record, by start."""
    rows = UsageRecord.objects.order_by("start_at", "key")
    return list(rows.values_list("quantity", "covered", "amount", "cost", "flags"))


def sums() -> tuple[int, ...]:
    """Records, quantity, covered units, amount and cost of the only summary."""
    names = ("records", "quantity", "covered", "amount", "cost")
    return UsageSummary.objects.values_list(*names).get()


def suspended() -> list[tuple[str, str]]:
    """Reason and words of what waits in suspense."""
    lines = SuspendedUsage.objects.filter(state="open").order_by("file", "line_number")
    words = lines.values_list("reason", "detail")
    return [(reason, detail.partition(";")[0]) for reason, detail in words]


def bill(kari: Kari, month: int) -> BillRun:
    """Bill what ended with the month before."""
    return run_billing(
        brand=kari.brand,
        bill_date=date(2026, month, 1),
        as_of=date(2026, month, 3),
        now=datetime(2026, month, 3, 8, tzinfo=UTC),
    )


def used() -> int:
    return AllowanceBalance.objects.get().used


WAYS = {
    "behind its record": lambda lines, more: [[*lines, *more]],
    "before its record": lambda lines, more: [[*more, *lines]],
    "in the next file": lambda lines, more: [lines, more],
}


@pytest.mark.parametrize("way", WAYS)
def test_a_correction_gives_back_what_its_record_took(fjord: Kari, way: str) -> None:
    """A-2 paid 60 s (0.60) of its 360; the correction of A-1 leaves it 360 of the 600 s."""
    for number, lines in enumerate(WAYS[way](two_calls(), [credit("C-1", "A-1")])):
        take(fjord, lines, f"{number}.csv")

    assert figures() == [
        (300, 300, 0, 600_000, 0),
        (360, 360, 0, 720_000, 0),
        (-300, -300, 0, -600_000, Flag.CORRECTION),
    ]
    assert sums() == (3, 360, 360, 0, 720_000)
    assert used() == 360
    assert hits() == []


@pytest.mark.parametrize("way", WAYS)
def test_a_correction_gives_back_what_its_record_cost(fjord: Kari, way: str) -> None:
    """A-2 is 360 s: 300 covered, 60 s at 0.01 = 0.60; costs 360 × 0.002 = 0.72."""
    for number, lines in enumerate(WAYS[way](two_calls(), [credit("C-1", "A-2", 17)])):
        take(fjord, lines, f"{number}.csv")

    assert figures() == [
        (300, 300, 0, 600_000, 0),
        (360, 300, 600_000, 720_000, 0),
        (-360, -300, -600_000, -720_000, Flag.CORRECTION),
    ]
    assert sums() == (3, 300, 300, 0, 600_000)
    assert used() == 300
    assert hits() == []


def test_what_a_correction_gives_back_later_calls_use(fjord: Kari) -> None:
    """Without A-2, 300 of the 600 s are left: A-3 takes 60 of them."""
    take(fjord, two_calls(), "one.csv")
    take(fjord, [line("A-3", 60, start="2026-10-05T12:00:00Z")], "two.csv")

    take(fjord, [credit("C-1", "A-2")], "three.csv")

    assert UsageRecord.objects.order_by("start_at").last().amount == 0
    assert sums() == (4, 360, 360, 0, 720_000)
    assert used() == 360
    assert hits() == []


def test_a_second_correction_is_invalid(fjord: Kari) -> None:
    take(fjord, [*two_calls(), credit("C-1", "A-2"), credit("C-2", "A-2")], "one.csv")

    take(fjord, [credit("C-3", "A-2")], "two.csv")

    assert suspended() == [("invalid", "the record that it corrects is reversed already")] * 2
    assert UsageCorrection.objects.count() == 1
    assert sums() == (3, 300, 300, 0, 600_000)
    assert hits() == []


def test_the_same_correction_again_is_a_duplicate(fjord: Kari) -> None:
    take(fjord, [*two_calls(), credit("C-1", "A-2")], "one.csv")

    again = take(fjord, [credit("C-1", "A-2"), credit("C-1", "A-2")], "two.csv")

    assert (again.rated, again.duplicates, again.suspended) == (0, 2, {})


def test_the_same_id_for_another_record_is_a_conflict(fjord: Kari) -> None:
    take(fjord, [*two_calls(), credit("C-1", "A-2")], "one.csv")

    again = take(fjord, [credit("C-1", "A-1"), line("A-1", 300, price="1.00")], "two.csv")

    assert again.suspended == {"conflict": 2}


def test_a_correction_waits_for_its_record(fjord: Kari) -> None:
    take(fjord, [credit("C-1", "A-2"), credit("C-2", "A-9")], "one.csv")
    assert suspended() == [("invalid", "it corrects a record that isn't rated")] * 2
    take(fjord, two_calls(), "two.csv")

    totals = release(fjord)

    assert (totals.rated, totals.suspended) == (1, {"invalid": 1})
    assert sums() == (3, 300, 300, 0, 600_000)
    file = UsageFile.objects.get(name="one.csv")
    assert (file.rated, file.suspended, file.quantity, file.quantity_rated) == (1, 1, -360, -360)
    assert hits() == []


def test_a_correction_waits_with_the_record_that_has_no_rate(fjord: Kari) -> None:
    """Italy at 1.20 a minute: 30 s bill 60 s, once the rate is there; both end at nothing."""
    italy = "+390612345"
    take(fjord, [line("A-1", 30, called=italy), credit("C-1", "A-1", called=italy)])
    assert [reason for reason, _ in suspended()] == ["no_rate", "invalid"]
    add_italy(fjord)

    totals = release(fjord)

    assert (totals.rated, totals.suspended) == (2, {})
    assert sums()[:4] == (2, 0, 0, 0)
    assert used() == 0
    assert hits() == []


def test_lines_of_a_file_may_stand_in_any_order(fjord: Kari) -> None:
    lines = [
        *two_calls(),
        line("A-3", 120, start="2026-10-03T14:00:00Z"),
        line("A-4", 60, start="2026-10-03T15:00:00Z", price="0.25"),
        credit("C-1", "A-1"),
        credit("C-2", "A-4"),
        credit("C-3", seconds=-60),
    ]
    random.Random(7).shuffle(lines)

    take(fjord, lines)

    assert suspended() == []
    # 360 + 120 s covered; C-3 takes back 0.60; costs of less that of 60 s.
    assert sums() == (7, 420, 480, -600_000, 840_000)
    assert used() == 480
    assert hits() == []


def test_an_id_of_long_ago_is_not_the_record_that_is_named(fjord: Kari) -> None:
    """62 days are the reach of an id: the call of 1 August is out of it on 4 October."""
    take(fjord, [line("A-1", start="2026-08-01T12:00:00Z")], "one.csv")

    take(fjord, [credit("C-1", "A-1")], "two.csv")

    assert suspended() == [("invalid", "it corrects a record that isn't rated")]


def test_of_two_records_with_the_id_the_nearer_one_is_meant(fjord: Kari) -> None:
    take(
        fjord,
        [line("A-1", 60, start="2026-08-01T12:00:00Z"), line("A-1", 120)],
        "one.csv",
    )

    take(fjord, [credit("C-1", "A-1")], "two.csv")

    assert [row[0] for row in figures()] == [60, 120, -120]


def test_a_correction_after_the_invoice_stands_on_the_next_one(fjord: Kari) -> None:
    """60 s by MOBIL10 are 0.99 + 0.49 = 1.48 in October, and −1.48 on the invoice after."""
    fjord.subscription.plan_history.all().delete()
    make.give_plan(fjord.subscription, fjord.plan, date(2026, 1, 1))
    take(fjord, [line("A-1")], "october.csv")
    bill(fjord, 11)

    take(fjord, [credit("C-1", "A-1")], "november.csv")

    correction = UsageRecord.objects.get(quantity=-60)
    assert (correction.amount, correction.cost) == (-1_480_000, -120_000)
    assert correction.flags == Flag.CORRECTION | Flag.LATE
    assert (correction.origin_start, correction.period_start) == (
        date(2026, 10, 1),
        date(2026, 11, 1),
    )
    run = bill(fjord, 12)
    assert "-1.48" in [f"{line.amount:.2f}" for line in run.invoices.get().lines.all()]
    assert suspended() == []
    assert hits() == []


def test_a_correction_that_names_none_is_priced_without_allowances(fjord: Kari) -> None:
    """90 s are 0.90 and cost 0.18; the ten minutes stay as they are."""
    take(fjord, [line("A-1", 90), credit("C-1", seconds=-90)])

    assert figures() == [
        (90, 90, 0, 180_000, 0),
        (-90, 0, -900_000, -180_000, Flag.CORRECTION),
    ]
    assert sums() == (2, 0, 90, -900_000, 0)
    assert used() == 90
    assert hits() == []


def test_a_correction_that_names_none_is_rounded_as_a_record_is(fjord: Kari) -> None:
    """20 s bill 60 s: 0.60, and cost 0.12."""
    take(fjord, [credit("C-1", seconds=-20)])

    record = UsageRecord.objects.get()
    assert (record.quantity, record.billed) == (-20, -60)
    assert (record.amount, record.cost) == (-600_000, -120_000)


def test_a_priced_record_keeps_its_price(fjord: Kari) -> None:
    """No allowance is touched; 60 s cost 0.12 by the carrier's deck; 0 is a price too."""
    take(
        fjord,
        [
            line("A-1", 60, price="2.345678"),
            line("A-2", 60, price="0", start="2026-10-03T13:00:00Z"),
            line("A-3", 60, price="", start="2026-10-03T14:00:00Z"),
        ],
    )

    assert figures() == [
        (60, 0, 2_345_678, 120_000, Flag.PRICED),
        (60, 0, 0, 120_000, Flag.PRICED),
        (60, 60, 0, 120_000, 0),
    ]
    assert used() == 60
    assert sums() == (3, 180, 60, 2_345_678, 360_000)
    assert hits() == []


def test_a_priced_record_is_reversed_at_its_price(fjord: Kari) -> None:
    take(fjord, [line("A-1", 60, price="2.50")], "one.csv")

    take(fjord, [credit("C-1", "A-1", price="-9.99")], "two.csv")

    assert figures() == [
        (60, 0, 2_500_000, 120_000, Flag.PRICED),
        (-60, 0, -2_500_000, -120_000, Flag.PRICED | Flag.CORRECTION),
    ]
    assert used() == 0
    assert sums() == (2, 0, 0, 0, 0)
    assert hits() == []


def test_a_correction_that_names_none_keeps_its_price(fjord: Kari) -> None:
    take(fjord, [credit("C-1", seconds=-60, price="-2.50")])

    assert figures() == [(-60, 0, -2_500_000, -120_000, Flag.PRICED | Flag.CORRECTION)]
    assert hits() == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (line("A-1", -60), "the quantity '-60' is negative"),
        (line("A-1", 60, price="-1"), "the price '-1' is negative"),
        (credit("C-1", seconds=""), "no quantity"),
        (
            f"{call('A-1')},CALL,A-0,",
            "it names a record to correct, but its kind 'CALL' is no correction",
        ),
    ],
)
def test_what_only_corrections_may_say_is_invalid_elsewhere(
    fjord: Kari, text: str, words: str
) -> None:
    take(fjord, [text])

    assert suspended() == [("invalid", words)]
    assert not UsageRecord.objects.exists()


def test_columns_that_come_later_make_no_duplicates_new(kari: Kari) -> None:
    """Files of before, without prices and kinds, are still known once the source has them."""
    kari.take([call("A-1"), call("")], "before.csv")
    kari.source.mapping["columns"] |= {"kind": "kind", "corrects": "original", "price": "price"}
    kari.source.mapping["corrections"] = ["CREDIT"]

    again = take(kari, [line("A-1", 61), line("", 61)], "after.csv")

    assert (again.rated, again.duplicates) == (0, 2)


def test_the_example_of_the_formats_is_true(fjord: Kari) -> None:
    """docs/formats.md, section 4: 1.48, 0.25, −1.48, −1.48, −0.25."""
    fjord.subscription.plan_history.all().delete()
    make.give_plan(fjord.subscription, fjord.plan, date(2026, 1, 1))
    page = (Path(settings.BASE_DIR) / "docs" / "formats.md").read_text()
    found = re.search(r"```csv\n(id,started_at.*?,price)\n(.*?)```", page, re.DOTALL)
    assert found is not None
    columns = fjord.source.mapping["columns"]
    columns |= {"start": "started_at", "service": "a_number", "called": "b_number"}

    fjord.take(found[2].splitlines(), header=found[1])

    amounts = UsageRecord.objects.order_by("line_number").values_list("amount", flat=True)
    assert list(amounts) == [1_480_000, 250_000, -1_480_000, -1_480_000, -250_000]
    assert hits() == []

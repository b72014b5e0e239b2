"""Corrections reverse records whole, once, wherever they are; sources' prices are kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from billing.invoicing.models import InvoiceLine
from billing.invoicing.services.run_billing import run_billing
from billing.usage.allowances.models import AllowanceBalance, CumulativeUsage
from billing.usage.explain_records import explain_record
from billing.usage.models import SuspendedUsage, UsageRecord, UsageSummary
from billing.usage.services.import_usage_file import ImportedFile
from catalog.models import DestinationGroup, PlanVersion
from tests import make
from tests.billing.usage.kari import Kari, hits
from tests.billing.usage.test_allowances_used import graduated, on, rolling_minutes, ten_minutes

HEADER = "id,start,service,called,seconds,kind,corrects,price"


@pytest.fixture(autouse=True)
def with_kinds_and_prices(kari: Kari) -> None:
    columns = kari.source.mapping["columns"]
    columns |= {"kind": "kind", "corrects": "corrects", "price": "price"}
    kari.source.mapping |= {"corrections": ["CREDIT"]}
    kari.source.save()


def line(
    record_id: str, seconds: object = 60, *, at: str = "3", corrects: str = "", kind: str = "",
    price: str = "",
) -> str:  # fmt: skip
    kind = kind or ("CREDIT" if corrects else "CALL")
    start = f"2026-10-{int(at):02}T12:00:00Z"
    return f"{record_id},{start},+4790000123,+4722000000,{seconds},{kind},{corrects},{price}"


def take(kari: Kari, lines: Iterable[str], name: str = "one.csv") -> ImportedFile:
    return kari.take(lines, name, header=HEADER)


def figures() -> dict[int, tuple[int, int, int, int]]:
    """By line: quantity, covered units, amount, flags."""
    rows = UsageRecord.objects.order_by("line_number")
    return {row.line_number: (row.quantity, row.covered, row.amount, row.flags) for row in rows}


def reasons() -> list[tuple[int, str, str]]:
    rows = SuspendedUsage.objects.order_by("line_number")
    return [(row.line_number, row.reason, row.detail.partition(";")[0]) for row in rows]


def test_a_correction_gives_back_what_its_record_took_and_others_missed(kari: Kari) -> None:
    """500 of 600 s are given back: the second call is covered after all."""
    on(kari, ten_minutes)
    take(kari, [line("A", 500), line("B", 300, at="4")])
    assert figures()[3] == (300, 100, 2_000_000, 0)

    take(kari, [line("C", -500, at="9", corrects="A")], "two.csv")

    rows = UsageRecord.objects.order_by("start_at")
    assert [(row.covered, row.amount) for row in rows] == [(500, 0), (300, 0), (-500, 0)]
    assert AllowanceBalance.objects.get().used == 300
    summary = UsageSummary.objects.get()
    assert (summary.records, summary.quantity, summary.covered, summary.amount) == (3, 300, 300, 0)
    assert hits() == []


@pytest.mark.parametrize("first", ["A", "C"])
def test_in_one_file_a_correction_may_stand_before_its_record(kari: Kari, first: str) -> None:
    on(kari, ten_minutes)
    lines = [line("A", 500), line("C", -500, corrects="A"), line("B", 300, at="4")]
    lines.sort(key=lambda text: not text.startswith(first))

    take(kari, lines)

    assert sorted(figures().values()) == [
        (-500, -500, 0, UsageRecord.Flag.CORRECTION),
        (300, 300, 0, 0),
        (500, 500, 0, 0),
    ]
    assert hits() == []


def test_without_allowances_a_correction_mirrors_the_amount(kari: Kari) -> None:
    take(kari, [line("A"), line("C", "", corrects="A")])

    record, correction = UsageRecord.objects.order_by("line_number")
    assert (correction.amount, correction.billed) == (-record.amount, -record.billed)
    assert UsageSummary.objects.get().amount == 0
    assert explain_record(correction).amount == -explain_record(record).amount
    assert hits() == []


def test_a_record_is_corrected_once_and_a_correction_never(kari: Kari) -> None:
    take(kari, [line("A"), line("C", corrects="A"), line("D", corrects="A")])
    take(kari, [line("E", corrects="A"), line("F", corrects="C")], "two.csv")

    assert reasons() == [
        (2, "invalid", "the record that it corrects is reversed already"),
        (3, "invalid", "it corrects a correction"),
        (4, "invalid", "the record that it corrects is reversed already"),
    ]


def test_a_correction_of_nothing_waits_for_its_record(kari: Kari) -> None:
    take(kari, [line("C", corrects="A")])

    assert reasons() == [(2, "invalid", "it corrects a record that isn't rated")]


def test_a_correction_that_names_none_is_priced_without_allowances(kari: Kari) -> None:
    """−60 s at 0.60 a minute: −0.60, and the allowance stays as it is."""
    on(kari, ten_minutes)

    take(kari, [line("A", 100), line("C", -60, kind="CREDIT")])

    assert figures()[3] == (-60, 0, -600_000, UsageRecord.Flag.CORRECTION)
    assert AllowanceBalance.objects.get().used == 100
    assert hits() == []


def test_a_price_of_the_source_is_kept_and_uses_no_allowance(kari: Kari) -> None:
    on(kari, ten_minutes)

    take(kari, [line("A", 100, price="1.234567"), line("B", 100)])

    assert figures()[2] == (100, 0, 1_234_567, UsageRecord.Flag.PRICED)
    assert figures()[3] == (100, 100, 0, 0)
    assert explain_record(UsageRecord.objects.get(line_number=2)).amount == Decimal("1.234567")
    assert hits() == []


def test_a_priced_record_is_reversed_as_well(kari: Kari) -> None:
    on(kari, ten_minutes)

    take(kari, [line("A", 100, price="1.5"), line("C", -100, corrects="A")])

    assert figures()[3][2] == -1_500_000
    assert AllowanceBalance.objects.filter(used__gt=0).count() == 0
    assert hits() == []


def test_a_priced_record_needs_no_deck(kari: Kari) -> None:
    take(kari, ["A,2026-10-03T12:00:00Z,+4790000123,+999,60,CALL,,0.25"])

    assert figures()[2] == (60, 0, 250_000, UsageRecord.Flag.PRICED)
    assert hits() == []


def test_a_correction_takes_its_units_out_of_the_common_price(kari: Kari) -> None:
    """180 s cost 1.00 + 0.40; without 120 of them 60 s cost 0.60."""
    on(kari, graduated)
    take(kari, [line("A"), line("B", 120, at="4")])
    assert CumulativeUsage.objects.get().amount == 1_400_000

    take(kari, [line("C", -120, at="9", corrects="B")], "two.csv")

    assert CumulativeUsage.objects.values_list("units", "amount").get() == (60, 600_000)
    assert UsageSummary.objects.get().amount == 600_000
    assert hits() == []


def close_october(kari: Kari) -> None:
    kari.account.usage_closed_until = date(2026, 11, 1)
    kari.account.save()


def test_a_late_correction_stands_on_the_next_bill(kari: Kari) -> None:
    """600 s of a closed October are used; 500 are given back, for late usage only."""
    on(kari, rolling_minutes, date(2026, 10, 1))
    take(kari, [line("A", 500), line("B", 300, at="4")])
    close_october(kari)

    take(kari, [line("C", -500, at="9", corrects="A")], "two.csv")
    take(kari, [line("L", 200, at="20")], "three.csv")

    rows = {row.start_at.day: row for row in UsageRecord.objects.all()}
    assert (rows[4].covered, rows[4].amount) == (100, 2_000_000)
    assert (rows[9].covered, rows[9].amount) == (-500, 0)
    assert rows[9].period_start == date(2026, 11, 1)
    assert (rows[20].covered, rows[20].amount) == (200, 0)
    assert hits() == []


def test_a_late_correction_of_a_charged_record_gives_the_money_back(kari: Kari) -> None:
    on(kari, graduated)
    take(kari, [line("A"), line("B", 120, at="4")])
    close_october(kari)

    take(kari, [line("C", -120, at="9", corrects="B")], "two.csv")

    assert UsageRecord.objects.get(quantity=-120).amount == -800_000
    assert CumulativeUsage.objects.get().amount == 1_400_000
    assert hits() == []


def test_late_usage_above_a_late_correction_finds_nothing_that_it_gives_back(kari: Kari) -> None:
    """The allowance is used up: the call above the correction pays, the one below doesn't."""
    on(kari, ten_minutes)
    take(kari, [line("A", 600)])
    close_october(kari)

    take(
        kari,
        [line("L", 60, at="20"), line("C", -600, at="9", corrects="A"), line("M", 60, at="21")],
        "two.csv",
    )

    rows = {row.start_at.day: row.amount for row in UsageRecord.objects.all()}
    assert (rows[20], rows[21]) == (600_000, 0)
    assert hits() == []


def test_a_late_correction_gives_back_to_the_very_allowance(kari: Kari) -> None:
    """300 s were of the first allowance; a late call to Sweden, which only the second covers, finds
    nothing."""

    def terms(version: PlanVersion) -> None:
        home = DestinationGroup.objects.create(brand=kari.brand, code="HOME", name={"en": "Home"})
        home.prefixes.create(prefix="47", during=DateRange(date(2026, 1, 1), None))
        first = make.make_allowance(version, "FIRST", quantity=Decimal(300), priority=10)
        first.destinations.create(group=home)
        make.make_allowance(version, "SECOND", quantity=Decimal(300), priority=20)
        make.make_rate(version.deck_assignments.get().deck, "46", "1.20")

    on(kari, terms)
    take(kari, [line("A", 300), line("B", 300, at="4")])
    close_october(kari)

    sweden = line("L", 60, at="20").replace("+4722000000", "+46850000")
    take(kari, [line("C", -300, at="9", corrects="A"), sweden], "two.csv")

    used = AllowanceBalance.objects.filter(period_start=date(2026, 10, 1))
    assert sorted(used.values_list("allowance__code", "used")) == [("FIRST", 0), ("SECOND", 300)]
    assert UsageRecord.objects.get(quantity=60).amount == 1_200_000
    assert hits() == []


def test_a_call_that_money_paid_and_its_correction_leave_no_line(kari: Kari) -> None:
    on(kari, lambda version: make.make_allowance(version, unit="money", quantity=Decimal(9)))
    take(kari, [line("A", 60), line("C", -60, corrects="A")])

    run = run_billing(
        brand=kari.brand,
        bill_date=date(2026, 11, 1),
        as_of=date(2026, 11, 3),
        now=datetime(2026, 11, 3, 8, tzinfo=UTC),
    )

    assert UsageSummary.objects.values_list("records", "paid", "amount").get() == (2, 0, 0)
    assert not InvoiceLine.objects.filter(invoice__run=run, kind="usage").exists()

"""Rates come in by dates: what holds stays, what started never changes, what comes may still."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction

from catalog.models import Rate, RateDeck, RateImport
from catalog.services.import_rates import RateImportResult, import_rates
from core.errors import InputRefused
from core.models import Brand
from tests import make

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
HEADER = "prefix,destination,price,connection_fee,first_increment,next_increment\n"


@pytest.fixture
def deck(fjordtel: Brand) -> RateDeck:
    return make.make_deck(fjordtel)


def take_in(
    deck: RateDeck, text: str, starts_on: date = TODAY, *, as_of: date = TODAY
) -> RateImportResult:
    return import_rates(
        text.encode(), file="rates.csv", deck=deck, starts_on=starts_on, as_of=as_of, now=NOW
    )


def counts(result: RateImportResult) -> tuple[int, int, int, int]:
    return (result.new, result.changed, result.ended, result.unchanged)


def rows(deck: RateDeck) -> list[tuple[str, str, str]]:
    """Prefix, start and price of a deck's rates; `ended` for those that close a prefix."""
    return [
        (rate.prefix, str(rate.starts_on), "ended" if rate.ended else f"{rate.price:.2f}")
        for rate in deck.rates.order_by("prefix", "starts_on")
    ]


def test_all_columns_are_stored(deck: RateDeck) -> None:
    abroad = deck.brand.usage_categories.create(code="abroad", name={"en": "Calls abroad"})

    take_in(
        deck,
        "prefix,destination,price,per,connection_fee,first_increment,first_price,next_increment,"
        "max_charge,category\n90,Türkiye,2.90,30,0.99,60,1.123456,10,49.00,abroad\n",
    )

    rate = deck.rates.get()
    assert (rate.prefix, rate.destination, rate.category) == ("90", "Türkiye", abroad)
    assert (rate.price, rate.per, rate.connection_fee) == (Decimal("2.90"), 30, Decimal("0.99"))
    assert (rate.first_increment, rate.first_price) == (60, Decimal("1.123456"))
    assert (rate.next_increment, rate.max_charge) == (10, Decimal("49.00"))
    assert rate.imported_by == RateImport.objects.get()


def test_what_is_left_out_takes_its_default(fjordtel: Brand) -> None:
    deck = make.make_deck(fjordtel, per=30)

    take_in(deck, "prefix,price\n47,0.49\n")

    rate = deck.rates.get()
    assert (rate.destination, rate.category, rate.per) == ("", None, 30)
    assert (rate.first_increment, rate.first_price, rate.next_increment) == (None, None, 1)
    assert not any((rate.connection_fee, rate.max_charge, rate.ended))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found_by_the_header(deck: RateDeck, delimiter: str) -> None:
    text = "\ufeffPrefix,Destination,Price\n47,Norway,0.49\n\n46,Sweden,0.59"

    take_in(deck, text.replace(",", delimiter))

    assert rows(deck) == [("46", "2026-11-23", "0.59"), ("47", "2026-11-23", "0.49")]


def test_the_same_file_twice_changes_nothing(deck: RateDeck) -> None:
    text = HEADER + "47,Norway,0.49,0.99,60,1\n46,Sweden,0.59,0.99,60,1\n"

    first, again = take_in(deck, text), take_in(deck, text)

    assert (counts(first), counts(again)) == ((2, 0, 0, 0), (0, 0, 0, 2))
    assert RateImport.objects.count() == 1


# The deck has 47 at 0.49 from 2026-01-01 (started), 46 at 0.59 from 2027-01-01 (not yet), and 45
# that ended on 2026-06-01. What a row says, from when, and what the deck holds of it afterwards.
STORED = [("47", "2026-01-01", "0.49"), ("46", "2027-01-01", "0.59")]
SEMANTICS = [
    ("44,0.39", "2026-12-01", (1, 0, 0, 0), [("44", "2026-12-01", "0.39")]),
    ("47,0.49", "2026-01-01", (0, 0, 0, 1), [("47", "2026-01-01", "0.49")]),
    ("47,0.49", "2026-12-01", (0, 0, 0, 1), [("47", "2026-01-01", "0.49")]),
    (
        "47,0.55",
        "2026-12-01",
        (0, 1, 0, 0),
        [("47", "2026-01-01", "0.49"), ("47", "2026-12-01", "0.55")],
    ),
    ("46,0.65", "2027-01-01", (0, 1, 0, 0), [("46", "2027-01-01", "0.65")]),
    (
        "46,0.45",
        "2026-12-01",
        (1, 0, 0, 0),
        [("46", "2026-12-01", "0.45"), ("46", "2027-01-01", "0.59")],
    ),
    ("45,0.29", "2026-12-01", (1, 0, 0, 0), [
        ("45", "2026-01-01", "0.29"), ("45", "2026-06-01", "ended"), ("45", "2026-12-01", "0.29"),
    ]),
    ("47,,yes", "2026-12-01", (0, 0, 1, 0), [
        ("47", "2026-01-01", "0.49"), ("47", "2026-12-01", "ended"),
    ]),
    ("46,,yes", "2027-01-01", (0, 0, 1, 0), [("46", "2027-01-01", "ended")]),
    ("45,,yes", "2026-12-01", (0, 0, 0, 1), [
        ("45", "2026-01-01", "0.29"), ("45", "2026-06-01", "ended"),
    ]),
    ("44,,yes", "2026-12-01", (0, 0, 0, 1), []),
    ("47,0.45", "2025-12-01", (1, 0, 0, 0), [
        ("47", "2025-12-01", "0.45"), ("47", "2026-01-01", "0.49"),
    ]),
]  # fmt: skip


@pytest.fixture
def started(deck: RateDeck) -> RateDeck:
    text = "prefix,price,ended,starts_on\n47,0.49,,2026-01-01\n46,0.59,,2027-01-01\n"
    take_in(deck, text + "45,0.29,,2026-01-01\n45,,yes,2026-06-01\n")
    return deck


@pytest.mark.parametrize(("row", "starts_on", "expected", "after"), SEMANTICS)
def test_a_row_says_what_holds_from_its_day_on(
    started: RateDeck,
    row: str,
    starts_on: str,
    expected: tuple[int, int, int, int],
    after: list[tuple[str, str, str]],
) -> None:
    result = take_in(started, f"prefix,price,ended\n{row}{',' * (2 - row.count(','))}\n",
                     date.fromisoformat(starts_on))  # fmt: skip

    assert counts(result) == expected
    assert [found for found in rows(started) if found[0] == row[:2]] == after


@pytest.mark.parametrize("row", ["47,0.55,", "47,,yes", "45,0.31,"])
def test_a_rate_that_has_started_never_changes(started: RateDeck, row: str) -> None:
    before = rows(started)

    with pytest.raises(InputRefused) as refused:
        take_in(started, f"prefix,price,ended\n44,1,\n{row}\n", date(2026, 1, 1))

    [problem] = refused.value.problems
    assert str(problem) == (
        f"rates.csv:3: prefix {row[:2]} has a rate from 2026-01-01 that says otherwise and has"
        " started; let it start later (--from, starts_on); if that rate was wrong, --correct it"
        " (“Correct” in the back office)"
    )
    assert rows(started) == before


def test_whether_a_rate_has_started_is_said_by_today(started: RateDeck) -> None:
    with pytest.raises(InputRefused):
        take_in(started, "prefix,price\n46,0.7\n", date(2027, 1, 1), as_of=date(2027, 1, 1))

    result = take_in(started, "prefix,price\n46,0.7\n", date(2027, 1, 1), as_of=date(2026, 12, 31))

    assert counts(result) == (0, 1, 0, 0)


def test_empty_first_steps_equal_the_next_ones(deck: RateDeck) -> None:
    header = "prefix,price,first_increment,first_price,next_increment\n"
    take_in(deck, header + "47,0.49,,,60\n")

    result = take_in(deck, header + "47,0.49,60,0.49,60\n")

    assert counts(result) == (0, 0, 0, 1)


def test_one_file_may_tell_several_dates_of_a_prefix(deck: RateDeck) -> None:
    text = "prefix,price,starts_on\n47,0.49,\n47,0.59,2027-01-01\n47,0.59,2027-02-01\n"

    result = take_in(deck, text)

    assert counts(result) == (1, 1, 0, 1)
    assert rows(deck) == [("47", "2026-11-23", "0.49"), ("47", "2027-01-01", "0.59")]


def test_other_decks_are_left_alone(started: RateDeck) -> None:
    other = make.make_deck(started.brand, "OTHER")

    take_in(other, "prefix,price\n47,9\n", date(2026, 1, 1))

    assert rows(other) == [("47", "2026-01-01", "9.00")]
    assert ("47", "2026-01-01", "0.49") in rows(started)


def test_the_largest_rises_and_falls_are_told_by_unit(deck: RateDeck) -> None:
    take_in(deck, "prefix,price,per\n1,0.60,60\n2,0.60,60\n3,0.60,60\n", date(2026, 1, 1))

    result = take_in(deck, "prefix,price,per\n1,0.02,1\n2,0.30,60\n3,0.01,1\n", TODAY)

    assert [(m.prefix, m.price_before, m.price) for m in result.rises] == [
        ("1", Decimal("0.60"), Decimal("0.02"))
    ]
    assert [m.prefix for m in result.falls] == ["2"]


def test_more_than_ten_times_the_price_is_noted(deck: RateDeck) -> None:
    header = "prefix,price,connection_fee\n"
    take_in(deck, header + "1,0.60,0\n2,0.60,0.10\n3,0.60,0\n", date(2026, 1, 1))

    result = take_in(deck, header + "1,6.01,0\n2,0.60,1.01\n3,6.00,0\n")

    assert [(note.line, note.what) for note in result.warnings] == [
        (2, "prefix 1 costs more than ten times what it did"),
        (3, "prefix 2 costs more than ten times what it did"),
    ]


def test_any_order_of_files_ends_as_the_dates_say(fjordtel: Brand) -> None:
    """Against a plain reading of the rules: what holds on a day is the last row before it."""
    dice = random.Random(7)
    days = [date(2027, month, 1) for month in range(1, 8)]
    for trial in range(15):
        deck = make.make_deck(fjordtel, f"DECK-{trial}")
        plain: dict[tuple[str, date], str] = {}
        for _ in range(4):
            chosen = {
                (dice.choice("123"), dice.choice(days)): dice.choice(["1", "2", "3", "ended"])
                for _ in range(dice.randint(1, 6))
            }
            lines = [
                f"{prefix},{'' if price == 'ended' else price},{start},"
                f"{'yes' if price == 'ended' else ''}"
                for (prefix, start), price in chosen.items()
            ]
            take_in(deck, "prefix,price,starts_on,ended\n" + "\n".join(lines) + "\n")
            told = dict(plain)
            for (prefix, start), price in sorted(chosen.items()):
                holds = in_force(told | {k: v for k, v in chosen.items() if k < (prefix, start)},
                                 prefix, start)  # fmt: skip
                if (prefix, start) in told or price != holds:
                    told[prefix, start] = price
            plain = told
        for prefix in "123":
            for day in days:
                stored = {
                    (rate.prefix, rate.starts_on): "ended" if rate.ended else f"{rate.price:.0f}"
                    for rate in deck.rates.all()
                }
                assert in_force(stored, prefix, day) == in_force(plain, prefix, day)


def in_force(rates: dict[tuple[str, date], str], prefix: str, day: date) -> str:
    """The price that holds on a day; `ended` where none does."""
    starts = [start for found, start in rates if found == prefix and start <= day]
    return rates[prefix, max(starts)] if starts else "ended"


WRONG = [
    ("prefix,price\n+47,1\n", 2, "prefix '+47' is not right", "write 1 to 15 digits, without +"),
    ("prefix,price\n1234567890123456,1\n", 2, "is not right", "write 1 to 15 digits"),
    ("prefix,price\n,1\n", 2, "prefix is missing", "write 1 to 15 digits"),
    ("prefix,price\n47,\n", 2, "price is missing", "write a price, or `yes` under ended"),
    ("prefix,price\n46,1\n47,0,49\n", 3, "3 fields where the header has 2", "complete the line"),
    ("prefix,price,per\n46,1,60\n47,1\n", 3, "2 fields where the header has 3", "complete the"),
    ("prefix;price\n47;0,49\n", 2, "price '0,49' is not an amount", "write digits and a point"),
    ("prefix,price\n47,-1\n", 2, "price -1 is negative", "use zero or more"),
    ("prefix,price\n47,0.1234567\n", 2, "has too many decimals", "use at most 6"),
    ("prefix,price\n47,NaN\n", 2, "price 'NaN' is not an amount", "write digits"),
    ("prefix,price,per\n47,1,0\n", 2, "per 0 is out of range", "use 1 to"),
    ("prefix,price,next_increment\n47,1,0\n", 2, "next_increment 0 is out of range", "use 1 to"),
    ("prefix,price,first_increment\n47,1,1.5\n", 2, "'1.5' is not a whole number", "use 0 to"),
    ("prefix,price,ended\n47,1,maybe\n", 2, "'maybe' is neither yes nor no", "write true or"),
    ("prefix,price,starts_on\n47,1,1/1/27\n", 2, "'1/1/27' is not a date", "write it as 2026-"),
    ("prefix,price,category\n47,1,abroad\n", 2, "'abroad' is not a usage category of brand", "use"),
    ("prefix,price\n47,1\n46,1\n47,2\n", 4, "stands twice, first on line 2", "keep one of them"),
    ("prefix\n47\n", 1, "missing columns: price", "add it to the header"),
    ("price\n0.49\n", 1, "missing columns: prefix", "add them to the header"),
    ("prefix,price,colour\n47,1,red\n", 1, "'colour' is not a known column", "known are: prefix"),
    ("prefix,price,price\n47,1,1\n", 1, "the column 'price' stands twice", "keep one of them"),
    ("", 1, "the file is empty", "begin with the header"),
    ("prefix,price\n", 1, "the file has no rates", "add a line for each prefix"),
    ('prefix,price,destination\n46,1,x\n47,1,"Norway\n', 3, "broken CSV", "close the quotes"),
    ('prefix,price,destination\n47,1,"a\nb"\n46,x,c\n', 4, "price 'x' is not an", "write digits"),
]


@pytest.mark.parametrize(("text", "line", "what", "remedy"), WRONG)
def test_what_is_wrong_is_told_with_its_line(
    deck: RateDeck, text: str, line: int, what: str, remedy: str
) -> None:
    with pytest.raises(InputRefused) as refused:
        take_in(deck, text)

    found = [problem for problem in refused.value.problems if what in problem.what]
    assert [(problem.file, problem.line) for problem in found] == [("rates.csv", line)]
    assert remedy in found[0].remedy
    assert not Rate.objects.exists()


def test_another_encoding_is_told_with_its_line(deck: RateDeck) -> None:
    with pytest.raises(InputRefused) as refused:
        import_rates(
            "prefix,price,destination\n46,1,S\n90,1,Türkiye\n".encode("latin-1"),
            file="rates.csv",
            deck=deck,
            starts_on=TODAY,
            as_of=TODAY,
            now=NOW,
        )

    assert str(refused.value.problems[0]) == (
        "rates.csv:3: byte 0xfc is not UTF-8; save the file in the encoding UTF-8"
    )


def test_a_large_file_comes_in_whole_and_a_second_time_not_at_all(deck: RateDeck) -> None:
    lines = [f"{prefix},Place {prefix},{prefix % 500 / 100:.2f},0.99,60,1" for prefix in
             range(10_000, 30_000)]  # fmt: skip
    text = HEADER + "\n".join(lines)

    first = take_in(deck, text)
    again = take_in(deck, text)
    changed = take_in(deck, text.replace(",0.99,", ",0.89,"), date(2027, 1, 1))

    assert counts(first) == (20_000, 0, 0, 0)
    assert counts(again) == (0, 0, 0, 20_000)
    assert counts(changed) == (0, 20_000, 0, 0)
    assert deck.rates.count() == 40_000


def run_command(*arguments: str) -> tuple[int, str, str]:
    out, errors = StringIO(), StringIO()
    code = 0
    try:
        call_command("import_rates", *arguments, stdout=out, stderr=errors)
    except SystemExit as stop:
        code = int(stop.code or 0)
    return code, out.getvalue(), errors.getvalue()


def test_the_command_tells_what_it_did(deck: RateDeck, tmp_path: Path) -> None:
    file = tmp_path / "rates.csv"
    file.write_text("prefix,destination,price\n47,Norway,0.49\n46,Sweden,0.59\n")
    run_command("VOICE", str(file), "--from", "2026-01-01")
    file.write_text("prefix,destination,price\n47,Norway,0.59\n46,Sweden,0.49\n")

    code, out, _ = run_command("VOICE", str(file), "--from", "2026-12-01", "--as-of", "2026-11-01")

    assert code == 0
    assert "47 Norway: 0.49 → 0.59 per 60" in out
    assert "46 Sweden: 0.59 → 0.49 per 60" in out
    record = RateImport.objects.first()
    assert record is not None
    assert (record.file_name, record.added, record.changed) == ("rates.csv", 0, 2)


def test_a_dry_run_tells_the_same_and_stores_nothing(deck: RateDeck, tmp_path: Path) -> None:
    file = tmp_path / "rates.csv"
    file.write_text("prefix,price\n47,0.49\n")

    code, out, _ = run_command("VOICE", str(file), "--from", "2026-01-01", "--dry-run")

    assert code == 0
    assert "new        1" in out
    assert not Rate.objects.exists()
    assert not RateImport.objects.exists()


def test_an_unknown_deck_is_exit_code_2(deck: RateDeck, tmp_path: Path) -> None:
    code, _, errors = run_command("VOICES", str(tmp_path / "x.csv"), "--from", "2026-01-01")

    assert code == 2
    assert "There is no deck called VOICES; known are: VOICE." in errors


def test_two_files_may_come_in_within_one_transaction(deck: RateDeck) -> None:
    with transaction.atomic():
        take_in(deck, "prefix,price\n47,1\n")
        take_in(deck, "prefix,price\n46,1\n")

    assert deck.rates.count() == 2

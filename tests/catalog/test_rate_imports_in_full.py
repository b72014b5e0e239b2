"""Bands, steps and costs in files of rates, and imports that are taken back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from catalog.models import Rate, RateDeck, RateImport, Supplier, TimeBand
from catalog.queries import rates_for_number
from catalog.services.import_rates import RateImportResult, import_rates
from catalog.services.revert_rate_import import revert_rate_import
from core.errors import DomainError, InputRefused
from core.models import Brand
from tests import make
from tests.catalog.conftest import CATALOGUE, TakeIn

TODAY, NEXT_MONTH = date(2026, 11, 23), date(2026, 12, 23)
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.fixture
def deck(fjordtel: Brand) -> RateDeck:
    return make.make_deck(fjordtel)


def take_in(deck: RateDeck, text: str, starts_on: date = TODAY, **more: Any) -> RateImportResult:
    return import_rates(
        text.encode(), file="rates.csv", deck=deck, starts_on=starts_on, as_of=TODAY, now=NOW,
        by="Ola", **more,
    )  # fmt: skip


def prices(deck: RateDeck) -> list[tuple[str, str, str]]:
    return [
        (rate.prefix, str(rate.starts_on), "ended" if rate.ended else f"{rate.price:.2f}")
        for rate in deck.rates.order_by("prefix", "starts_on")
    ]


def revert(record: RateImport | None, as_of: date = TODAY) -> int:
    assert record is not None
    return revert_rate_import(record, by="Kari", as_of=as_of, now=NOW)


def test_steps_are_kept_in_one_spelling(deck: RateDeck) -> None:
    take_in(deck, "prefix,steps\n47,0:0.40:30 60:0.20:10\n")

    again = take_in(deck, "prefix,steps\n47, 0:0.4:30  60:0.200:10 \n")

    rate = deck.rates.get()
    assert again.unchanged == 1
    assert [tuple(step) for step in rate.step_list] == [
        (0, Decimal("0.4"), 30), (60, Decimal("0.2"), 10),
    ]  # fmt: skip
    assert (rate.price, rate.next_increment) == (Decimal("0.2"), 10)


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("47,,1:0.4:30,,", "steps begin at 1"),
        ("47,,0:0.4:30 0:0.2:1,,", "steps don't ascend"),
        ("47,,0:0.4,,", "steps '0:0.4' is not a step"),
        ("47,,0:0.4:0,,", "steps 0 is out of range"),
        ("47,0.5,0:0.4:30,,", "price stands beside steps"),
        ("47,,0:0.4:30,60,", "first_increment stands beside steps"),
        ("47,1,,,night", "band 'night' is not a band of deck VOICE"),
    ],
)
def test_contradictions_refuse_the_whole_file(deck: RateDeck, row: str, what: str) -> None:
    with pytest.raises(InputRefused) as refused:
        take_in(deck, f"prefix,price,steps,first_increment,band\n46,1,,,\n{row}\n")

    assert [(p.line, p.what.startswith(what)) for p in refused.value.problems] == [(3, True)]
    assert not Rate.objects.exists()


def test_a_step_wider_than_it_is_long_is_noted(deck: RateDeck) -> None:
    result = take_in(deck, "prefix,steps\n47,0:0.4:90 60:0.2:10\n")

    assert [(note.line, note.what) for note in result.warnings] == [
        (2, "the step from 0 holds 60 units and bills 90 at once")
    ]


def test_a_band_has_a_line_of_time_of_its_own(deck: RateDeck) -> None:
    band = TimeBand.objects.create(deck=deck, code="evening")
    text = "prefix,price,band\n47,0.50,\n47,0.30,evening\n"
    take_in(deck, text)

    again = take_in(deck, text)
    later = take_in(deck, "prefix,price,band\n47,0.50,\n47,0.20,evening\n", NEXT_MONTH)

    assert (again.unchanged, later.unchanged, later.changed) == (2, 1, 1)
    assert [rate.band for rate in rates_for_number(deck, "4790", NEXT_MONTH)] == [band, None]
    with pytest.raises(InputRefused):
        take_in(deck, "prefix,price,band\n46,0.50,evening\n46,0.30,evening\n")


def test_a_number_is_served_by_its_longest_prefix_in_force(deck: RateDeck) -> None:
    make.make_rate(deck, "47", "0.50")
    make.make_rate(deck, "479", "0.70", starts_on=NEXT_MONTH)
    make.make_rate(deck, "4790", ended=True)

    found = [
        [rate.prefix for rate in rates_for_number(deck, number, day)]
        for number, day in (("4790123456", TODAY), ("4790123456", NEXT_MONTH), ("46", TODAY))
    ]

    assert found == [["47"], ["479"], []]


def buying(brand: Brand, *rates: tuple[str, str]) -> RateDeck:
    supplier = Supplier.objects.create(
        legal_entity=brand.legal_entity, code="CARRIER", name="Carrier", currency=brand.currency
    )
    deck = RateDeck.objects.create(
        direction="buy", supplier=supplier, code="BUY", name="Buy", usage_type="voice",
        currency=brand.currency, zone="UTC",
    )  # fmt: skip
    for prefix, price in rates:
        make.make_rate(deck, prefix, price)
    return deck


def test_prices_below_cost_and_floor_are_noted(fjordtel: Brand) -> None:
    """At a floor of 20 %, what costs 0.40 sells at 0.50 or more."""
    buying(fjordtel, ("47", "0.40"), ("4790", "0.90"), ("46", "0.10"), ("45", "0.40"))
    deck = make.make_deck(fjordtel, margin_floor=20)

    result = take_in(deck, "prefix,price,per\n47,0.50,60\n46,0.20,60\n45,0.0083,1\n451,0.49,60\n")

    assert [(note.line, note.what) for note in result.warnings] == [
        (2, "prefix 47 sells at 0.5 per 60; 4790 costs 0.9 per 60 in deck BUY"),
        (4, "prefix 45 sells at 0.0083 per 1; 45 costs 0.4 per 60 in deck BUY"),
        (5, "prefix 451 sells at 0.49 per 60; 45 costs 0.4 per 60 in deck BUY"),
    ]


def test_an_import_says_who_and_how_much(deck: RateDeck) -> None:
    take_in(deck, "prefix,price\n47,0.49\n46,0.59\n")

    result = take_in(deck, "prefix,price\n47,0.49\n46,0.69\n", NEXT_MONTH, look_up=["46", "1"])

    record = RateImport.objects.get(pk=result.record.pk if result.record else 0)
    assert (record.imported_by, record.changed, record.unchanged) == ("Ola", 1, 1)
    assert [(row.line, row.kind, row.price_before, row.price) for row in result.looked_up] == [
        (3, "changed", Decimal("0.59"), Decimal("0.69"))
    ]


def test_an_import_is_taken_back_and_what_it_replaced_is_there_again(deck: RateDeck) -> None:
    take_in(deck, "prefix,price\n47,0.49\n46,0.59\n", NEXT_MONTH)
    before = list(Rate.objects.order_by("pk").values())
    second = take_in(deck, "prefix,price,ended\n47,0.55,\n46,,yes\n45,1,\n", NEXT_MONTH)

    removed = revert(second.record)

    assert removed == 3
    assert list(Rate.objects.order_by("pk").values()) == before
    assert second.record is not None
    second.record.refresh_from_db()
    assert (second.record.reverted_by, second.record.replaced) == ("Kari", None)


def test_imports_are_taken_back_in_their_order_and_once(deck: RateDeck) -> None:
    first = take_in(deck, "prefix,price\n47,0.49\n", NEXT_MONTH)
    second = take_in(deck, "prefix,price\n46,0.49\n", NEXT_MONTH)

    with pytest.raises(DomainError, match="came into the same deck after import"):
        revert(first.record)
    revert(second.record)
    with pytest.raises(DomainError, match="was reverted on 2026-11-23 by Kari"):
        revert(second.record)
    revert(first.record)

    assert prices(deck) == []


def test_a_prefix_that_has_ended_is_not_opened_again(deck: RateDeck) -> None:
    take_in(deck, "prefix,price\n47,0.49\n4790,1\n", date(2026, 1, 1))
    second = take_in(deck, "prefix,ended\n4790,yes\n")

    with pytest.raises(DomainError, match="Prefix 4790 ended on 2026-11-23"):
        revert(second.record)

    assert ("4790", "2026-11-23", "ended") in prices(deck)


def test_the_command_shows_a_prefix_and_takes_back(deck: RateDeck, tmp_path: Path) -> None:
    file = tmp_path / "rates.csv"
    file.write_text("prefix,price\n47,0.49\n")
    out = StringIO()
    call_command(
        "import_rates", "VOICE", str(file), "--from", "2027-01-01", "--as-of", "2026-11-23",
        "--show", "47", "--show", "46", stdout=out,
    )  # fmt: skip
    record = RateImport.objects.get()

    call_command("import_rates", "--revert", str(record.pk), "--as-of", "2026-11-23", stdout=out)

    assert "line 2: 47 from 2027-01-01: new, no price → 0.49 per 60" in out.getvalue()
    assert "46: not in the file" in out.getvalue()
    assert "1 rates of deck VOICE removed" in out.getvalue()
    assert "shell" in record.imported_by
    assert not Rate.objects.exists()


BUYING = """
suppliers:
  - {code: CARRIER, legal_entity: FJORDTEL, name: Carrier, currency: EUR, contact_email: a@b.no}
"""
BANDS = """
  - code: CARRIER-VOICE
    supplier: CARRIER
    name: Carrier voice
    usage_type: voice
    band_rule: split
    bands:
      - code: evening
        hours:
          - {weekdays: [mon, tue], from: "20:00", until: "24:00"}
          - {dates: [2026-12-24]}
      - code: holiday
        hours: [{holidays: NO, from: "08:00", until: "12:00"}]
"""


def test_suppliers_and_bands_come_in_with_the_catalogue(take_in: TakeIn) -> None:
    text = CATALOGUE.replace("\nproducts:", BANDS + "\nproducts:") + BUYING

    first, again = take_in(text), take_in(text)

    deck = RateDeck.objects.get(code="CARRIER-VOICE")
    assert (deck.direction, deck.brand, deck.currency, deck.zone) == ("buy", None, "EUR", "UTC")
    assert deck.band_rule == "split"
    assert [str(hours) for band in deck.bands.order_by("code") for hours in band.hours.all()] == [
        "Mon 20:00–24:00", "Tue 20:00–24:00", "2026-12-24 00:00–24:00", "holidays NO 08:00–12:00",
    ]  # fmt: skip
    assert (first.has_changes, again.has_changes) == (True, False)


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ("supplier: CARRIER", "supplier: CARRIER\n    brand: fjordtel\n    direction: buy",
         "belongs to a supplier, not to a brand"),
        ("{dates: [2026-12-24]}", "{weekdays: [tue], from: '23:00'}", "overlap"),
        ("{dates: [2026-12-24]}", "{from: '23:00'}", "says not which days"),
        ('until: "24:00"', 'until: "06:00"', "until is not after from"),
        ('until: "24:00"', 'until: "24:01"', "is not a time"),
    ],
)  # fmt: skip
def test_bands_that_contradict_are_refused(
    take_in: TakeIn, before: str, after: str, what: str
) -> None:
    text = CATALOGUE.replace("\nproducts:", BANDS.replace(before, after) + "\nproducts:") + BUYING

    with pytest.raises(InputRefused) as refused:
        take_in(text)

    assert any(what in problem.what for problem in refused.value.problems)
    assert not TimeBand.objects.exists()


def test_hours_stay_once_rates_name_their_band(take_in: TakeIn) -> None:
    text = CATALOGUE.replace("\nproducts:", BANDS + "\nproducts:") + BUYING
    take_in(text)
    band = TimeBand.objects.get(code="evening")
    make.make_rate(band.deck, "47", band=band)

    take_in(text.replace("[2026-12-24]", "[2026-12-24, 2026-12-31]"))
    with pytest.raises(InputRefused):
        take_in(text.replace('"20:00"', '"19:00"'))

    assert band.hours.count() == 4

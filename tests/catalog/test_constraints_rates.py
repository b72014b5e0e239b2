"""What the database itself refuses of suppliers, decks, bands, rates and their imports."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import NumericRange

from catalog.models import (
    BandHours,
    Rate,
    RateDeck,
    RateImport,
    Supplier,
    TimeBand,
    UsageCategory,
)
from core.models import Brand
from tests import make

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.fixture
def deck(fjordtel: Brand) -> RateDeck:
    return make.make_deck(fjordtel)


@pytest.fixture
def supplier(fjordtel: Brand) -> Supplier:
    return Supplier.objects.create(
        legal_entity=fjordtel.legal_entity, code="CARRIER", name="Carrier", currency="NOK"
    )


@pytest.fixture
def band(deck: RateDeck) -> TimeBand:
    band = TimeBand.objects.create(deck=deck, code="evening")
    hours(band, weekday=1)
    hours(band, date=date(2026, 12, 24))
    hours(band, holidays_of="NO")
    return band


def hours(band: TimeBand, first: int = 1200, end: int = 1440, **fields: Any) -> BandHours:
    return BandHours.objects.create(
        band=band, deck=band.deck, minutes=NumericRange(first, end), **fields
    )


def refused(constraint: str) -> Any:
    """The database refuses what follows, by the constraint of this name."""
    return pytest.raises(IntegrityError, match=constraint)


def test_supplier_currency_is_iso(supplier: Supplier) -> None:
    with refused("supplier_currency_is_iso"), transaction.atomic():
        Supplier.objects.update(currency="kr.")


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"direction": "buy"}, "deck_of_a_brand_or_a_supplier"),
        ({"direction": "both"}, "deck_of_a_brand_or_a_supplier"),
        ({"band_rule": "mean"}, "deck_band_rule_is_known"),
        ({"margin_floor": 100}, "deck_margin_floor_below_100"),
        ({"margin_floor": -1}, "deck_margin_floor_below_100"),
    ],
)
def test_a_deck_of_this_kind_is_refused(
    deck: RateDeck, fields: dict[str, Any], constraint: str
) -> None:
    with refused(constraint), transaction.atomic():
        RateDeck.objects.update(**fields)


def test_a_buy_deck_has_no_brand_and_no_margin_floor(supplier: Supplier, deck: RateDeck) -> None:
    with refused("deck_of_a_brand_or_a_supplier"), transaction.atomic():
        RateDeck.objects.update(supplier=supplier)
    for name, fields in (
        ("deck_of_a_brand_or_a_supplier", {"supplier": None}),
        ("deck_margin_floor_below_100", {"direction": "buy", "margin_floor": 1}),
    ):
        deck.pk, deck.code, deck.brand, deck.supplier = None, "OTHER", None, supplier
        for field, value in fields.items():
            setattr(deck, field, value)
        with refused(name), transaction.atomic():
            deck.save(force_insert=True)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"weekday": 1, "date": date(2026, 12, 25)}, "band_hours_of_one_kind_of_day"),
        ({}, "band_hours_of_one_kind_of_day"),
        ({"holidays_of": "norway"[:2]}, "band_hours_of_one_kind_of_day"),
        ({"weekday": 8}, "band_hours_weekday_1_to_7"),
        ({"weekday": 0}, "band_hours_weekday_1_to_7"),
        ({"weekday": 2, "end": 1441}, "band_hours_within_one_day"),
        ({"weekday": 2, "first": 600, "end": 600}, "band_hours_within_one_day"),
        ({"weekday": 1, "first": 1439}, "band_hours_weekday_never_twice"),
        ({"date": date(2026, 12, 24), "first": 0}, "band_hours_date_never_twice"),
        ({"holidays_of": "SE", "first": 0}, "band_hours_holiday_never_twice"),
    ],
)
def test_hours_are_refused(band: TimeBand, fields: dict[str, Any], constraint: str) -> None:
    other = TimeBand.objects.create(deck=band.deck, code="night")

    with refused(constraint), transaction.atomic():
        hours(other, **fields)


def test_hours_may_follow_each_other_and_reach_midnight(band: TimeBand) -> None:
    hours(TimeBand.objects.create(deck=band.deck, code="night"), 0, 1200, weekday=1)

    assert BandHours.objects.filter(weekday=1).count() == 2


def test_hours_are_frozen(band: TimeBand) -> None:
    """Trigger hours_are_frozen of BandHours: rates were charged by them."""
    with refused("rows of catalog_bandhours never change"), transaction.atomic():
        BandHours.objects.update(weekday=3)


def test_a_band_is_known_once_and_with_its_deck(band: TimeBand, fjordtel: Brand) -> None:
    """Also time_band_known_with_its_deck, to which the constraint band_hours_band_of_its_deck
    refers; the pair can't be doubled, since the id alone is unique."""
    with refused("time_band_code_once_per_deck"), transaction.atomic():
        TimeBand.objects.create(deck=band.deck, code="evening")
    other = make.make_deck(fjordtel, "OTHER")
    with refused("band_hours_band_of_its_deck"), transaction.atomic():
        BandHours.objects.create(band=band, deck=other, weekday=5, minutes=NumericRange(0, 60))
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    "steps", ["60:0.4:30", "0:0.4", "0:-1:1", "0:0.4:0", "0:0.4:30 0:0.2:10", "0:0.4:30  60:1:1"]
)
def test_rate_steps_are_a_list(deck: RateDeck, steps: str) -> None:
    with refused("rate_steps_are_a_list"), transaction.atomic():
        make.make_rate(deck, "46", steps=steps, first_increment=None)


def test_steps_stand_without_first_increment(deck: RateDeck) -> None:
    with refused("rate_steps_are_a_list"), transaction.atomic():
        make.make_rate(deck, "46", steps="0:0.4:30", first_increment=60)


def test_rate_start_once_per_prefix_and_band_also_without_one(band: TimeBand) -> None:
    make.make_rate(band.deck, "47")
    make.make_rate(band.deck, "47", band=band)

    for fields in ({}, {"band": band}):
        with refused("rate_start_once_per_prefix"), transaction.atomic():
            make.make_rate(band.deck, "47", **fields)


def test_a_price_is_a_number(deck: RateDeck) -> None:
    with refused("rate_prices_not_negative"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalog_rate (deck_id, prefix, starts_on, ended, destination, per,"
            " connection_fee, next_increment, price, max_charge, steps)"
            " VALUES (%s, '47', '2026-01-01', false, '', 60, 0, 1, 'NaN', 0, '')",
            [deck.pk],
        )


@pytest.mark.parametrize(
    "name", ["deck_id", "band_id", "category_id", "imported_by_id", "superseded_by_id"]
)
def test_masters_are_there(deck: RateDeck, name: str) -> None:
    """Trigger masters_are_there of Rate: what a rate names exists."""
    with refused("a rate names"), transaction.atomic():
        make.make_rate(deck, "46", **{name: 999_999_999})


def test_a_rate_names_a_band_of_its_own_deck(band: TimeBand, fjordtel: Brand) -> None:
    with refused("a band that is not one of its deck"), transaction.atomic():
        make.make_rate(make.make_deck(fjordtel, "OTHER"), "46", band=band)


@pytest.mark.parametrize("model", [RateDeck, TimeBand, UsageCategory, RateImport])
def test_kept_for_its_rates(band: TimeBand, model: type[Any]) -> None:
    """Trigger kept_for_its_rates: what a rate names can't be deleted."""
    record = RateImport.objects.create(
        deck=band.deck, file_name="x", sha256="0", starts_on=make.LONG_AGO, imported_at=NOW
    )
    assert band.deck.brand is not None
    category = band.deck.brand.usage_categories.get(code="voice")
    make.make_rate(band.deck, "46", band=band, category=category, imported_by=record)
    named = {RateDeck: band.deck, TimeBand: band, UsageCategory: category, RateImport: record}

    with refused("rates name this row"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {model._meta.db_table} WHERE id = %s",
            [named[model].pk],
        )
    assert Rate.objects.count() == 1


def test_rate_import_corrects_with_a_reason(deck: RateDeck) -> None:
    with refused("rate_import_corrects_with_a_reason"), transaction.atomic():
        RateImport.objects.create(
            deck=deck, file_name="x", sha256="0", starts_on=make.LONG_AGO, imported_at=NOW,
            superseded=1,
        )  # fmt: skip


def test_rate_import_reverted_by_somebody(deck: RateDeck) -> None:
    with refused("rate_import_reverted_by_somebody"), transaction.atomic():
        RateImport.objects.create(
            deck=deck, file_name="x", sha256="0", starts_on=make.LONG_AGO, imported_at=NOW,
            reverted_at=NOW,
        )  # fmt: skip

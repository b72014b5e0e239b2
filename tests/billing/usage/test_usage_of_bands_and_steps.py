"""Usage by rates with steps and by time bands: what is stored of it, and what waits."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db.backends.postgresql.psycopg_any import NumericRange

from billing.usage.models import SuspendedUsage
from billing.usage.price_tables import load_price_table
from catalog.models import BandHours, RateDeck, RateImport, Supplier, TimeBand
from catalog.services.revert_rate_import import revert_rate_import
from core.errors import DomainError
from tests import make
from tests.billing.usage.kari import NOW, Kari, amounts, call


def test_steps_bill_their_own_parts(kari: Kari) -> None:
    """0.80 + 0.40 + 30 × 0.20/60 = 1.30 for 85 s; the rule book's own example."""
    make.make_rate(
        kari.deck, "4788", "0.20", steps="0:0.4:30 60:0.2:10", first_increment=None,
        connection_fee=Decimal("0.80"), per=60,
    )  # fmt: skip

    kari.take([call(called="+4788000000", seconds=85)])

    assert amounts() == [(85, 90, 1_300_000)]


def evening_of(deck: RateDeck, first: int = 20 * 60) -> TimeBand:
    """A band from 20:00 to midnight, every day, and all day on Norwegian holidays."""
    band = TimeBand.objects.create(deck=deck, code="evening")
    for weekday in range(1, 8):
        BandHours.objects.create(
            band=band, deck=deck, weekday=weekday, minutes=NumericRange(first, 1440)
        )
    BandHours.objects.create(band=band, deck=deck, holidays_of="NO", minutes=NumericRange(0, 1440))
    return band


def test_usage_is_priced_by_the_band_it_starts_in(kari: Kari) -> None:
    """18:00 UTC is 20:00 in Oslo in summer; on 17 May, a holiday, it is evening all day."""
    make.make_rate(kari.deck, "4788", "0.20", band=evening_of(kari.deck))
    make.make_rate(kari.deck, "4788", "0.50")

    kari.take(
        [
            call("A-1", "2026-10-03T17:59:59Z", "+4788000000", 60),
            call("A-2", "2026-10-03T18:00:00Z", "+4788000000", 60),
        ]
    )

    assert amounts() == [(60, 60, 500_000), (60, 60, 200_000)]


def test_a_call_over_the_edge_of_a_band_is_cut_there_where_the_deck_says_so(kari: Kari) -> None:
    """10 s at 0.60 and 50 s at 0.30 a minute are 0.35."""
    RateDeck.objects.filter(pk=kari.deck.pk).update(band_rule="split")
    make.make_rate(
        kari.deck, "4788", "0.30", band=evening_of(kari.deck), first_increment=None,
        connection_fee=Decimal(0),
    )  # fmt: skip
    make.make_rate(kari.deck, "4788", "0.60", first_increment=None, connection_fee=Decimal(0))

    kari.take([call("A-1", "2026-10-03T17:59:50Z", "+4788000000", 60)])

    assert amounts() == [(60, 60, 350_000)]


def test_hours_without_a_price_wait_in_suspense(kari: Kari) -> None:
    make.make_rate(kari.deck, "4788", "0.20", band=evening_of(kari.deck))

    kari.take([call(called="+4788000000"), call("A-2", called="+4722000000")])

    assert [lines[0] for lines in amounts()] == [61]
    suspended = SuspendedUsage.objects.get()
    assert suspended.reason == "no_rate"
    assert "no rate for 4788000000 on 2026-10-03 at that hour" in suspended.detail


def test_a_prefix_whose_bands_have_ended_is_priced_by_its_other_rate(kari: Kari) -> None:
    band = evening_of(kari.deck, first=0)
    make.make_rate(kari.deck, "4788", "0.20", band=band)
    make.make_rate(kari.deck, "4788", "0.60")
    make.make_rate(kari.deck, "4788", "0", band=band, ended=True, starts_on=date(2026, 10, 2))

    kari.take(
        [
            call("A-1", "2026-10-01T12:00:00Z", "+4788000000", 60),
            call("A-2", "2026-10-03T12:00:00Z", "+4788000000", 60),
        ]
    )

    assert amounts() == [(60, 60, 200_000), (60, 60, 600_000)]


def test_a_buy_deck_prices_nobodys_usage(kari: Kari) -> None:
    supplier = Supplier.objects.create(
        legal_entity=kari.brand.legal_entity, code="CARRIER", name="Carrier", currency="NOK"
    )
    deck = RateDeck.objects.create(
        direction="buy", supplier=supplier, code="BUY", name="Buy", usage_type="voice",
        currency="NOK", zone="UTC",
    )  # fmt: skip

    with pytest.raises(DomainError, match="Deck BUY says what we pay"):
        load_price_table(deck)


def test_an_import_that_rated_usage_is_not_taken_back(kari: Kari) -> None:
    record = RateImport.objects.create(
        deck=kari.deck, file_name="x", sha256="0", starts_on=date(2026, 10, 1), imported_at=NOW
    )
    make.make_rate(kari.deck, "4788", imported_by=record, starts_on=date(2026, 10, 1))
    kari.take([call(called="+4788000000")])

    with pytest.raises(DomainError, match="Usage of 2026-10-03 was rated by prefix 4788"):
        take_back(record, NOW)

    assert kari.deck.rates.filter(prefix="4788").exists()


def test_an_import_that_has_started_but_rated_nothing_is_taken_back(kari: Kari) -> None:
    record = RateImport.objects.create(
        deck=kari.deck, file_name="x", sha256="0", starts_on=date(2026, 10, 1), imported_at=NOW
    )
    make.make_rate(kari.deck, "4788", imported_by=record, starts_on=date(2026, 10, 1))
    kari.take([call(called="+4722000000")])

    assert take_back(record, NOW) == 1


def take_back(record: RateImport, now: datetime) -> int:
    return revert_rate_import(record, by="Kari", as_of=now.date(), now=now)

"""Prices that a process keeps in memory are never older than those in the database."""

from __future__ import annotations

import re
from datetime import date
from threading import Thread

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange, NumericRange
from django.test.utils import CaptureQueriesContext

from billing.usage.known_prices import KnownPrices, known_prices
from billing.usage.models import UsageSource
from billing.usage.price_stamps import PRICE_TABLES, PriceStamp, current_marks
from catalog.models import DestinationGroup, RateDeck, Supplier
from catalog.models.allowances import AllowanceDestination
from catalog.models.charges import ChargeCategory, ChargeDestination
from catalog.queries import versions_of
from core.models import Brand
from tests import make
from tests.billing.usage.api_client import Bringer
from tests.billing.usage.kari import amounts, call, hits

# A trigger note_price_change stands on each of PRICE_TABLES.
HAVE_TRIGGER = """
    SELECT relname FROM pg_trigger JOIN pg_class tables ON tables.oid = tgrelid
    WHERE tgname = 'note_price_change' AND tgenabled = 'O'
"""


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


def test_each_table_of_prices_has_its_trigger(db):
    with connection.cursor() as cursor:
        cursor.execute(HAVE_TRIGGER)
        found = sorted(table for (table,) in cursor.fetchall())

    assert found == sorted(PRICE_TABLES)


def offer_all_there_is(kari) -> Supplier:
    """A version with every kind of price that usage has, bands, and what a supplier takes."""
    draft = make.make_draft(kari.plan, date(2026, 12, 1))
    make.make_charge(draft)
    charge = make.make_charge(
        draft, code="data", kind="usage", pricing="per_unit", price=0, usage_types=["data"]
    )
    charge.tiers.create(price=1)
    group = DestinationGroup.objects.create(brand=kari.brand, code="N", name={"en": "Norway"})
    group.prefixes.create(prefix="47", during=DateRange(date(2020, 1, 1), None))
    ChargeDestination.objects.create(charge=charge, group=group)
    ChargeCategory.objects.create(charge=charge, category=kari.brand.usage_categories.first())
    allowance = make.make_allowance(draft)
    AllowanceDestination.objects.create(allowance=allowance, group=group)
    draft.deck_assignments.create(usage_type="voice", deck=kari.deck)
    make.publish(draft)
    evening = kari.deck.bands.create(code="evening")
    evening.hours.create(deck=kari.deck, weekday=1, minutes=NumericRange(0, 60))
    supplier = Supplier.objects.create(
        legal_entity=kari.brand.legal_entity, code="C", name="Carrier", currency="NOK"
    )
    deck = RateDeck.objects.create(
        direction="buy", supplier=supplier, code="BUY", name="Buy", usage_type="voice",
        currency="NOK", zone="UTC",
    )  # fmt: skip
    make.make_rate(deck, "47", "0.10")
    return supplier


def test_what_is_kept_is_read_from_tables_of_prices_alone(kari):
    supplier = offer_all_there_is(kari)

    with CaptureQueriesContext(connection) as asked:
        prices = KnownPrices(kari.brand)
        prices.tables.of(kari.deck)
        prices.tables.costs(supplier.pk, "voice")
        groups = prices.terms.destinations
        versions_of([kari.plan])
    tables = {
        table
        for query in asked.captured_queries
        for table in re.findall(r'(?:FROM|JOIN) "?(\w+)"?', query["sql"])
    }

    assert groups is not None
    assert len(tables) > 12
    assert tables <= set(PRICE_TABLES)


@pytest.mark.django_db(transaction=True)
def test_prices_are_kept_until_somebody_changes_one(kari):
    first, again = known_prices(kari.brand), known_prices(kari.brand)

    RateDeck.objects.update(name="Other")

    assert again is first
    assert known_prices(kari.brand) is not first


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "change",
    [
        lambda kari: make.make_rate(kari.deck, "4722", "9.00"),
        lambda kari: make.make_draft(kari.plan).delete(),
        lambda kari: UsageSource.objects.update(name="Other"),
        lambda kari: Brand.objects.update(name="Other"),
        lambda kari: make.make_plan(kari.brand, "NEW"),
    ],
)
def test_any_change_makes_another_mark(kari, change):
    before = current_marks()

    change(kari)

    assert current_marks().stamps != before.stamps


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_undone_leaves_the_mark_as_it_was(kari):
    before = current_marks()

    with transaction.atomic():
        RateDeck.objects.update(name="Other")
        inside = current_marks()
        assert known_prices(kari.brand) is not known_prices(kari.brand)
        transaction.set_rollback(True)

    assert inside.changed_here
    assert current_marks() == before


@pytest.mark.django_db(transaction=True)
def test_changes_at_once_take_marks_of_their_own_and_none_waits(kari):
    def change_meanwhile() -> None:
        UsageSource.objects.update(name="There")
        connection.close()

    with transaction.atomic():
        RateDeck.objects.update(name="Here")
        other = Thread(target=change_meanwhile)
        other.start()
        other.join(20)
        assert not other.is_alive()
        meanwhile = current_marks()

    assert current_marks() == meanwhile._replace(changed_here=False)
    assert PriceStamp.objects.count() >= 2


@pytest.mark.django_db(transaction=True)
def test_a_new_price_counts_for_the_next_event(kari):
    switch = Bringer(kari.source)
    switch.bring(call("A-1"))

    make.make_rate(kari.deck, "4722", "1.00", next_increment=1)
    switch.bring(call("A-2", start="2026-10-03T13:00:00Z"))

    assert [amount for _, _, amount in amounts()] == [1_488_167, 1_016_667]
    assert hits() == []

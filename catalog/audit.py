"""What always holds of the catalogue: brands, currencies and usage types don't mix."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection
from django.db.models import F

from catalog.models import DeckAssignment, Plan, Rate, RateDeck
from core.audit import invariant


@invariant("I28b", "what a plan or deck names is of its own brand, currency and usage type")
def strangers_in_the_catalogue() -> Iterator[str]:
    """Products, decks and usage categories of another brand, decks in another currency."""
    for plan in Plan.objects.exclude(product__brand=F("brand")):
        yield f"plan {plan.code} has a product of another brand"
    sold = RateDeck.objects.filter(direction=RateDeck.Direction.SELL)
    for deck in sold.exclude(currency=F("brand__currency")):
        yield f"deck {deck.code} is in {deck.currency}, its brand is not"
    bought = RateDeck.objects.filter(direction=RateDeck.Direction.BUY)
    for deck in bought.exclude(currency=F("supplier__currency")):
        yield f"deck {deck.code} is in {deck.currency}, its supplier is not"
    for row in DeckAssignment.objects.exclude(
        deck__brand=F("version__plan__brand"), deck__usage_type=F("usage_type")
    ).select_related("deck"):
        yield f"version {row.version_id} has deck {row.deck.code} of another brand or usage type"
    for rate in Rate.objects.filter(category__isnull=False).exclude(
        category__brand=F("deck__brand")
    ):
        yield f"rate {rate.prefix} of deck {rate.deck_id} has a category of another brand"


@invariant("I22", "prices of one thing never start twice on a day: no overlap, and no hole")
def prices_that_start_twice() -> Iterator[str]:
    """Versions and rates have starts only and hold until the next; so equal starts would clash."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT plan_id, starts_on FROM catalog_planversion WHERE state = 'published'"
            " GROUP BY 1, 2 HAVING count(*) > 1"
        )
        for plan_id, start in cursor.fetchall():
            yield f"plan {plan_id} has two published versions from {start}"
        cursor.execute(
            "SELECT deck_id, prefix, starts_on FROM catalog_rate WHERE superseded_by_id IS NULL"
            " GROUP BY deck_id, prefix, band_id, starts_on HAVING count(*) > 1"
        )
        for deck_id, prefix, start in cursor.fetchall():
            yield f"deck {deck_id} has two rates of prefix {prefix} from {start}"


@invariant("I23", "what a rate names is there, its band and its import of its deck")
def rates_of_nothing() -> Iterator[str]:
    """Rates have no foreign keys: two triggers hold them to their masters instead."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rate.id, rate.prefix FROM catalog_rate rate"
            " LEFT JOIN catalog_ratedeck deck ON deck.id = rate.deck_id"
            " LEFT JOIN catalog_timeband band"
            "   ON band.id = rate.band_id AND band.deck_id = rate.deck_id"
            " LEFT JOIN catalog_usagecategory category ON category.id = rate.category_id"
            " LEFT JOIN catalog_rateimport import"
            "   ON import.id = rate.imported_by_id AND import.deck_id = rate.deck_id"
            " WHERE deck.id IS NULL OR rate.band_id IS NOT NULL AND band.id IS NULL"
            " OR rate.category_id IS NOT NULL AND category.id IS NULL"
            " OR rate.imported_by_id IS NOT NULL AND import.id IS NULL"
        )
        for rate_id, prefix in cursor.fetchall():
            yield f"rate {rate_id} of prefix {prefix} names what is not there"

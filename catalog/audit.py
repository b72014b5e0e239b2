"""What always holds of the catalogue: brands, currencies and usage types don't mix."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F

from catalog.models import DeckAssignment, Plan, Rate, RateDeck
from core.audit import invariant


@invariant("I28b", "what a plan or deck names is of its own brand, currency and usage type")
def strangers_in_the_catalogue() -> Iterator[str]:
    """Products, decks and usage categories of another brand, decks in another currency."""
    for plan in Plan.objects.exclude(product__brand=F("brand")):
        yield f"plan {plan.code} has a product of another brand"
    for deck in RateDeck.objects.exclude(currency=F("brand__currency")):
        yield f"deck {deck.code} is in {deck.currency}, its brand is not"
    for row in DeckAssignment.objects.exclude(
        deck__brand=F("version__plan__brand"), deck__usage_type=F("usage_type")
    ).select_related("deck"):
        yield f"version {row.version_id} has deck {row.deck.code} of another brand or usage type"
    for rate in Rate.objects.filter(category__isnull=False).exclude(
        category__brand=F("deck__brand")
    ):
        yield f"rate {rate.prefix} of deck {rate.deck_id} has a category of another brand"

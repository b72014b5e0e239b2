"""Compares what is sold with what it is bought for: which new prices lie below cost and floor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.backends.utils import CursorWrapper

from catalog.models import RateDeck, RateImport

# A file with very many start dates is looked at on its first ones.
DAYS_COMPARED_MAX = 12

# The dearest band stands for a prefix: who sells below it may lose.
_IN_FORCE = """
    SELECT DISTINCT ON (prefix, band_id) prefix, price, per, ended, imported_by_id
      FROM catalog_rate
     WHERE deck_id = %s AND starts_on <= %s AND superseded_by_id IS NULL
     ORDER BY prefix, band_id, starts_on DESC
"""


class ThinMargin(NamedTuple):
    """A selling price below what the number costs, the margin floor included."""

    prefix: str
    day: date
    price: Decimal
    per: int
    bought_prefix: str
    bought_price: Decimal
    bought_per: int
    bought_deck: str


class _Price(NamedTuple):
    price: Decimal
    per: int
    is_new: bool


def thin_margins(cursor: CursorWrapper, deck: RateDeck, record: RateImport) -> Iterator[ThinMargin]:
    """New selling prices below the buying price of their numbers, by unit and without fees.

    They are compared on the days on which they start, with every buy deck of the brand's legal
    entity in the same currency and of the same usage type, by longest prefix both ways: a prefix
    that is bought more finely than it is sold counts with its dearest part.
    """
    if deck.brand is None:
        return
    bought = RateDeck.objects.filter(
        direction=RateDeck.Direction.BUY,
        supplier__legal_entity=deck.brand.legal_entity_id,
        usage_type=deck.usage_type,
        currency=deck.currency,
    ).order_by("code")
    share = (100 - Decimal(deck.margin_floor or 0)) / 100
    decks = list(bought)
    for day in _days(cursor, deck, record) if decks else ():
        sold = _in_force(cursor, deck, day, record)
        for buying in decks:
            costs = _in_force(cursor, buying, day, record)
            for prefix, bought_prefix in _pairs(sold, costs):
                price, cost = sold[prefix], costs[bought_prefix]
                if price.price * share * cost.per < cost.price * price.per:
                    yield ThinMargin(
                        prefix, day, price.price, price.per,
                        bought_prefix, cost.price, cost.per, buying.code,
                    )  # fmt: skip


def _days(cursor: CursorWrapper, deck: RateDeck, record: RateImport) -> list[date]:
    cursor.execute(
        "SELECT DISTINCT starts_on FROM catalog_rate"
        " WHERE deck_id = %s AND imported_by_id = %s AND NOT ended ORDER BY 1 LIMIT %s",
        [deck.pk, record.pk, DAYS_COMPARED_MAX],
    )
    return [day for (day,) in cursor.fetchall()]


def _in_force(
    cursor: CursorWrapper, deck: RateDeck, day: date, record: RateImport
) -> dict[str, _Price]:
    cursor.execute(_IN_FORCE, [deck.pk, day])
    prices: dict[str, _Price] = {}
    for prefix, price, per, ended, import_id in cursor.fetchall():
        if ended:
            continue
        found = _Price(price, per, import_id == record.pk)
        known = prices.get(prefix)
        is_sold = deck.direction == RateDeck.Direction.SELL
        if known is None or (found.price * known.per < known.price * found.per) == is_sold:
            prices[prefix] = found
    return prices


def _pairs(sold: dict[str, _Price], costs: dict[str, _Price]) -> Iterable[tuple[str, str]]:
    """Each new selling prefix with the buying prefix that serves it, dearest part of it last."""
    pairs: dict[str, str] = {}
    for prefix, price in sold.items():
        if price.is_new and (serving := _longest(prefix, costs)):
            pairs[prefix] = serving
    for finer, cost in costs.items():
        selling = _longest(finer, sold)
        if selling and selling != finer and sold[selling].is_new:
            known = costs.get(pairs.get(selling, ""))
            if known is None or cost.price * known.per > known.price * cost.per:
                pairs[selling] = finer
    return pairs.items()


def _longest(prefix: str, prices: dict[str, _Price]) -> str:
    """The longest prefix of a prefix that has a price; empty where none has."""
    for length in range(len(prefix), 0, -1):
        if prefix[:length] in prices:
            return prefix[:length]
    return ""

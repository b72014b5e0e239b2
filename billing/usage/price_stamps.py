"""What prices stand in the database: marks that change with each change of what prices are."""

from __future__ import annotations

import uuid
from typing import NamedTuple

from django.db import connection, models

# The tables of all that decides a price but who used what: each statement that changes one of them
# changes a mark (migration 0023). What is kept in memory is read from these tables alone.
PRICE_TABLES = (
    "billing_usagesource",
    "catalog_allowance",
    "catalog_allowancedestination",
    "catalog_bandhours",
    "catalog_charge",
    "catalog_chargecategory",
    "catalog_chargedestination",
    "catalog_chargetier",
    "catalog_deckassignment",
    "catalog_destinationgroup",
    "catalog_destinationprefix",
    "catalog_plan",
    "catalog_planversion",
    "catalog_rate",
    "catalog_ratedeck",
    "catalog_supplier",
    "catalog_timeband",
    "catalog_usagecategory",
    "core_brand",
)

_MARKS = """
    SELECT coalesce(current_setting('trunkline.prices_changed', true), '') = 'here',
           array_agg(stamp ORDER BY id)
    FROM billing_pricestamp
"""


class PriceStamp(models.Model):
    """A mark that a transaction which changes prices makes anew.

    There are as many rows as such transactions ever ran at once: each takes one that nobody else
    holds, so that none waits for another. All marks together say what prices stand, for none of
    them ever comes twice.
    """

    stamp = models.UUIDField(default=uuid.uuid4)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return str(self.stamp)


class Marks(NamedTuple):
    """All marks; whether this very transaction has changed prices, which may yet be undone."""

    changed_here: bool
    stamps: tuple[uuid.UUID, ...]


def current_marks() -> Marks:
    """The marks as this transaction sees them."""
    with connection.cursor() as cursor:
        cursor.execute(_MARKS)
        changed_here, stamps = cursor.fetchone()
    return Marks(changed_here, tuple(stamps or ()))

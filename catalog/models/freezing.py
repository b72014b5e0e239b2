"""Published prices are frozen in the database, with everything that belongs to them."""

from __future__ import annotations

from decimal import Decimal

import pgtrigger
from django.db import models
from django.db.models import Q

# NaN is larger than every number to PostgreSQL, so an upper limit also keeps it out.
PRICE_LIMIT = Decimal(10) ** 12
REFUSED = """
            RAISE EXCEPTION 'rows of % never change once they are published', TG_TABLE_NAME
                USING ERRCODE = 'integrity_constraint_violation';
"""


class PublicationState(models.TextChoices):
    """A draft may be changed and deleted; what is published stays as it is, for ever."""

    DRAFT = "draft", "draft"
    PUBLISHED = "published", "published"


def is_price(name: str) -> Q:
    """The condition that a price is a number, zero or more, and below 10¹²."""
    return Q(**{f"{name}__gte": 0, f"{name}__lt": PRICE_LIMIT})


def published_says_when_and_by_whom() -> Q:
    """The condition that exactly drafts have no date and no name of who published them."""
    draft = Q(state="draft", published_at__isnull=True, published_by="")
    return draft | (Q(state="published", published_at__isnull=False) & ~Q(published_by=""))


def frozen_when_published(*, but: str = "") -> pgtrigger.Trigger:
    """Refuse to change or delete a published row; the column `but` alone may still change.

    Closing an offer is such a change: no price of the past is touched by it.
    """
    same = "OLD.state = 'published'"
    if but:
        same += (
            f" AND (TG_OP = 'DELETE' OR to_jsonb(OLD) - '{but}'"
            f" IS DISTINCT FROM to_jsonb(NEW) - '{but}')"
        )
    return pgtrigger.Trigger(
        name="published_is_frozen",
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            IF {same} THEN {REFUSED}
            END IF;
            IF TG_OP = 'DELETE' THEN
                RETURN OLD;
            END IF;
            RETURN NEW;
        """,
    )


def frozen_with(
    owner: str, column: str, *, through: tuple[str, str] | None = None
) -> pgtrigger.Trigger:
    """Refuse to add, change or delete a row whose owner is published.

    `owner` is the owner's table and `column` the id of the owner; `through` names a table
    between them and the column that leads there: `frozen_with("catalog_planversion",
    "version_id", through=("catalog_charge", "charge_id"))`. The owner is locked while it is asked,
    so that nothing slips in while it is being published.
    """
    ids = f"NEW.{column}, OLD.{column}"
    if through:
        table, link = through
        ids = f"SELECT {column} FROM {table} WHERE id IN (NEW.{link}, OLD.{link})"  # noqa: S608 – names
    return pgtrigger.Trigger(
        name="published_is_frozen",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            PERFORM 1 FROM {owner} WHERE id IN ({ids}) ORDER BY id FOR SHARE;
            IF EXISTS (
                SELECT 1 FROM {owner} WHERE id IN ({ids}) AND state = 'published'
            ) THEN {REFUSED}
            END IF;
            IF TG_OP = 'DELETE' THEN
                RETURN OLD;
            END IF;
            RETURN NEW;
        """,  # noqa: S608 – names of our own tables
    )

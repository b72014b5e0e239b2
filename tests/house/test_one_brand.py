"""No row names a row of another brand: the database holds every foreign key to one brand.

Found by looking: a new model that names two things of a brand joins by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pghistory.models
import pytest
from django.apps import apps
from django.db import connection, models

from core.models import Brand
from core.one_brand import KeepsItsOwner, compared

OURS = {"accounts", "billing", "catalog", "core", "dunning", "payments", "portal"}
# Keys that neither a composite key nor `same_brand` holds, and what does.
HELD_OTHERWISE = {
    "catalog.Rate.band": "trigger masters_are_there: one of the rate's deck",
    "catalog.Rate.category": "trigger masters_are_there: one of the brand of the rate's deck",
    "catalog.Rate.imported_by": "trigger masters_are_there: one of the rate's deck",
    "catalog.Rate.superseded_by": "trigger masters_are_there: one of the rate's deck",
    "payments.Allocation.credit_note": "trigger fits: of the invoice's account",
    "payments.Allocation.invoice": "trigger fits: of the account of the money",
}
COMPOSITE = """
    SELECT own.relname, array_agg(part.attname::text)
      FROM pg_constraint key
      JOIN pg_class own ON own.oid = key.conrelid
      JOIN pg_attribute part ON part.attrelid = own.oid AND part.attnum = ANY(key.conkey)
     WHERE key.contype = 'f' AND key.convalidated AND cardinality(key.conkey) > 1
     GROUP BY own.relname, key.oid
"""
ENABLED = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"

Model = type[models.Model]


def our_models() -> list[Model]:
    return [
        model
        for model in apps.get_models()
        if model._meta.app_label in OURS and not issubclass(model, pghistory.models.Event)
    ]


def keys_of(model: Model) -> list[Any]:
    """Its foreign keys."""
    return [field for field in model._meta.concrete_fields if field.is_relation]


def of_a_brand() -> set[Model]:
    """Models whose rows reach a brand, by themselves or through what they name."""
    found: set[Model] = {Brand}
    while True:
        more = {
            model
            for model in our_models()
            if model not in found and any(key.related_model in found for key in keys_of(model))
        }
        if not more:
            return found
        found |= more


def held_together() -> Iterator[tuple[str, set[str]]]:
    """Model and names of keys that the database compares with one another."""
    by_table = {model._meta.db_table: model for model in our_models()}
    with connection.cursor() as cursor:
        cursor.execute(COMPOSITE)
        for table, columns in cursor.fetchall():
            if table in by_table:
                keys = keys_of(by_table[table])
                names = {key.name for key in keys if key.column in columns}
                yield by_table[table]._meta.label, names
        cursor.execute(ENABLED)
        enabled = {name for (name,) in cursor.fetchall()}
    for model, trigger in compared():
        if trigger.get_pgid(model) in enabled:
            for ways in trigger.ways:
                yield model._meta.label, {way.partition("__")[0] for way in ways}


@pytest.fixture
def unheld(db: None) -> set[str]:
    """Keys to rows of a brand that nothing ties to the first such key of their row."""
    pairs = list(held_together())
    owned, found = of_a_brand(), set()
    for model in owned:
        names = [key.name for key in keys_of(model) if key.related_model in owned]
        tied = set(names[:1])
        for _ in names:
            for label, pair in pairs:
                if label == model._meta.label and pair & tied:
                    tied |= pair
        found |= {f"{model._meta.label}.{name}" for name in names if name not in tied}
    return found


def test_the_database_holds_every_key_between_rows_of_brands(unheld: set[str]) -> None:
    assert unheld - set(HELD_OTHERWISE) == set()


def test_what_is_held_otherwise_is_named_for_a_reason(unheld: set[str]) -> None:
    assert set(HELD_OTHERWISE) - unheld == set()


def test_most_models_belong_to_a_brand() -> None:
    names = {model.__name__ for model in of_a_brand()}

    assert {"Account", "InvoiceLine", "SubscriptionPlan", "DeckAssignment"} <= names
    assert not {"Person", "User", "LegalEntity", "Supplier"} & names


def keeps(model: Model, name: str) -> bool:
    """Whether a row never gets another owner: by `keeps_its_owner`, or as it never changes."""
    for trigger in getattr(model._meta, "triggers", ()):
        if isinstance(trigger, KeepsItsOwner) and name in trigger.owners:
            return True
        if trigger.name in ("append_only", "frozen"):
            return True
    return False


def test_what_is_compared_once_stays_so() -> None:
    """Each step of each way but the first is a key that never changes."""
    loose = set()
    for model, trigger in compared():
        for way in (way for ways in trigger.ways for way in ways):
            at = model
            for number, name in enumerate(way.split("__")):
                field: Any = at._meta.get_field(name)
                if number and not keeps(at, name):
                    loose.add(f"{at._meta.label}.{name}")
                at = field.related_model

    assert loose == set()

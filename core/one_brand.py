"""Ways of several steps from a row to its brand lead to the same one: triggers.

Where a row has the columns to compare, a composite key does it (core/same_key.py). A subscription's
plan has not: the one way to a brand goes over the subscription's account, the other over the plan.

    triggers = (*one_brand(("subscription__account__brand", "plan__brand")),)

refuses a row whose two ways end at different rows. Nothing is compared where the first step of one
of them is empty. Added rows are compared together, once a statement, so that an import of 200,000
rows asks one question; a changed row is compared only if one of its own ends changed. The rows on
the way have `keeps_its_owner`, so that no way leads elsewhere later on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pgtrigger
from django.apps import apps
from django.db import models

Ways = tuple[str, str]
REFUSAL = "USING ERRCODE = 'integrity_constraint_violation'"


class SameBrand(pgtrigger.Trigger):
    """Refuse added rows whose ways lead to different rows: one query a statement.

    The query is planned anew each time: what is right for one row is wrong for 200,000, and the
    tables it reads may have grown since.
    """

    def __init__(self, *ways: Ways, name: str = "same_brand") -> None:
        super().__init__(
            name=name,
            when=pgtrigger.After,
            operation=pgtrigger.Insert,
            level=pgtrigger.Statement,
            referencing=pgtrigger.Referencing(new="new_rows"),
            declare=[("wrong", "TEXT")],
        )
        self.ways = ways

    def get_func(self, model: Any) -> str:
        """What the trigger does."""
        question = strangers(model, self.ways, "new_rows", "min")
        return f"""
            EXECUTE $question$ {question} $question$ INTO wrong;
            IF wrong IS NOT NULL THEN
                RAISE EXCEPTION '{self.name}: % row %', TG_TABLE_NAME, wrong {REFUSAL};
            END IF;
            RETURN NULL;
        """


class SameBrandStill(pgtrigger.Trigger):
    """Refuse a change of one of a row's own ends that lets its ways lead to different rows."""

    def __init__(self, *ways: Ways, name: str = "same_brand_still") -> None:
        ends = sorted({way.partition("__")[0] for pair in ways for way in pair})
        super().__init__(
            name=name,
            when=pgtrigger.After,
            operation=pgtrigger.UpdateOf(*(f"{end}_id" for end in ends)),
            condition=pgtrigger.AnyChange(*ends),
            declare=[("wrong", "TEXT")],
        )
        self.ways = ways

    def get_func(self, model: Any) -> str:
        """What the trigger does."""
        question = strangers(model, self.ways, "(SELECT NEW.*)", "min")
        return f"""
            wrong := ({question});
            IF wrong IS NOT NULL THEN
                RAISE EXCEPTION '{self.name}: % row %', TG_TABLE_NAME, wrong {REFUSAL};
            END IF;
            RETURN NULL;
        """


def one_brand(*ways: Ways) -> tuple[pgtrigger.Trigger, ...]:
    """Triggers that refuse a row of which two ways lead to different brands (or accounts …)."""
    return SameBrand(*ways), SameBrandStill(*ways)


def keeps_its_owner(*names: str) -> pgtrigger.Trigger:
    """Refuse to give a row to another owner: rows that were compared through it stay right.

    `names` are the keys by which it reaches its brand, `account` or `brand`.
    """
    return KeepsItsOwner(*names)


class KeepsItsOwner(pgtrigger.Trigger):
    """The keys by which a row reaches its brand never change."""

    def __init__(self, *owners: str) -> None:
        super().__init__(
            name="keeps_its_owner",
            when=pgtrigger.Before,
            operation=pgtrigger.UpdateOf(*(f"{owner}_id" for owner in owners)),
            condition=pgtrigger.AnyChange(*owners),
            func=f"""
                RAISE EXCEPTION 'keeps_its_owner: row % of % stays with its {owners[0]}',
                    OLD.id, TG_TABLE_NAME {REFUSAL};
            """,
        )
        self.owners = owners


def compared() -> Iterator[tuple[type[models.Model], SameBrand]]:
    """Every model with such a trigger, and the trigger."""
    for model in apps.get_models():
        for trigger in getattr(model._meta, "triggers", ()):
            if isinstance(trigger, SameBrand):
                yield model, trigger


def strangers(
    model: type[models.Model], ways: tuple[Ways, ...], source: str = "", gather: str = ""
) -> str:
    """SQL for one sentence about each row of `source` (the model's table) that breaks a rule.

    `gather` names an aggregate, so that one sentence or none comes back.
    """
    joins: dict[str, str] = {}
    wrong, words = [], []
    for one, other in ways:
        first, second = _end(model, one, joins), _end(model, other, joins)
        both = " AND ".join(f'fresh."{_column(model, way)}" IS NOT NULL' for way in (one, other))
        wrong.append(f"({both} AND {first} IS DISTINCT FROM {second})")
        names = [way.partition("__")[0] for way in (one, other)]
        end = other.rpartition("__")[2]
        words.append(f"WHEN {wrong[-1]} THEN '{names[0]} and {names[1]} are not of one {end}'")
    sentence = f"fresh.id || ': ' || CASE {' '.join(words)} END"
    return (
        f"SELECT {gather}({sentence})"  # noqa: S608 – names of our own models
        f" FROM {source or model._meta.db_table} fresh {' '.join(joins.values())}"
        f" WHERE {' OR '.join(wrong)}"
    )


def _column(model: type[models.Model], way: str) -> str:
    return str(_field(model, way.partition("__")[0]).column)


def _end(model: type[models.Model], way: str, joins: dict[str, str]) -> str:
    """The column at the end of a way; the tables on it are added to `joins` once."""
    alias, at = "fresh", model
    *steps, last = way.split("__")
    for number in range(len(steps)):
        field = _field(at, steps[number])
        before, alias = alias, "__".join(steps[: number + 1])
        at = field.remote_field.model
        joins[alias] = (
            f'LEFT JOIN {at._meta.db_table} "{alias}" ON "{alias}".id = "{before}"."{field.column}"'
        )
    return f'"{alias}"."{_field(at, last).column}"'


def _field(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)

"""Who changed a row, when, by which way and why, with what was before and what is after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Field, ForeignKey, Model
from django.utils.text import capfirst

from core.input_report import in_words
from core.models import User

SHOWN_MAX = 200
WHAT = {"insert": "added", "update": "changed", "delete": "removed"}
CHANNELS = {
    "portal": "portal",
    "back_office": "back office",
    "api": "API",
    "command": "command",
    "job": "job",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One field that a change touched."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a row; `who` is empty where no login stood behind it."""

    at: datetime
    what: str
    who: str
    way: str
    reason: str
    cells: list[Cell] = field(default_factory=list)


def changes_of(row: Model) -> list[Change] | None:
    """The changes of a row, newest first, at most 200; None where the model keeps no history."""
    events = _events_of(row)
    if events is None:
        return None
    # One more than is shown, so that the oldest shown knows what was before it.
    newest = list(events.order_by("-pgh_id").select_related("pgh_context")[: SHOWN_MAX + 1])
    people = _people(newest)
    fields = _fields_of(row, newest)
    names = _names(fields, newest)
    changes = []
    for event, before in zip(newest, [*newest[1:], None], strict=True):
        facts = dict(event.pgh_context.metadata) if event.pgh_context else {}
        changes.append(
            Change(
                at=event.pgh_created_at,
                what=WHAT.get(event.pgh_label, event.pgh_label),
                who=people.get(facts.get("user"), ""),
                way=_way(facts),
                reason=str(facts.get("reason", "")),
                cells=_cells(event, before, fields, names),
            )
        )
    return changes[:SHOWN_MAX]


def _events_of(row: Model) -> Any:
    for relation in row._meta.related_objects:
        model = relation.related_model
        if hasattr(model, "pgh_created_at") and relation.field.name == "pgh_obj":
            return model._base_manager.filter(pgh_obj=row.pk)
    return None


def _fields_of(row: Model, events: list[Any]) -> list[Field[Any, Any]]:
    if not events:
        return []
    kept = {one.name for one in events[0]._meta.concrete_fields}
    own: Iterable[Any] = row._meta.concrete_fields
    return [one for one in own if one.name in kept and not one.primary_key]


def _people(events: list[Any]) -> dict[Any, str]:
    ids = {event.pgh_context.metadata.get("user") for event in events if event.pgh_context}
    return dict(User.objects.filter(pk__in=ids - {None}).values_list("pk", "email"))


def _names(fields: list[Field[Any, Any]], events: list[Any]) -> dict[tuple[str, Any], str]:
    """What rows that a field refers to are called, by field and key."""
    names: dict[tuple[str, Any], str] = {}
    for one in fields:
        if isinstance(one, ForeignKey):
            keys = {getattr(event, one.attname) for event in events} - {None}
            for key, found in one.related_model._base_manager.in_bulk(list(keys)).items():
                names[one.name, key] = str(found)
    return names


def _cells(
    event: Any, before: Any, fields: list[Field[Any, Any]], names: dict[tuple[str, Any], str]
) -> list[Cell]:
    cells = []
    for one in fields:
        now = getattr(event, one.attname)
        was = getattr(before, one.attname) if before is not None else None
        is_said = now not in (None, "", {}, []) if before is None else now != was
        if is_said and event.pgh_label != "delete":
            told = [
                (names.get((one.name, value)) if one.is_relation else "") or in_words(value)
                for value in ((was, now) if before is not None else (None, now))
            ]
            cells.append(Cell(str(capfirst(one.verbose_name)), *told))
    return cells


def _way(facts: dict[str, Any]) -> str:
    way = CHANNELS.get(str(facts.get("channel", "")), "the database itself")
    source = str(facts.get("source", "") or facts.get("key", ""))
    batch = f", import {facts['batch']}" if facts.get("batch") else ""
    return f"{way} {source}{batch}".replace(" ,", ",").strip()

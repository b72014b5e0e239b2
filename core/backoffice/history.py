"""Who changed a row, as whom, when, how and why, with what was before and what is after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Field, ForeignKey, Model, OuterRef, QuerySet, Subquery
from django.utils.text import capfirst

from core.imports.written_tables import event_models
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
Names = dict[tuple[str, Any], Model]


@dataclass(frozen=True, slots=True)
class Cell:
    """One field that a change touched."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a row, or of a part of it; `who` is empty where no login stood behind it."""

    at: datetime
    what: str
    kind: str
    name: str
    key: int
    who: str = ""
    acting_for: str = ""
    way: str = ""
    reason: str = ""
    request: str = ""
    part: str = ""
    cells: list[Cell] = field(default_factory=list)

    def of_nobody(self) -> Change:
        """The change without who made it, how and why: that is another brand's business."""
        return replace(self, who="", acting_for="", way="", reason="", request="")


def events_of(model: type[Model]) -> Any:
    """The event model of a model, found for its proxies too; None where it keeps no history."""
    concrete = model._meta.concrete_model
    for tracked, events in event_models().items():
        if tracked._meta.concrete_model is concrete:
            return events
    return None


def changes_of(row: Model) -> list[Change] | None:
    """The changes of a row, newest first, at most 200; None where the model keeps no history."""
    events = events_of(type(row))
    if events is None:
        return None
    return tell(events, events.objects.filter(pgh_obj=row.pk).order_by("-pgh_id")[:SHOWN_MAX])


def tell(events: Any, found: QuerySet[Any], *, part: bool = False) -> list[Change]:
    """The changes that these events tell, in their order; `part` names the row that each is of."""
    before = events.objects.filter(pgh_obj=OuterRef("pgh_obj"), pgh_id__lt=OuterRef("pgh_id"))
    before = before.order_by("-pgh_id").values("pgh_id")[:1]
    rows = list(found.annotate(before_id=Subquery(before)).select_related("pgh_context"))
    earlier = events.objects.in_bulk([row.before_id for row in rows if row.before_id])
    model = events.pgh_tracked_model
    fields = _fields_of(model, events)
    names = _names(fields, [*rows, *earlier.values()])
    people = _people(rows)
    return [
        _change(model, row, earlier.get(row.before_id), fields, names, people, part=part)
        for row in rows
    ]


def _change(
    model: type[Model], event: Any, before: Any, fields: list[Any], names: Names,
    people: dict[Any, str], *, part: bool,
) -> Change:  # fmt: skip
    facts = dict(event.pgh_context.metadata) if event.pgh_context else {}
    kind = str(capfirst(model._meta.verbose_name))
    name = _name(model, event, fields, names)
    return Change(
        at=event.pgh_created_at,
        what=WHAT.get(event.pgh_label, event.pgh_label),
        kind=kind,
        name=name,
        key=event.pgh_obj_id,
        who=people.get(facts.get("user"), ""),
        acting_for=people.get(facts.get("acting_for"), ""),
        way=_way(facts),
        reason=str(facts.get("reason", "")),
        request=str(facts.get("request", "")),
        part=f"{kind} {name}" if part else "",
        cells=_cells(event, before, fields, names),
    )


def _fields_of(model: type[Model], events: Any) -> list[Field[Any, Any]]:
    kept = {one.name for one in events._meta.concrete_fields}
    own: Iterable[Any] = model._meta.concrete_fields
    return [one for one in own if one.name in kept and not one.primary_key]


def _people(events: list[Any]) -> dict[Any, str]:
    facts = [event.pgh_context.metadata for event in events if event.pgh_context]
    ids = {one.get(name) for one in facts for name in ("user", "acting_for")} - {None}
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "email"))


def _names(fields: list[Field[Any, Any]], events: list[Any]) -> Names:
    """The rows that a field refers to, by field and key."""
    names: Names = {}
    for one in fields:
        if isinstance(one, ForeignKey):
            keys = {getattr(event, one.attname) for event in events} - {None}
            for key, found in one.related_model._base_manager.in_bulk(list(keys)).items():
                names[one.name, key] = found
    return names


def _name(model: type[Model], event: Any, fields: list[Any], names: Names) -> str:
    """What the row was called when the event was written."""
    row = model(pk=event.pgh_obj_id)
    referred = []
    for one in fields:
        key = getattr(event, one.attname)
        found = names.get((one.name, key)) if one.is_relation else None
        setattr(row, one.attname if found is None else one.name, key if found is None else found)
        referred += [str(found)] if found is not None else []
    plain = ", ".join(referred) or str(event.pgh_obj_id)
    if model.__str__ is Model.__str__:
        return plain
    try:
        return str(row)
    except (ObjectDoesNotExist, AttributeError):  # it refers to what is gone
        return plain


def _cells(event: Any, before: Any, fields: list[Any], names: Names) -> list[Cell]:
    """The fields that changed: all that say something where the row came or went."""
    cells = []
    for one in fields:
        was = getattr(before, one.attname) if before is not None else None
        now = getattr(event, one.attname)
        if event.pgh_label == "delete":
            was, now = now, None
        elif event.pgh_label == "insert":
            was = None
        if (was or None) != (now or None) or (was != now and before is not None):
            told = [_words(one, value, names) for value in (was, now)]
            cells.append(Cell(str(capfirst(one.verbose_name)), *told))
    return [cell for cell in cells if cell.before != cell.after]


def _words(one: Any, value: Any, names: Names) -> str:
    """A value as the field's own choices, or the row that it names, call it."""
    if one.is_relation:
        found = names.get((one.name, value))
        return str(found) if found is not None else in_words(value)
    if isinstance(one, ArrayField) and isinstance(value, list):
        return in_words([_choice(one.base_field, item) for item in value])
    return in_words(_choice(one, value))


def _choice(one: Any, value: Any) -> Any:
    if not one.choices or isinstance(value, list | dict):
        return value
    return str(dict(one.flatchoices).get(value, value)) if value is not None else None


def _way(facts: dict[str, Any]) -> str:
    way = CHANNELS.get(str(facts.get("channel", "")), "the database itself")
    source = str(facts.get("source", ""))
    key = f", key {facts['key']}" if facts.get("key") else ""
    batch = f", import {facts['batch']}" if facts.get("batch") else ""
    return f"{way} {source}{key}{batch}".replace(" ,", ",").strip()

"""Undo changes of tracked rows step by step backwards, as the history tells them."""

# ruff: noqa: S608 – the names in the statements are those of models

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db import connection
from django.db.models import ForeignKey, Model
from django.db.models.fields import NOT_PROVIDED
from pghistory.models import Event

from core.imports.written_tables import ABOUT, event_models

NAMED_MAX = 20
INSERT, UPDATE, DELETE = "insert", "update", "delete"


@dataclass(frozen=True, slots=True)
class Step:
    """One change: its event, what it was, the row, and the event before it of the same row."""

    event: int
    label: str
    row: int
    before: int | None


@dataclass(slots=True)
class Undoing:
    """The changes of one table, latest first."""

    model: type[Model]
    events: type[Event]
    steps: list[Step]
    inserted: set[int] = field(default_factory=set)
    touched: set[int] = field(default_factory=set)

    @property
    def columns(self) -> list[str]:
        """The columns whose history is kept."""
        kept = {item.column for item in self.events._meta.concrete_fields}
        fields: Any = self.model._meta.concrete_fields
        return [item.column for item in fields if item.column in kept]

    @property
    def name(self) -> str:
        return str(self.model._meta.verbose_name)


def find_undoings(batch: int) -> list[Undoing]:
    """The changes that carry a batch's id, by table: what refers to others first."""
    found = [
        undoing
        for model, events in event_models().items()
        if model._meta.db_table not in ABOUT and (undoing := _undoing(model, events, batch)).steps
    ]
    return sorted(found, key=lambda item: _place(item.model, [one.model for one in found]))


def find_obstacles(undoings: list[Undoing]) -> list[str]:
    """Why these changes can't be undone: one plain sentence for each row."""
    reasons: list[str] = []
    touched = {undoing.model: undoing.touched for undoing in undoings}
    for undoing in undoings:
        _lock(undoing)
        reasons += _changed_since(undoing)
        reasons += _unknown_before(undoing)
    for undoing in undoings:
        reasons += _built_upon(undoing, touched)
    return reasons


def undo(undoings: list[Undoing]) -> tuple[int, int, int]:
    """Undo all steps; how many rows went, were restored, and came back."""
    removed = restored = back = 0
    with connection.cursor() as cursor:
        for undoing in undoings:
            steps = (step for step in undoing.steps if step.label != DELETE)
            for label, run in groupby(steps, key=lambda step: step.label):
                group = list(run)
                if label == INSERT:
                    cursor.execute(
                        f"DELETE FROM {_quoted(undoing.model._meta.db_table)}"
                        f" WHERE {_key(undoing)} = ANY(%s)",
                        [[step.row for step in group]],
                    )
                    removed += len(group)
                else:
                    _restore(cursor, undoing, group)
                    restored += len(group)
        for undoing in reversed(undoings):
            gone = [step for step in undoing.steps if step.label == DELETE]
            for step in gone:
                _bring_back(cursor, undoing, step)
            back += len(gone)
    return removed, restored, back


def _undoing(model: type[Model], events: type[Event], batch: int) -> Undoing:
    table = _quoted(events._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH mine AS (
                SELECT event.pgh_id, event.pgh_obj_id
                  FROM {table} event
                  JOIN pghistory_context context ON context.id = event.pgh_context_id
                 WHERE context.metadata @> jsonb_build_object('batch', %s::bigint)
            ), ordered AS (
                SELECT pgh_id, pgh_label, pgh_obj_id,
                       lag(pgh_id) OVER (PARTITION BY pgh_obj_id ORDER BY pgh_id) AS before
                  FROM {table}
                 WHERE pgh_obj_id IN (SELECT pgh_obj_id FROM mine)
            )
            SELECT pgh_id, pgh_label, pgh_obj_id, before
              FROM ordered
             WHERE pgh_id IN (SELECT pgh_id FROM mine)
             ORDER BY pgh_id DESC
            """,
            [batch],
        )
        steps = [Step(*row) for row in cursor.fetchall()]
    inserted = {step.row for step in steps if step.label == INSERT}
    return Undoing(model, events, steps, inserted, {step.row for step in steps})


def _place(model: type[Model], models: list[type[Model]]) -> tuple[int, str]:
    """How deep others refer to the model: rows that nothing refers to come first."""

    def depth(one: type[Model], path: tuple[type[Model], ...]) -> int:
        below = [
            other
            for other in models
            if other is not one and other not in path and one in _parents(other)
        ]
        return max((depth(other, (*path, one)) + 1 for other in below), default=0)

    return depth(model, ()), model._meta.label


def _parents(model: type[Model]) -> set[Any]:
    return {
        item.related_model for item in model._meta.concrete_fields if isinstance(item, ForeignKey)
    }


def _lock(undoing: Undoing) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT 1 FROM {_quoted(undoing.model._meta.db_table)}"
            f" WHERE {_key(undoing)} = ANY(%s) ORDER BY {_key(undoing)} FOR UPDATE",
            [sorted(undoing.touched)],
        )


def _changed_since(undoing: Undoing) -> list[str]:
    """Rows that say something else now than after the import."""
    last: dict[int, Step] = {}
    for step in reversed(undoing.steps):
        last[step.row] = step
    ours = ", ".join(f"now.{_quoted(name)}" for name in undoing.columns)
    theirs = ", ".join(f"event.{_quoted(name)}" for name in undoing.columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT event.pgh_obj_id, now.{_key(undoing)} IS NULL, event.pgh_label
              FROM {_quoted(undoing.events._meta.db_table)} event
              LEFT JOIN {_quoted(undoing.model._meta.db_table)} now
                     ON now.{_key(undoing)} = event.pgh_obj_id
             WHERE event.pgh_id = ANY(%s)
               AND CASE event.pgh_label
                   WHEN 'delete' THEN now.{_key(undoing)} IS NOT NULL
                   ELSE now.{_key(undoing)} IS NULL OR ROW({ours}) IS DISTINCT FROM ROW({theirs})
                   END
             ORDER BY event.pgh_obj_id
            """,
            [[step.event for step in last.values()]],
        )
        rows = cursor.fetchall()
    names = _names(undoing.model, [row for row, *_ in rows])
    reasons: list[str] = []
    for row, is_gone, label in rows:
        if label == DELETE:
            reasons.append(f"{undoing.name} {names.get(row, row)} is there again.")
        elif is_gone:
            reasons.append(f"{undoing.name} {row} was removed since.")
        else:
            reasons.append(f"{undoing.name} {names.get(row, row)} was changed since.")
    return reasons


def _unknown_before(undoing: Undoing) -> list[str]:
    rows = {step.row for step in undoing.steps if step.label == UPDATE and step.before is None}
    names = _names(undoing.model, rows)
    return [
        f"{undoing.name} {names.get(row, row)}: what it was before is older than the history."
        for row in sorted(rows)
    ]


def _built_upon(undoing: Undoing, touched: dict[type[Model], set[int]]) -> list[str]:
    """What refers to rows that would go, but did not come with the import."""
    if not undoing.inserted:
        return []
    reasons: list[str] = []
    names: dict[int, str] = {}
    for relation in undoing.model._meta.get_fields(include_hidden=True):
        refers: Any = getattr(relation, "field", None)
        is_key = isinstance(refers, ForeignKey)
        other: Any = getattr(relation, "related_model", None)
        if not relation.auto_created or relation.concrete or not is_key:
            continue
        if issubclass(other, Event) or other._meta.proxy or not refers.db_constraint:
            continue
        rows = other._base_manager.filter(**{f"{refers.attname}__in": undoing.inserted})
        rows = rows.exclude(pk__in=touched.get(other, ()))
        counts: dict[int, int] = defaultdict(int)
        for target in rows.values_list(refers.attname, flat=True).iterator():
            counts[target] += 1
        names |= _names(undoing.model, list(counts)[:NAMED_MAX])
        for target, count in list(counts.items())[:NAMED_MAX]:
            what = other._meta.verbose_name if count == 1 else other._meta.verbose_name_plural
            verb = "refers" if count == 1 else "refer"
            reasons.append(
                f"{undoing.name} {names.get(target, target)}: {count:,} {what} {verb} to it."
            )
        if len(counts) > NAMED_MAX:
            reasons.append(f"… and {len(counts) - NAMED_MAX:,} more of these.")
    return reasons


def _names(model: type[Model], rows: Iterable[int]) -> dict[int, str]:
    shown = list(rows)[:NAMED_MAX]
    return {row.pk: str(row) for row in model._base_manager.filter(pk__in=shown)}


def _restore(cursor: Any, undoing: Undoing, steps: list[Step]) -> None:
    """One row after the other: on the way back, too, no two spans may ever overlap."""
    names = ", ".join(_quoted(name) for name in undoing.columns)
    statement = (
        f"UPDATE {_quoted(undoing.model._meta.db_table)} SET ({names}) ="
        f" (SELECT {names} FROM {_quoted(undoing.events._meta.db_table)} WHERE pgh_id = %s)"
        f" WHERE {_key(undoing)} = %s"
    )
    for step in steps:
        cursor.execute(statement, [step.before, step.row])


def _bring_back(cursor: Any, undoing: Undoing, step: Step) -> None:
    """A removed row comes back with its key; columns without history take their defaults."""
    missing = dict(_defaults(undoing))
    kept = ", ".join(_quoted(name) for name in undoing.columns)
    extra = "".join(f", {_quoted(name)}" for name in missing)
    cursor.execute(
        f"INSERT INTO {_quoted(undoing.model._meta.db_table)} ({kept}{extra})"
        f" SELECT {kept}{', %s' * len(missing)}"
        f" FROM {_quoted(undoing.events._meta.db_table)} WHERE pgh_id = %s",
        [*missing.values(), step.event],
    )


def _defaults(undoing: Undoing) -> Iterator[tuple[str, Any]]:
    fields: Any = undoing.model._meta.concrete_fields
    for item in fields:
        if item.column not in undoing.columns and item.default is not NOT_PROVIDED:
            yield item.column, item.get_db_prep_save(item.get_default(), connection)


def _key(undoing: Undoing) -> str:
    return _quoted(str(undoing.model._meta.pk.column))


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)

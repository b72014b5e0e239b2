"""Rows of several tables by one query, all as they stand at one moment."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import count
from typing import Any, Literal, NoReturn, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from django.contrib.postgres.fields import DateRangeField
from django.db import connection, models
from django.db.backends.postgresql.psycopg_any import DateRange

Row = TypeVar("Row", bound=models.Model)
Rows = dict[str, list[Any]]
Given = Literal["bigint[]", "date"]
Texts = tuple[str | None, ...]

# What each connection has prepared: it forgets when it is closed.
_known: WeakKeyDictionary[Any, dict[int, str]] = WeakKeyDictionary()
_numbers = count(1)


_AS_JSON = "(SELECT json_agg(row_to_json(part))::text FROM ({}) AS part)"


class _Marks(list[int]):
    """Stands for an array of ids while query sets are compiled."""


@dataclass(frozen=True, slots=True)
class _Compiled:
    """One query for all rows: as a prepared statement with its constants, and as it is.

    The `slots` of the latter are a constant each, or the place of a value that is given.
    """

    query: str
    kinds: str
    values: str
    constants: list[Any]
    direct: str
    slots: list[tuple[int | None, Any]]
    models: list[tuple[str, type[models.Model]]]


def _compiled(
    make: Callable[..., Mapping[str, models.QuerySet[Any]]], given: Mapping[str, Given]
) -> _Compiled:
    # Dates of the first century: none of ours, and each an object of its own.
    marks: dict[str, Any] = {
        name: _Marks([0]) if kind == "bigint[]" else date(1, 1, 1 + place)
        for place, (name, kind) in enumerate(given.items())
    }
    place_of = {id(mark): place for place, mark in enumerate(marks.values())}
    parts: list[str] = []
    direct: list[str] = []
    slots: list[tuple[int | None, Any]] = []
    wanted = make(**marks)
    for rows in wanted.values():
        model: type[models.Model] = rows.model
        sql, params = rows.values(*_names(model)).query.sql_with_params()
        own = [(place_of.get(id(param)), param) for param in params]
        slots += own
        direct.append(_AS_JSON.format(sql))
        names = iter("%s" if place is None else f"${place + 1}" for place, _ in own)
        parts.append(_AS_JSON.format(re.sub("%s", lambda _match: next(names), sql)))  # noqa: B023
    used = {place for place, _ in slots}
    unused = [name for place, name in enumerate(marks) if place not in used]
    if unused:
        raise ValueError(f"No query set uses {', '.join(unused)} as it was given.")
    return _Compiled(
        query="SELECT " + ", ".join(parts),
        kinds=f"({', '.join(given.values())})",
        values=f"({', '.join(f'%s::{kind}' for kind in given.values())})",
        constants=[value for place, value in slots if place is None],
        direct="SELECT " + ", ".join(direct),
        slots=slots,
        models=[(key, rows.model) for key, rows in wanted.items()],
    )


class RowsTogether:
    """Rows of several query sets, read by one query that is compiled once.

    `make` gets a value for each of `given` (an array of ids, or a date) and makes the query sets,
    by name. It is called once, with marks; from then on the values of each call take the marks'
    places, and the database keeps its plan. So the query sets may depend on nothing else, and use
    arrays by `any_of` and dates as they are.
    """

    def __init__(
        self, make: Callable[..., Mapping[str, models.QuerySet[Any]]], **given: Given
    ) -> None:
        self._make = make
        self._given = given
        self._compiled: _Compiled | None = None

    def read(self, **values: Sequence[int] | date) -> Rows:
        """The rows of each query set, in its order, by its name.

        Rows are whole, without what query sets select or prefetch besides: `linked` and `gathered`
        put rows together.
        """
        return self.rows_of(self.ask(**values))

    def ask(self, **values: Sequence[int] | date) -> Texts:
        """What `rows_of` makes rows of: one text for each query set, equal if all its rows are."""
        if self._compiled is None:
            self._compiled = _compiled(self._make, self._given)
        compiled = self._compiled
        params = [
            list(value) if isinstance(value, Sequence) else value
            for value in (values[name] for name in self._given)
        ]
        return _asked_prepared(compiled, params) if _keeps_plans() else _asked(compiled, params)

    def rows_of(self, texts: Texts) -> Rows:
        """The rows that were asked for, by the name of their query set."""
        assert self._compiled is not None
        return {
            name: _rows(model, text) if text else []
            for (name, model), text in zip(self._compiled.models, texts, strict=True)
        }


def _keeps_plans() -> bool:
    """Whether a connection's statements are its own: a pooler between may hand it to others."""
    return not connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS")


def _asked(compiled: _Compiled, params: Sequence[Any]) -> Texts:
    asked = [value if place is None else params[place] for place, value in compiled.slots]
    with connection.cursor() as cursor:
        cursor.execute(compiled.direct, asked)
        return cursor.fetchone() or ()


def _asked_prepared(compiled: _Compiled, params: Sequence[Any]) -> Texts:
    """Ask by the plan that the connection keeps; the first time it is made in the same breath."""
    connection.ensure_connection()
    known = _known.setdefault(connection.connection, {})
    with connection.cursor() as cursor:
        if name := known.get(id(compiled)):
            cursor.execute(f"EXECUTE {name} {compiled.values}", params)
            return cursor.fetchone() or ()
        # Other arrays and dates don't ask for another plan: making one takes longer than reading
        # the rows. A name of its own, since a question that failed may have left its plan behind.
        name = f"rows_together_{next(_numbers)}"
        cursor.execute(
            "SET plan_cache_mode = force_generic_plan;"
            f" PREPARE {name} {compiled.kinds} AS {compiled.query};"
            f" EXECUTE {name} {compiled.values}",
            [*compiled.constants, *params],
        )
        while cursor.nextset():
            pass
        texts = cursor.fetchone() or ()
    known[id(compiled)] = name
    return texts


def linked(rows: Iterable[models.Model], field: str, targets: Iterable[models.Model]) -> None:
    """Let the foreign key `field` of rows know its row, of those in `targets`."""
    by_id = {target.pk: target for target in targets}
    for row in rows:
        target = by_id.get(getattr(row, f"{field}_id"))
        if target is not None:
            row._state.fields_cache[field] = target


def gathered(owners: Iterable[Any], name: str, rows: Iterable[Row], field: str) -> None:
    """Let owners know their rows as if `name` were prefetched; `field` is the rows' key to them."""
    by_owner: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        by_owner[getattr(row, f"{field}_id")].append(row)
    for owner in owners:
        model = owner._meta.get_field(name).related_model
        own = _ReadRows(model)
        own._result_cache = by_owner.get(owner.pk, [])
        owner.__dict__.setdefault("_prefetched_objects_cache", {})[name] = own
        for row in own._result_cache:
            row._state.fields_cache[field] = owner


class _ReadRows(models.QuerySet[Any]):
    """Rows of an owner that are there already; narrowed further they would be all owners'."""

    def _chain(self) -> NoReturn:
        raise LookupError(
            f"These {self.model.__name__} rows were read together: choose among them."
        )


def _rows(model: type[models.Model], text: str) -> list[models.Model]:
    names, conversions = _names(model), _conversions(model)
    rows = []
    for values in json.loads(text, parse_float=Decimal):
        for name, convert in conversions:
            if values[name] is not None:
                values[name] = convert(values[name])
        rows.append(model.from_db("default", names, [values[name] for name in names]))
    return rows


@cache
def _names(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(
        field.attname
        for field in model._meta.concrete_fields
        if not isinstance(field, models.BinaryField)
    )


@cache
def _conversions(model: type[models.Model]) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    """What JSON has no values of its own for."""
    found: list[tuple[str, Callable[[Any], Any]]] = []
    for field in model._meta.concrete_fields:
        if isinstance(field, DateRangeField):
            found.append((field.attname, _date_range))
        elif isinstance(field, models.DateTimeField):
            found.append((field.attname, field.to_python))
        elif isinstance(field, models.DateField):
            found.append((field.attname, date.fromisoformat))
        elif isinstance(field, models.DecimalField):
            found.append((field.attname, Decimal))
        elif isinstance(field, models.UUIDField):
            found.append((field.attname, UUID))
    return tuple(found)


def _date_range(text: str) -> DateRange:
    """PostgreSQL writes ranges of dates half-open: [2026-01-01,)."""
    if text == "empty":
        return DateRange(empty=True)
    lower, upper = (date.fromisoformat(side) if side else None for side in text[1:-1].split(","))
    return DateRange(lower, upper)

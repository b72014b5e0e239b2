"""Files whose columns a mapping names: CSV with or without a header line, and JSON lines."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from billing.usage.intake.column_map import ColumnMap, column_map
from billing.usage.intake.line_filters import LineFilter, filters_of, first_refusing
from billing.usage.intake.record_layout import (
    QUOTE_PROBLEM,
    QUOTE_REMEDY,
    FieldsReader,
    Layout,
    Problem,
    Trailer,
    Unsplittable,
    encoding_of,
)
from billing.usage.models import UsageSource
from core.errors import DomainError


@dataclass(frozen=True, kw_only=True)
class MappedLayout(Layout):
    """A format whose columns have names."""

    map: ColumnMap
    line_filters: tuple[LineFilter, ...] = ()
    units_differ: bool = False

    @property
    def is_plain(self) -> bool:
        return self.map.is_simple and not self.units_differ

    @property
    def has_ids(self) -> bool:
        return "id" in self.map.columns

    def needed(self) -> list[str]:
        """The columns that a file must have."""
        named = [found.column for found in self.line_filters]
        return list(dict.fromkeys([*self.map.names(), *named]))

    def place_of(self, header: Sequence[str]) -> dict[str, int]:
        """The places of the columns by their names in the file."""
        names = [name.strip() for name in header]
        return {name: names.index(name) for name in self.needed()}

    def places(self, header: Sequence[str]) -> dict[str, int]:
        place_of = self.place_of(header)
        return {column: place_of[names[0]] for column, names in self.map.columns.items()}

    def fields_reader(self, header: Sequence[str]) -> FieldsReader:
        filters = self.filters(header)
        return self.map.fields_reader(
            self.place_of(header), lambda row: first_refusing(filters, row)
        )

    def filters(self, header: Sequence[str]) -> list[tuple[int, LineFilter]]:
        place_of = self.place_of(header)
        marks = [(0, LineFilter("", self.marks, keeps=False, folds=False))] if self.marks else []
        return marks + [(place_of[found.column], found) for found in self.line_filters]


@dataclass(frozen=True, kw_only=True)
class CsvLayout(MappedLayout):
    """CSV. Without a header line the mapping says the `names` of its columns.

    `columns_min` of these there must be; with `takes_more` a line may have others behind them.
    `loose` are quotes that are not doubled inside a field, and blanks before one.
    """

    has_header: bool = True
    names: tuple[str, ...] = ()
    columns_min: int = 0
    takes_more: bool = False
    loose: bool = False

    def place_of(self, header: Sequence[str]) -> dict[str, int]:
        return super().place_of(self.names or header)

    def header_problem(self, fields: Sequence[str]) -> Problem | None:
        names = [name.strip() for name in fields]
        missing = [name for name in self.needed() if name not in names]
        if missing:
            return (
                f"the header line has no column {', '.join(map(repr, missing))}",
                f"correct the file or the source's mapping: there are {', '.join(names)}",
            )
        twice = [name for name in self.needed() if names.count(name) > 1]
        if twice:
            return f"the header line names {twice[0]!r} twice", "name each column once"
        return None

    def width_problem(self, width: int, header_width: int) -> Problem | None:
        if self.names:
            return self._width_of_names(width)
        if width == header_width:
            return None
        return (
            f"{width} columns, where the header line has {header_width}",
            "complete the line; put fields that hold the delimiter in quotes",
        )

    def _width_of_names(self, width: int) -> Problem | None:
        most = len(self.names)
        if self.columns_min <= width and (width <= most or self.takes_more):
            return None
        least = f"{self.columns_min} to " if self.columns_min < most else ""
        return (
            f"{width} columns, where the source's mapping names {least}{most}",
            "complete the line, or correct the mapping's names",
        )

    def split(self, text: str) -> list[str]:
        if not self.loose:
            return super().split(text)
        try:
            rows = csv.reader((text,), delimiter=self.delimiter, strict=True, skipinitialspace=True)
            return next(rows)
        except csv.Error:
            return split_loosely(text, self.delimiter)


def split_loosely(text: str, delimiter: str) -> list[str]:
    """Fields whose inner quotes stand alone: a quoted field ends with a quote before a delimiter.

    Raises `Unsplittable` where one never ends.
    """
    fields: list[str] = []
    end = re.compile(rf'"[ ]*(?={re.escape(delimiter)}|$)')
    at = 0
    while at <= len(text):
        while text[at : at + 1] == " " and delimiter != " ":
            at += 1
        if text[at : at + 1] == '"':
            found = end.search(text, at + 1)
            if found is None:
                raise Unsplittable(QUOTE_PROBLEM, QUOTE_REMEDY)
            fields.append(text[at + 1 : found.start()].replace('""', '"'))
            at = found.end() + 1
        else:
            found_at = text.find(delimiter, at)
            found_at = len(text) if found_at < 0 else found_at
            fields.append(text[at:found_at])
            at = found_at + 1
    return fields


@dataclass(frozen=True, kw_only=True)
class JsonLayout(MappedLayout):
    """One JSON object a line. A column is a key, or keys with points between them.

    What the columns name stands first in a row, the whole line behind it.
    """

    paths: tuple[tuple[str, ...], ...] = field(default=())

    @property
    def is_plain(self) -> bool:
        return False

    def place_of(self, header: Sequence[str]) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.needed())}

    def width_problem(self, width: int, header_width: int) -> Problem | None:
        return None

    def split(self, text: str) -> list[str]:
        try:
            said = json.loads(
                text, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_once
            )
        except RecursionError:
            raise Unsplittable("the line nests too deeply", "write flat objects") from None
        except json.JSONDecodeError as error:
            raise Unsplittable(
                f"it is not JSON: {error.msg} at character {error.pos + 1}",
                "write one object a line, and nothing else",
            ) from None
        if not isinstance(said, dict):
            raise Unsplittable("it is no JSON object", "write one object a line, with {} around it")
        return [*(_text_at(said, path) for path in self.paths), text]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Unsplittable(f"it says {twice!r} twice", "say each key once")
    return made


def _text_at(said: dict[str, Any], path: Sequence[str]) -> str:
    """What stands behind the keys, as text; empty where there is nothing."""
    found: Any = said
    whole = ".".join(path)
    if whole in said:
        found = said[whole]
    else:
        for key in path:
            found = found.get(key) if isinstance(found, dict) else None
    if found is None:
        return ""
    if isinstance(found, str):
        # What no database stores: halves of a character, and NUL.
        return found.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
    return json.dumps(found)


def csv_layout(source: UsageSource) -> CsvLayout:
    """The layout that the mapping says; `DomainError` if it makes no sense."""
    mapping: dict[str, Any] = source.mapping
    delimiter = str(mapping.get("delimiter") or ",")
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise DomainError(f"Source {source.code}: a delimiter is one character, not {delimiter!r}.")
    names = tuple(str(name).strip() for name in mapping.get("names") or ())
    trailer = mapping.get("trailer") or {}
    marks = {str(mark).strip() for mark in mapping.get("other_lines") or ()}
    layout = CsvLayout(
        encoding=encoding_of(source),
        delimiter=delimiter,
        map=column_map(source),
        line_filters=filters_of(mapping),
        units_differ=isinstance(mapping.get("quantity_unit"), dict),
        has_header=not names,
        names=names,
        columns_min=int(mapping.get("columns_min") or len(names)),
        takes_more=bool(mapping.get("more_columns")),
        loose=bool(mapping.get("loose_quotes")),
        lines_before=int(mapping.get("lines_before") or 0),
        marks=frozenset(marks | ({str(trailer["mark"])} if trailer else set())),
        trailer=_trailer(mapping),
    )
    strangers = [name for name in layout.needed() if names and name not in names]
    if strangers:
        raise DomainError(
            f"Source {source.code}: its mapping's `names` don't hold the column {strangers[0]!r}."
        )
    return layout


def _trailer(mapping: dict[str, Any]) -> Trailer | None:
    said = mapping.get("trailer")
    if not said:
        return None
    sign = str(mapping.get("decimal_sign") or ".")
    return Trailer(str(said["mark"]), said.get("count"), said.get("sum"), sign)


def json_layout(source: UsageSource) -> JsonLayout:
    """The layout that the mapping says; `DomainError` if it makes no sense."""
    layout = JsonLayout(
        encoding=encoding_of(source),
        map=column_map(source),
        line_filters=filters_of(source.mapping),
        units_differ=isinstance(source.mapping.get("quantity_unit"), dict),
    )
    paths = tuple(tuple(name.split(".")) for name in layout.needed())
    return JsonLayout(
        encoding=layout.encoding,
        map=layout.map,
        line_filters=layout.line_filters,
        units_differ=layout.units_differ,
        paths=paths,
    )

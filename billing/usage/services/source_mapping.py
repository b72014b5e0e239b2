"""Reads a source's mapping: which column says what (docs/formats.md, section 4)."""

from __future__ import annotations

from typing import Any

from billing.usage.intake.asterisk_layout import COLUMNS as ASTERISK_COLUMNS
from billing.usage.intake.column_map import KNOWN_COLUMNS, MANY_COLUMNS
from billing.usage.intake.normalising import DECIMAL_SIGNS
from billing.usage.intake.radius_layout import QUANTITIES, STARTS
from billing.usage.models import UsageSource
from billing.usage.services.mapping_values import (
    columns_by_type,
    delimiter,
    names_or_name,
    price_unit,
    quantity_unit,
    time_format,
    types_by_word,
    word,
    words_by_column,
)
from catalog.models import RateDeck
from core.input_tree import Entries, Fields, Key, Scalar
from core.input_values import flag, list_of, one_of, text, whole

REQUIRED = ("start", "service", "called", "quantity")


def read_mapping(fields: Fields, kind: str, usage_type: str) -> dict[str, Any]:
    """The mapping as it is stored: only what the file says, with numbers as numbers.

    Problems are reported to the file. `usage_type` decides whether a called number is needed.
    """
    if kind == UsageSource.Format.ASTERISK:
        mapping = fields.collect(ASTERISK_KEYS) | _filters(fields, ASTERISK_COLUMNS)
    elif kind == UsageSource.Format.RADIUS:
        mapping = fields.collect(RADIUS_KEYS) | _filters(fields, ())
    else:
        mapping = _read_columns_and_values(fields, kind, usage_type)
    fields.finish()
    return {name: value for name, value in mapping.items() if value not in (None, "", [], {})}


def _read_columns_and_values(fields: Fields, kind: str, usage_type: str) -> dict[str, Any]:
    is_csv = kind == UsageSource.Format.CSV
    mapping = fields.collect((*VALUE_KEYS, *CSV_KEYS) if is_csv else VALUE_KEYS)
    if is_csv:
        node = fields.node.values.get("delimiter")
        if isinstance(node, Scalar) and node.text == "\t":
            # A real tab between its quotes counts as empty.
            mapping["delimiter"] = "\t"
        mapping["trailer"] = _trailer(fields)
    mapping["columns"] = _read_columns(fields, usage_type)
    types = fields.get("types", types_by_word)
    if types:
        mapping["types"] = types
    mapping |= _filters(fields, mapping.get("names") or ())
    _check_kinds_and_prices(fields, mapping)
    _check_names(fields, mapping)
    return mapping


def _read_columns(fields: Fields, usage_type: str) -> dict[str, Any]:
    columns = fields.table("columns", f"{fields.subject}, columns")
    if columns is None:
        fields.problem("columns", "columns is missing", "add columns: {start: …, service: …}")
        return {}
    only_data = usage_type == RateDeck.UsageType.DATA and not columns.given("type")
    required = set(REQUIRED) - ({"called"} if only_data else set())
    found: dict[str, Any] = {}
    for name in KNOWN_COLUMNS:
        read: Any = names_or_name if name in MANY_COLUMNS else text(100)
        if name == "quantity" and isinstance(columns.node.values.get(name), Entries):
            read = columns_by_type
        value = columns.require(name, read) if name in required else columns.get(name, read)
        if value:
            found[name] = value
    if isinstance(found.get("quantity"), dict) and "type" not in found:
        columns.problem(
            "quantity",
            "quantity depends on the type, which columns don't name",
            "add type to columns, or name one column",
        )
    columns.finish()
    return found


def _filters(fields: Fields, columns: tuple[str, ...] | list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in ("only", "skip"):
        said = fields.get(name, words_by_column)
        strangers = [column for column in said or () if columns and column not in columns]
        if strangers:
            fields.problem(
                name, f"{name} names no column {strangers[0]!r}", f"known are: {', '.join(columns)}"
            )
        found[name] = said
    return found


def _trailer(fields: Fields) -> dict[str, Any] | None:
    trailer = fields.table("trailer", f"{fields.subject}, trailer")
    if trailer is None:
        return None
    found = trailer.collect(TRAILER_KEYS)
    trailer.finish()
    return found


def _check_names(fields: Fields, mapping: dict[str, Any]) -> None:
    """Files without a header line: what is named of them must be among their names."""
    names = mapping.get("names")
    if not names:
        for name in ("columns_min", "more_columns"):
            if fields.given(name):
                fields.problem(
                    name,
                    f"{name} is for files without a header line",
                    f"add names, or leave {name} out",
                )
        return
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        fields.problem("names", f"names {twice!r} twice", "name each column once")
    for column, said in mapping["columns"].items():
        groups = said.values() if isinstance(said, dict) else [said]
        for group in groups:
            for name in group if isinstance(group, list) else [group]:
                if name not in names:
                    fields.problem(
                        "columns",
                        f"{column} is {name!r}, which is none of the names",
                        f"known are: {', '.join(names)}",
                    )


def _check_kinds_and_prices(fields: Fields, mapping: dict[str, Any]) -> None:
    """A word that says something of a column needs that column, and `kind` needs its words."""
    columns = mapping["columns"]
    if "kind" in columns and not fields.given("corrections"):
        fields.problem(
            "corrections",
            "corrections is missing",
            "add corrections: [CREDIT], the words in column kind that mean a correction",
        )
    for name, column in (("corrections", "kind"), ("price_unit", "price")):
        if fields.given(name) and column not in columns:
            fields.problem(
                name,
                f"{name} says something of the column {column}, which columns don't name",
                f"add {column} to columns, or leave {name} out",
            )


ASTERISK_KEYS = (
    Key("service", one_of(("accountcode", "src"))),
    Key("skip_contexts", list_of(text(80)), empty=None),
    Key("id", one_of(("uniqueid", "line"))),
    Key("column_17", one_of(("uniqueid", "userfield"))),
)
RADIUS_KEYS = (
    Key("service", names_or_name),
    Key("called", text(100)),
    Key("quantity", one_of(QUANTITIES)),
    Key("start", one_of(STARTS)),
)
VALUE_KEYS = (
    Key("time_format", time_format),
    Key("quantity_unit", quantity_unit, empty=None),
    Key("quantity_rounding", one_of(("exact", "up"))),
    Key("decimal_sign", one_of(DECIMAL_SIGNS)),
    Key("price_unit", price_unit, empty=None),
    Key("corrections", list_of(word), empty=None),
)
CSV_KEYS = (
    Key("delimiter", delimiter),
    Key("lines_before", whole(0, 1000), empty=None),
    Key("names", list_of(text(100)), empty=None),
    Key("columns_min", whole(1, 1000), empty=None),
    Key("more_columns", flag, empty=None),
    Key("loose_quotes", flag, empty=None),
    Key("other_lines", list_of(text(100)), empty=None),
)
TRAILER_KEYS = (
    Key("mark", text(100), required=True),
    Key("count", whole(1, 1000), empty=None),
    Key("sum", whole(1, 1000), empty=None),
)

"""Reads a source's mapping: which column says what (docs/formats.md, section 4)."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from billing.usage.intake.normalising import DECIMAL_SIGNS
from billing.usage.models import UsageSource
from catalog.models import RateDeck
from core.input_tree import Entries, Fields, Key, Node, Scalar, Unreadable
from core.input_values import amount, list_of, one_of, scalar, text, whole

COLUMNS = ("id", "start", "service", "called", "quantity", "type", "kind", "corrects", "price")
OPTIONAL = frozenset({"id", "type", "kind", "corrects", "price"})
SAMPLE = datetime(2026, 11, 23, 16, 45, tzinfo=UTC)


def read_mapping(fields: Fields, kind: str, usage_type: str) -> dict[str, Any]:
    """The mapping as it is stored: only what the file says, with numbers as numbers.

    Problems are reported to the file. `usage_type` decides whether a called number is needed.
    """
    if kind == UsageSource.Format.ASTERISK:
        mapping = fields.collect(ASTERISK_KEYS)
    else:
        mapping = fields.collect(CSV_KEYS)
        if fields.node.values.get("delimiter") and _is_tab(fields.node.values["delimiter"]):
            mapping["delimiter"] = "\t"
        mapping["columns"] = _read_columns(fields, usage_type)
        types = fields.get("types", _types)
        if types:
            mapping["types"] = types
        _check_kinds_and_prices(fields, mapping)
    fields.finish()
    return {name: value for name, value in mapping.items() if value not in (None, "")}


def _read_columns(fields: Fields, usage_type: str) -> dict[str, str]:
    columns = fields.table("columns", f"{fields.subject}, columns")
    if columns is None:
        fields.problem("columns", "columns is missing", "add columns: {start: …, service: …}")
        return {}
    only_data = usage_type == RateDeck.UsageType.DATA and not columns.given("type")
    optional = OPTIONAL | ({"called"} if only_data else set())
    keys = [Key(name, text(100), required=name not in optional) for name in COLUMNS]
    found = {name: value for name, value in columns.collect(keys).items() if value}
    columns.finish()
    return found


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


def delimiter(node: Node) -> str:
    """One character between columns; `tab` may be written as a word."""
    value = node.text if isinstance(node, Scalar) else ""
    value = {"tab": "\t", "\\t": "\t"}.get(value.strip(), value)
    if len(value) != 1 or value in '"\r\n' or value.isalnum():
        raise Unreadable(f"{value!r} can't stand between columns", 'use ",", ";", "|" or tab')
    return value


def _is_tab(node: Node) -> bool:
    """Whether the file has a real tab between its quotes, which else counts as empty."""
    return isinstance(node, Scalar) and node.text == "\t"


def price_unit(node: Node) -> str:
    """How much one of a file's prices is, in currency units: 0.01 where it counts hundredths."""
    value = amount(decimals=6, maximum=Decimal(1_000_000))(node)
    if not value:
        raise Unreadable("is 0", "use 1 for currency units, 0.01 for hundredths of them")
    return f"{value.normalize():f}"


def _word(node: Node) -> str:
    value = text(40)(node)
    if not value:
        raise Unreadable("has an empty word", "write the words as in [CREDIT, REFUND]")
    return value


def time_format(node: Node) -> str:
    """iso, epoch, or a pattern of strptime."""
    value = scalar(node)
    if value in {"iso", "epoch"}:
        return value
    try:
        parsed = datetime.strptime(SAMPLE.strftime(value), value)  # noqa: DTZ007 – only tried
    except (ValueError, TypeError):
        parsed = None
    if parsed is None or parsed.replace(tzinfo=UTC) != SAMPLE:
        raise Unreadable(
            f"{value!r} does not tell a date and a time of day",
            'use iso, epoch, or a pattern such as "%d.%m.%Y %H:%M:%S"',
        )
    return value


def _types(node: Node) -> dict[str, str]:
    if not isinstance(node, Entries):
        raise Unreadable("must be a mapping", "write types: {CALL: voice, TEXT: sms}")
    read = one_of(RateDeck.UsageType.values)
    return {word: read(value) for word, value in node.values.items()}


ASTERISK_KEYS = (
    Key("service", one_of(("accountcode", "src"))),
    Key("skip_contexts", list_of(text(80)), empty=None),
    Key("id", one_of(("uniqueid", "line"))),
)
CSV_KEYS = (
    Key("delimiter", delimiter),
    Key("time_format", time_format),
    Key("quantity_unit", whole(1, 10**9), empty=None),
    Key("decimal_sign", one_of(DECIMAL_SIGNS)),
    Key("price_unit", price_unit, empty=None),
    Key("corrections", list_of(_word), empty=None),
)

"""Readers of the values that a mapping has: columns, units, times, words."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from catalog.models import RateDeck
from core.input_tree import Entries, Items, Node, Scalar, Unreadable
from core.input_values import amount, list_of, one_of, scalar, text, whole

SAMPLE = datetime(2026, 11, 23, 16, 45, tzinfo=UTC)
_TYPES = RateDeck.UsageType.values
_UNIT = whole(1, 10**9)


def delimiter(node: Node) -> str:
    """One character between columns; `tab` may be written as a word."""
    value = node.text if isinstance(node, Scalar) else ""
    value = {"tab": "\t", "\\t": "\t"}.get(value.strip(), value)
    if len(value) != 1 or value in '"\r\n' or value.isalnum():
        raise Unreadable(f"{value!r} can't stand between columns", 'use ",", ";", "|" or tab')
    return value


def price_unit(node: Node) -> str:
    """How much one of a file's prices is, in currency units: 0.01 where it counts hundredths."""
    value = amount(decimals=6, maximum=Decimal(1_000_000))(node)
    if not value:
        raise Unreadable("is 0", "use 1 for currency units, 0.01 for hundredths of them")
    return f"{value.normalize():f}"


def quantity_unit(node: Node) -> int | dict[str, int]:
    """How many seconds, messages or bytes one of a file's figures is; by usage type if need be."""
    if isinstance(node, Entries):
        return {_type(name): _UNIT(value) for name, value in node.values.items()}
    return _UNIT(node)


def word(node: Node) -> str:
    """A word that stands in a file."""
    value = text(40)(node)
    if not value:
        raise Unreadable("has an empty word", "write the words as in [CREDIT, REFUND]")
    return value


def names_or_name(node: Node) -> str | list[str]:
    """The name of a column, or of several that belong together."""
    if isinstance(node, Items):
        return [text(100)(item) for item in node.items]
    return text(100)(node)


def columns_by_type(node: Node) -> dict[str, Any]:
    """The columns of quantities by usage type."""
    assert isinstance(node, Entries)
    return {_type(name): names_or_name(value) for name, value in node.values.items()}


def words_by_column(node: Node) -> dict[str, list[str]]:
    """Words by the column in which they stand; an empty word is an empty field."""
    if not isinstance(node, Entries):
        raise Unreadable("must be a mapping", "write {disposition: [ANSWERED]}")
    read = list_of(text(100))
    return {column: read(words) for column, words in node.values.items()}


def types_by_word(node: Node) -> dict[str, str]:
    """A file's own words for voice, sms and data."""
    if not isinstance(node, Entries):
        raise Unreadable("must be a mapping", "write types: {CALL: voice, TEXT: sms}")
    read = one_of(_TYPES)
    return {name: read(value) for name, value in node.values.items()}


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


def _type(name: str) -> str:
    if name not in _TYPES:
        raise Unreadable(f"{name!r} is not a usage type", f"use {', '.join(_TYPES)}")
    return name

"""Reads CSV of our own columns row by row: each row is a mapping of texts that knows its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from core.imports.kinds import TargetField
from core.input_csv import parse_csv
from core.input_text import decode
from core.input_tree import Entries, Fields, Node, Problems, Scalar, Unreadable
from core.input_values import AMOUNT, AMOUNT_LIMIT, scalar
from core.money import exponent, round_amount


def rows_of(
    content: bytes, problems: Problems, columns: Iterable[TargetField], subject: str
) -> list[Fields]:
    """The rows of a CSV file with these columns; a header that doesn't fit raises `InputRefused`.

    Empty cells are left out, so that `Fields.given` says whether there is anything.
    """
    known = list(columns)
    names = [column.name for column in known]
    table = parse_csv(
        decode(content, problems.file), problems, names, [c.name for c in known if c.required]
    )
    rows: list[Fields] = []
    for place, line in enumerate(table.lines):
        values: dict[str, Node] = {
            name: Scalar(line, cells[place].strip())
            for name, cells in table.columns.items()
            if cells[place].strip()
        }
        rows.append(Fields(Entries(line, values), problems, subject))
    return rows


def text_of(fields: Fields, name: str) -> str:
    """The bare text of a cell, empty where there is none; it is not checked."""
    node = fields.node.values.get(name)
    return node.text.strip() if isinstance(node, Scalar) else ""


def signed_amount(node: Node) -> Decimal:
    """An exact amount, also a negative one; never through a float."""
    value = scalar(node)
    if not AMOUNT.fullmatch(value):
        raise Unreadable(f"{value!r} is not an amount", "write digits and a point, as in -399.00")
    if abs(Decimal(value)) >= AMOUNT_LIMIT:
        raise Unreadable(f"{value} is too large", f"stay below {AMOUNT_LIMIT:,}")
    return Decimal(value)


def check_decimals(fields: Fields, name: str, amount: Decimal | None, currency: str) -> None:
    """Report an amount with more decimals than its currency has."""
    if amount is None:
        return
    places = exponent(currency)
    if round_amount(amount, places) != amount:
        fields.problem(
            name,
            f"{name} {amount} has too many decimals for {currency}",
            f"use at most {places}",
        )


def only_once(rows: Sequence[tuple[Fields, object]], what: str) -> Iterator[tuple[Fields, object]]:
    """The rows whose key came first; a key that stands twice is reported. Empty keys pass."""
    first: dict[object, int] = {}
    for fields, key in rows:
        before = first.setdefault(key, fields.line)
        if key and before != fields.line:
            fields.problems.add(
                fields.line, f"{what} stands twice, first on line {before}", "keep one of them"
            )
        else:
            yield fields, key

"""Reads the tables of a page that stand under a mark `<!-- checked: name -->`."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

Row = dict[str, str]

_MARK = re.compile(r"<!-- checked: ([a-z ]+) -->\n((?:\|.*\n)+)")


def read_tables(path: Path) -> dict[str, list[Row]]:
    """The rows of each marked table, as texts by the names of their columns."""
    return {name: _rows(table) for name, table in _MARK.findall(path.read_text())}


def _rows(table: str) -> list[Row]:
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    heads, _rule, *rows = lines
    return [dict(zip(heads, row, strict=True)) for row in rows]


def amounts(text: str) -> list[Decimal]:
    """`299.00 − 173.61 + 231.68` as amounts with their signs."""
    signed = re.findall(r"([+−-]?)\s*([0-9.]+)", text)
    return [Decimal(figure) * (-1 if sign in {"−", "-"} else 1) for sign, figure in signed]

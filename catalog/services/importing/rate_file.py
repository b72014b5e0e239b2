"""Reads a file of rates in columns and checks every line of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from catalog.models import RateDeck
from core.input_csv import CsvTable, parse_csv
from core.input_tree import Problems, Unreadable, listed
from core.input_values import parse_amount, parse_day, parse_flag, parse_whole

COLUMNS = (
    "prefix",
    "destination",
    "price",
    "per",
    "connection_fee",
    "first_increment",
    "first_price",
    "next_increment",
    "max_charge",
    "category",
    "ended",
    "starts_on",
)
# The order of a staged row: its line in the file, then what is copied into the staging table.
STAGED = (
    "line",
    "prefix",
    "starts_on",
    "ended",
    "destination",
    "category_id",
    "connection_fee",
    "per",
    "first_increment",
    "first_price",
    "next_increment",
    "price",
    "max_charge",
)
PREFIX_DIGITS_MAX = 15
DESTINATION_LENGTH_MAX = 100
UNITS_MAX = 10**15


def read_rates(
    text: str, deck: RateDeck, starts_on: date, problems: Problems
) -> list[tuple[Any, ...]]:
    """The rows of a CSV file (docs/formats.md, section 2) in the order `STAGED`, all checked.

    `starts_on` counts where a row names no date of its own. Raises `InputRefused` with every
    problem of the file.
    """
    table = parse_csv(text, problems, COLUMNS, required=("prefix",))
    if "price" not in table.columns and "ended" not in table.columns:
        problems.add(1, "missing columns: price", "add it to the header")
    if not table.lines:
        problems.add(1, "the file has no rates", "add a line for each prefix")
    columns = _columns(table, deck, starts_on, problems)
    _require_prefix_and_price(table, columns["ended"], problems)
    _refuse_doubles(table, columns, problems)
    problems.refuse_if_any()
    return list(zip(*(columns[name] for name in STAGED), strict=True))


def _columns(
    table: CsvTable, deck: RateDeck, starts_on: date, problems: Problems
) -> dict[str, list[Any]]:
    """Each column's values, by the name it is staged under."""

    def read(name: str, parse: Callable[[str], Any], empty: Any) -> list[Any]:
        return table.read(name, parse, problems, empty)

    def units(minimum: int) -> Callable[[str], int]:
        return lambda text: parse_whole(text, minimum, UNITS_MAX)

    return {
        "line": list(table.lines),
        "prefix": read("prefix", _prefix, ""),
        "starts_on": read("starts_on", parse_day, starts_on),
        "ended": read("ended", parse_flag, False),
        "destination": read("destination", _destination, ""),
        "category_id": read("category", _category_of(deck), None),
        "connection_fee": read("connection_fee", parse_amount, Decimal(0)),
        "per": read("per", units(1), deck.per),
        "first_increment": read("first_increment", units(0), None),
        "first_price": read("first_price", parse_amount, None),
        "next_increment": read("next_increment", units(1), 1),
        "price": read("price", parse_amount, Decimal(0)),
        "max_charge": read("max_charge", parse_amount, Decimal(0)),
    }


def _require_prefix_and_price(table: CsvTable, ended: list[bool], problems: Problems) -> None:
    rows = zip(table.lines, table.column("prefix"), table.column("price"), ended, strict=True)
    for line, prefix, price, is_ended in rows:
        if not prefix.strip():
            problems.add(line, "prefix is missing", "write 1 to 15 digits")
        if not is_ended and not price.strip():
            problems.add(line, "price is missing", "write a price, or `yes` under ended")


def _refuse_doubles(table: CsvTable, columns: dict[str, list[Any]], problems: Problems) -> None:
    keys = list(zip(columns["prefix"], columns["starts_on"], strict=True))
    if len(set(keys)) == len(keys):
        return
    first: dict[tuple[str, date], int] = {}
    for line, key in zip(table.lines, keys, strict=True):
        earlier = first.setdefault(key, line)
        if earlier != line and key[0]:
            problems.add(
                line,
                f"prefix {key[0]} from {key[1]} stands twice, first on line {earlier}",
                "keep one of them",
            )


def _prefix(text: str) -> str:
    if not (text.isascii() and text.isdigit() and len(text) <= PREFIX_DIGITS_MAX):
        raise Unreadable(f"{text!r} is not right", "write 1 to 15 digits, without +")
    return text


def _destination(text: str) -> str:
    if len(text) > DESTINATION_LENGTH_MAX:
        raise Unreadable(f"has {len(text)} characters", f"use at most {DESTINATION_LENGTH_MAX}")
    return text


def _category_of(deck: RateDeck) -> Callable[[str], int]:
    ids = dict(deck.brand.usage_categories.values_list("code", "id"))

    def parse(text: str) -> int:
        if text not in ids:
            raise Unreadable(
                f"{text!r} is not a usage category of brand {deck.brand.code}",
                f"use one of {listed(sorted(ids))}, or add it to the catalogue",
            )
        return int(ids[text])

    return parse

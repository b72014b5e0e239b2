"""Reads a CSV file of bank transactions: every line is right, or the file is refused."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from core.input_csv import CsvTable, parse_csv
from core.input_text import decode
from core.input_tree import Problems, Unreadable
from core.input_values import parse_day
from core.money import exponent, round_amount

REQUIRED = ("date", "amount", "currency", "reference", "transaction_id")
COLUMNS = (*REQUIRED, "bank_account", "payer", "text")
TRANSACTION_ID_LENGTH_MAX = 100
_AMOUNT = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class BankLine:
    """One booked transaction; `line` is where it starts in the file."""

    line: int
    booked_on: date
    amount: Decimal
    currency: str
    reference: str
    transaction_id: str
    bank_account: str
    payer: str
    text: str


def read_bank_file(content: bytes, file: str) -> list[BankLine]:
    """The file's transactions in order; raises InputRefused with every problem found."""
    problems = Problems(file)
    table = parse_csv(decode(content, file), problems, COLUMNS, REQUIRED)
    _refuse_empty(table, problems)
    columns: dict[str, Sequence[Any]] = {
        "line": table.lines,
        "booked_on": table.read("date", parse_day, problems, date.min),
        "amount": table.read("amount", _parse_amount, problems, Decimal(0)),
        "currency": table.read("currency", _parse_currency, problems, ""),
        "transaction_id": table.read("transaction_id", _parse_id, problems, ""),
    }
    for name in ("reference", "bank_account", "payer", "text"):
        columns[name] = [text.strip() for text in table.column(name)]
    rows = zip(*columns.values(), strict=True)
    lines = [BankLine(**dict(zip(columns, row, strict=True))) for row in rows]
    for line in lines:
        _refuse_decimals(line, problems)
    problems.refuse_if_any()
    return lines


def _refuse_empty(table: CsvTable, problems: Problems) -> None:
    for name in REQUIRED:
        if name == "reference":
            continue  # money without a reference is unmatched, not wrong
        for line, text in zip(table.lines, table.column(name), strict=True):
            if not text.strip():
                problems.add(line, f"{name} is empty", "complete the line")


def _parse_amount(text: str) -> Decimal:
    if not _AMOUNT.fullmatch(text):
        raise Unreadable(f"{text!r} is not an amount", "write digits and a point, as in 905.07")
    return Decimal(text)


def _parse_currency(text: str) -> str:
    try:
        exponent(text)
    except ValueError:
        raise Unreadable(f"{text!r} is not known", "write its ISO code, as in NOK") from None
    return text


def _parse_id(text: str) -> str:
    if len(text) > TRANSACTION_ID_LENGTH_MAX:
        remedy = f"use at most {TRANSACTION_ID_LENGTH_MAX} characters"
        raise Unreadable(f"has {len(text)} characters", remedy)
    return text


def _refuse_decimals(line: BankLine, problems: Problems) -> None:
    if not line.currency:
        return
    places = exponent(line.currency)
    if round_amount(line.amount, places) != line.amount:
        what = f"amount {line.amount} has too many decimals for {line.currency}"
        problems.add(line.line, what, f"use at most {places}")

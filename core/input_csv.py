"""Reads CSV with a header line into columns that know their lines."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import TypeVar

from core.input_tree import Problems, Unreadable, listed

T = TypeVar("T")

DELIMITERS = ",;\t"
DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab"}


@dataclass(frozen=True, slots=True)
class CsvTable:
    """Columns of equal length by name, and the line on which each row begins."""

    lines: tuple[int, ...]
    columns: dict[str, tuple[str, ...]]

    def column(self, name: str) -> tuple[str, ...]:
        """A column's texts; empty ones where the file has no such column."""
        return self.columns.get(name) or ("",) * len(self.lines)

    def read(self, name: str, parse: Callable[[str], T], problems: Problems, empty: T) -> list[T]:
        """A column's values; each different text is parsed once, wrong ones are reported."""
        texts = self.column(name)
        values: dict[str, T] = {}
        wrong: dict[str, Unreadable] = {}
        for text in set(texts):
            try:
                values[text] = parse(text.strip()) if text.strip() else empty
            except Unreadable as error:
                wrong[text] = error
                values[text] = empty
        if wrong:
            for line, text in zip(self.lines, texts, strict=True):
                if text in wrong:
                    problems.add(line, f"{name} {wrong[text].what}", wrong[text].remedy)
        return [values[text] for text in texts]


def parse_csv(
    text: str, problems: Problems, known: Sequence[str], required: Iterable[str]
) -> CsvTable:
    """The columns of a CSV file whose delimiter is found by its header line.

    A header that doesn't fit raises `InputRefused`; half lines and broken quotes are reported
    and left out. Blank lines don't count.
    """
    delimiter = _delimiter(text, known)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    header: list[str] = []
    line = 1
    try:
        for row in reader:
            if not header and any(cell.strip() for cell in row):
                header = [cell.strip().lower() for cell in row]
                _check_known(header, line, problems, known, delimiter)
                _check_complete(header, line, problems, required)
            elif len(row) == len(header):
                rows.append(row)
                lines.append(line)
            elif any(cell.strip() for cell in row):
                what = f"{len(row)} fields where the header has {len(header)}"
                problems.add(line, what, "complete the line, or quote what holds a delimiter")
            line = reader.line_num + 1
    except csv.Error as error:
        problems.add(line, f"broken CSV: {error}", "close the quotes and begin one row a line")
    if not header:
        problems.add(1, "the file is empty", f"begin with the header: {','.join(known)}")
        problems.refuse_if_any()
    columns = zip(*rows, strict=True) if rows else [()] * len(header)
    return CsvTable(tuple(lines), dict(zip(header, columns, strict=True)))


def _delimiter(text: str, known: Sequence[str]) -> str:
    """The delimiter that makes the most known columns of the first line that isn't blank."""
    first = next((line for line in text.splitlines() if line.strip()), "")

    def columns_known(delimiter: str) -> int:
        cells = (cell.strip().strip('"').lower() for cell in first.split(delimiter))
        return sum(cell in known for cell in cells)

    return max(DELIMITERS, key=columns_known)


def _check_known(
    header: list[str], line: int, problems: Problems, known: Sequence[str], delimiter: str
) -> None:
    for name in header:
        if name not in known:
            problems.add(
                line,
                f"{name!r} is not a known column (delimiter: {DELIMITER_NAMES[delimiter]})",
                f"known are: {listed(known)}",
            )


def _check_complete(
    header: list[str], line: int, problems: Problems, required: Iterable[str]
) -> None:
    for name in sorted({name for name in header if header.count(name) > 1}):
        problems.add(line, f"the column {name!r} stands twice", "keep one of them")
    missing = [name for name in required if name not in header]
    if missing:
        problems.add(line, f"missing columns: {', '.join(missing)}", "add them to the header")
    problems.refuse_if_any()

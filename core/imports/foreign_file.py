"""Reads other systems' files: CSV of any delimiter and encoding, and JSON lines."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from core.errors import InputProblem, InputRefused

ENCODINGS = ("utf-8", "utf-16", "cp1252", "latin-1")
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
COLUMNS_MAX = 500
CELL_CHARACTERS_MAX = 100_000
PROBLEMS_MAX = 1000
_PACKED = {b"PK\x03\x04": "an Excel or ZIP file", b"\x1f\x8b": "a packed file"}
_MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True, slots=True)
class FileShape:
    """How a file is to be read; what is empty is found out from the file.

    `skip_lines` stand before the header, `footer_lines` (sums, signatures) after the last row.
    """

    format: str = ""
    encoding: str = ""
    delimiter: str = ""
    skip_lines: int = 0
    footer_lines: int = 0
    has_header: bool = True


@dataclass(frozen=True, slots=True)
class ForeignRow:
    """A row with the line on which it begins in the user's file."""

    line: int
    cells: dict[str, str]


@dataclass(slots=True)
class ForeignTable:
    """The columns and rows of a file, and the shape that was found."""

    shape: FileShape
    columns: list[str]
    rows: list[ForeignRow]
    problems: list[InputProblem] = field(default_factory=list)


def read_foreign(content: bytes, file: str, shape: FileShape | None = None) -> ForeignTable:
    """The rows of a file. Raises `InputRefused` where nothing can be made of it.

    Single rows that can't be read stand in the table's `problems`.
    """
    shape = shape or FileShape()
    _refuse_packed(content, file)
    encoding = shape.encoding or _encoding(content)
    text = _decode(content, encoding, file)
    kind = shape.format or ("jsonl" if text.lstrip()[:1] == "{" else "csv")
    delimiter = shape.delimiter or (_delimiter(text, shape.skip_lines) if kind == "csv" else "")
    found = FileShape(
        kind, encoding, delimiter, shape.skip_lines, shape.footer_lines, shape.has_header
    )
    table = ForeignTable(found, [], [])
    if kind == "jsonl":
        _read_json_lines(text, file, table)
    else:
        _read_csv(text, file, table)
    if not table.columns:
        raise InputRefused(table.problems or [InputProblem(file, 1, "the file is empty")])
    if shape.footer_lines:
        del table.rows[-shape.footer_lines :]
    return table


def _refuse_packed(content: bytes, file: str) -> None:
    for mark, what in _PACKED.items():
        if content.startswith(mark):
            remedy = "save it as CSV (UTF-8) or as JSON lines, unpacked"
            raise InputRefused([InputProblem(file, 1, f"this is {what}", remedy)])


def _encoding(content: bytes) -> str:
    """By the byte-order mark; else UTF-8 where it is that, UTF-16 by its zeros, or cp1252."""
    for mark, name in _MARKS.items():
        if content.startswith(mark):
            return name
    head = content[:4000]
    if head.count(0) * 3 > len(head):
        return "utf-16-le" if head[1:2] == b"\0" else "utf-16-be"
    for name in ("utf-8", "cp1252"):
        try:
            content.decode(name)
        except UnicodeDecodeError:
            continue
        return name
    return "latin-1"


def _decode(content: bytes, encoding: str, file: str) -> str:
    try:
        text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except (UnicodeDecodeError, LookupError) as error:
        line = content.count(b"\n", 0, getattr(error, "start", 0)) + 1
        what = f"this is not {encoding}"
        remedy = f"choose the right encoding: {', '.join(ENCODINGS)}"
        raise InputRefused([InputProblem(file, line, what, remedy)]) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InputRefused([InputProblem(file, line, "a NUL byte", "save it as plain text")])
    return text


def _delimiter(text: str, skip_lines: int) -> str:
    """The delimiter that parts the first lines into the most columns, equally many on each."""
    lines = text[:200_000].splitlines()[skip_lines : skip_lines + 20]
    sample = [line for line in lines if line.strip()]

    def weight(delimiter: str) -> tuple[int, int]:
        try:
            counts = [len(row) for row in csv.reader(sample, delimiter=delimiter)]
        except csv.Error:
            return (0, 0)
        first = counts[0] if counts else 0
        alike = sum(count == first for count in counts)
        return (alike if first > 1 else 0, first)

    return max(DELIMITERS, key=weight)


def _read_csv(text: str, file: str, table: ForeignTable) -> None:
    shape = table.shape
    reader = csv.reader(StringIO(text, newline=""), delimiter=shape.delimiter, strict=True)
    for line, cells in _csv_rows(reader, file, table):
        if line <= shape.skip_lines or not any(cell.strip() for cell in cells):
            continue
        if not table.columns:
            _set_columns(cells, line, file, table)
            if shape.has_header:
                continue
        _add_row(line, cells, file, table)
        if len(table.problems) >= PROBLEMS_MAX:
            return


def _csv_rows(reader: Any, file: str, table: ForeignTable) -> Iterator[tuple[int, list[str]]]:
    line = 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            remedy = "close the quotes and begin one row a line"
            table.problems.append(InputProblem(file, line, f"broken CSV: {error}", remedy))
            if "end of data" in str(error):
                return
            line = reader.line_num + 1
            continue
        yield line, row
        line = reader.line_num + 1


def _set_columns(cells: list[str], line: int, file: str, table: ForeignTable) -> None:
    if len(cells) > COLUMNS_MAX:
        what = f"the file has {len(cells):,} columns"
        remedy = f"keep those that you need, at most {COLUMNS_MAX}"
        raise InputRefused([InputProblem(file, line, what, remedy)])
    names: list[str] = []
    for place, cell in enumerate(cells, start=1):
        name = " ".join(cell.split()) if table.shape.has_header else ""
        name = (name or f"column {place}")[:200]
        again = 2
        while name in names:  # the same head twice: the second one is told apart by a number
            name = f"{name.removesuffix(f' ({again - 1})')} ({again})"
            again += 1
        names.append(name)
    table.columns = names


def _add_row(line: int, cells: list[str], file: str, table: ForeignTable) -> None:
    columns = table.columns
    while len(cells) > len(columns) and not cells[-1].strip():
        cells.pop()
    if len(cells) > len(columns):
        what = f"{len(cells)} fields where the header has {len(columns)}"
        remedy = "quote what holds a delimiter"
        table.problems.append(InputProblem(file, line, what, remedy))
        return
    cells += [""] * (len(columns) - len(cells))
    table.rows.append(ForeignRow(line, dict(zip(columns, cells, strict=True))))


def _read_json_lines(text: str, file: str, table: ForeignTable) -> None:
    columns: dict[str, None] = {}
    for line, part in enumerate(text.split("\n"), start=1):
        if not part.strip() or line <= table.shape.skip_lines:
            continue
        try:
            value = json.loads(part, parse_float=str, parse_int=str, parse_constant=str)
        except (ValueError, RecursionError) as error:
            what = f"this is not JSON: {getattr(error, 'msg', 'too deep')}"
            table.problems.append(InputProblem(file, line, what, "write one object a line"))
            continue
        if not isinstance(value, dict):
            table.problems.append(
                InputProblem(file, line, "this is no object", "write {…} on each line")
            )
            continue
        cells = _flat(value)
        columns |= dict.fromkeys(cells)
        table.rows.append(ForeignRow(line, cells))
        if len(columns) > COLUMNS_MAX:
            what = f"the file has more than {COLUMNS_MAX} names"
            raise InputRefused([InputProblem(file, line, what, "keep those that you need")])
    table.columns = list(columns)
    for row in table.rows:
        for name in table.columns:
            row.cells.setdefault(name, "")


def _flat(value: dict[str, Any], before: str = "") -> dict[str, str]:
    """Nested names with dots between them: `address.city`."""
    cells: dict[str, str] = {}
    for key, item in value.items():
        name = f"{before}{key}"
        if isinstance(item, dict):
            cells |= _flat(item, f"{name}.")
        elif isinstance(item, list):
            cells[name] = ", ".join(_word(part) for part in item)
        else:
            cells[name] = _word(item)
    return cells


def _word(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

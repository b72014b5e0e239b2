"""Writes mapped rows as CSV of our columns, each on the line it had, and turns problems back."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from io import StringIO

from core.errors import InputProblem
from core.imports.apply_mapping import MappedTable

_WORD = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class OurForm:
    """CSV that our readers take; `shift` lines were put before where the header found no room."""

    content: bytes
    shift: int
    columns: dict[str, str]


def write_our_form(mapped: MappedTable, leave_out: frozenset[int] = frozenset()) -> OurForm:
    """The rows under our header, blank lines between them so that every row keeps its line."""
    rows = [row for row in mapped.rows if row.line not in leave_out]
    shift = 1 if rows and rows[0].line == 1 else 0
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(mapped.fields)
    at = 2
    for row in rows:
        line = row.line + shift
        text.write("\n" * (line - at))
        writer.writerow(_one_line(row.values.get(name, "")) for name in mapped.fields)
        at = line + 1
    return OurForm(text.getvalue().encode(), shift, mapped.columns)


def repeated_lines(mapped: MappedTable) -> frozenset[int]:
    """The lines of rows that say in all fields what an earlier row said."""
    seen: set[tuple[str, ...]] = set()
    repeated: set[int] = set()
    for row in mapped.rows:
        content = tuple(row.values.get(name, "") for name in mapped.fields)
        if content in seen:
            repeated.add(row.line)
        seen.add(content)
    return frozenset(repeated)


def _one_line(value: str) -> str:
    return " ".join(value.splitlines()) if "\n" in value or "\r" in value else value


def turn_back(problems: Iterable[InputProblem], form: OurForm) -> list[InputProblem]:
    """The problems with lines and columns of the user's file."""
    return [_turned(problem, form) for problem in problems]


def _turned(problem: InputProblem, form: OurForm) -> InputProblem:
    line = max(problem.line - form.shift, 1)
    named = next((word for word in _WORD.findall(problem.what) if form.columns.get(word)), None)
    what = problem.what
    if named is not None and "column “" not in what:
        what = f"column “{form.columns[named]}”: {what}"
    return InputProblem(problem.file, line, what, problem.remedy)

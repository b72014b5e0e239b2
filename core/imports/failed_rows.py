"""The rows that could not be taken in, as a file to mend: the user's columns and the reason."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from io import StringIO

from core.errors import InputProblem
from core.imports.foreign_file import ForeignTable

# A spreadsheet would take a text that begins like this for a formula.
FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(text: str) -> str:
    """The text as a spreadsheet shows it; what would be a formula gets an apostrophe before it."""
    if not text.startswith(FORMULA_BEGINS):
        return text
    bare = text[1:].replace(",", "").replace(".", "").replace(" ", "")
    if text[0] in "+-" and bare.isascii() and bare.isdigit():
        return text  # a number or a phone number
    return f"'{text}"


def write_failed_rows(table: ForeignTable, problems: Iterable[InputProblem]) -> str:
    """CSV with the file's own header, its failed rows and two more columns: line and reason.

    Problems of lines that hold no row (a broken quote) stand there with empty cells.
    """
    reasons: Mapping[int, list[str]] = _by_line(problems)
    rows = {row.line: row.cells for row in table.rows}
    text = StringIO()
    writer = csv.writer(text, delimiter=table.shape.delimiter or ",", lineterminator="\r\n")
    writer.writerow([*(harmless(name) for name in table.columns), "line", "reason"])
    for line, found in sorted(reasons.items()):
        cells = rows.get(line, {})
        writer.writerow(
            [
                *(harmless(cells.get(name, "")) for name in table.columns),
                line,
                harmless(" / ".join(found)),
            ]
        )
    return "\ufeff" + text.getvalue()


def _by_line(problems: Iterable[InputProblem]) -> dict[int, list[str]]:
    reasons: dict[int, list[str]] = {}
    for problem in problems:
        reason = f"{problem.what}; {problem.remedy}" if problem.remedy else problem.what
        found = reasons.setdefault(problem.line, [])
        if reason not in found:
            found.append(reason)
    return reasons

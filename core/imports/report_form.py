"""An import's report as it is kept: counts by part, the first rows of each kind, problems."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.errors import InputProblem
from core.input_report import ImportReport

ROWS_KEPT_MAX = 500
PROBLEMS_KEPT_MAX = 5000
NAMES = {"+": "new", "~": "changed", "=": "unchanged"}


def write_report(report: ImportReport, problems: Iterable[InputProblem] = ()) -> dict[str, Any]:
    """Plain data: counts of every part, at most 500 rows of each kind, at most 5,000 problems."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in NAMES.values()}
    for name, part in report.parts.items():
        for row in part.rows:
            kept = rows[NAMES[row.mark]]
            if len(kept) < ROWS_KEPT_MAX:
                kept.append(
                    {"part": name, "label": row.label, "changes": [_cell(c) for c in row.changes]}
                )
    return {
        "parts": {
            name: {"new": part.new, "changed": part.changed, "unchanged": part.unchanged}
            for name, part in report.parts.items()
        },
        "rows": rows,
        "problems": write_problems(problems),
        "warnings": write_problems(report.warnings),
    }


def write_problems(problems: Iterable[InputProblem]) -> list[dict[str, Any]]:
    """Problems as plain data, at most 5,000 of them."""
    return [
        {"line": problem.line, "what": problem.what, "remedy": problem.remedy}
        for problem in list(problems)[:PROBLEMS_KEPT_MAX]
    ]


def read_problems(report: dict[str, Any], file: str) -> list[InputProblem]:
    """The problems of a kept report."""
    return [
        InputProblem(file, item["line"], item["what"], item["remedy"])
        for item in report.get("problems", [])
    ]


def totals(report: ImportReport) -> dict[str, int]:
    """How many rows are new, changed and unchanged over all parts."""
    parts = report.parts.values()
    return {
        "new": sum(part.new for part in parts),
        "changed": sum(part.changed for part in parts),
        "unchanged": sum(part.unchanged for part in parts),
    }


def _cell(change: str) -> dict[str, str]:
    """`name: Fjord → Fjordtel` as name, before and after."""
    name, _, rest = change.partition(": ")
    before, arrow, after = rest.partition(" → ")
    if not arrow:
        before, arrow, after = change.partition(" → ")
        return {"name": "", "before": before, "after": after}
    return {"name": name, "before": before, "after": after}

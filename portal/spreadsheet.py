"""CSV that spreadsheets open without running what it says."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

# A cell that begins like this is a formula to a spreadsheet; an apostrophe makes it a text.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_line(cells: Iterable[object]) -> str:
    """One line of CSV (RFC 4180); texts that look like formulas are made harmless.

    Numbers stay numbers, also negative ones.
    """
    buffer = io.StringIO()
    csv.writer(buffer).writerow([_safe(cell) for cell in cells])
    return buffer.getvalue()


def _safe(cell: object) -> object:
    if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS):
        return f"'{cell}"
    return cell

"""Guesses which column is which field by how its head is written, in several languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from hashlib import sha256

from core.imports.cells import DATE_FORMATS, read_date, read_decimal
from core.imports.foreign_file import ForeignTable
from core.imports.kinds import TargetField
from core.imports.mapping import Mapping, Source
from core.input_tree import Unreadable

SAMPLE_ROWS = 200
ALIKE = 0.86
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "ß": "ss", "ð": "d", "þ": "th"})


def fingerprint(columns: Sequence[str]) -> str:
    """What files with the same header share, whatever order its columns stand in."""
    return sha256("\n".join(sorted(columns)).encode()).hexdigest()


def suggest_mapping(table: ForeignTable, fields: Sequence[TargetField]) -> Mapping:
    """The likely column of each field; each column is used once, the best fit first."""
    found: list[tuple[float, str, str]] = []
    for item in fields:
        for column in table.columns:
            likeness = _likeness(column, item)
            if likeness >= ALIKE:
                found.append((likeness, item.name, column))
    sources: dict[str, Source] = {}
    used: set[str] = set()
    for _, name, column in sorted(found, key=lambda entry: -entry[0]):
        if name not in sources and column not in used:
            sources[name] = Source(column=column)
            used.add(column)
    ordered = {item.name: sources[item.name] for item in fields if item.name in sources}
    return Mapping(
        shape=table.shape,
        dates=_dates(table, fields, ordered),
        decimal=_decimal(table, fields, ordered),
        sources=ordered,
    )


def plain(text: str) -> str:
    """Letters and digits alone, without accents: `Kunde-Nr.` and `kundenr` are the same."""
    lowered = text.lower().translate(_LETTERS)
    bare = unicodedata.normalize("NFKD", lowered)
    return re.sub(r"[^a-z0-9]", "", bare)


def _likeness(column: str, item: TargetField) -> float:
    head = plain(column)
    if not head:
        return 0
    if head == plain(item.name):
        return 2
    words = [plain(word) for word in item.synonyms]
    if head in words:
        return 1.5 - 0.01 * words.index(head)
    return max(
        (SequenceMatcher(None, head, word).ratio() for word in (plain(item.name), *words)),
        default=0,
    )


def _samples(
    table: ForeignTable, fields: Sequence[TargetField], sources: dict[str, Source], kind: str
) -> list[str]:
    columns = [
        sources[item.name].column for item in fields if item.type == kind and item.name in sources
    ]
    return [
        text
        for row in table.rows[:SAMPLE_ROWS]
        for column in columns
        if (text := row.cells[column].strip())
    ]


def _dates(table: ForeignTable, fields: Sequence[TargetField], sources: dict[str, Source]) -> str:
    """The way of writing dates that fits the most cells; the first of equals."""
    samples = _samples(table, fields, sources, "date")

    def fits(name: str) -> int:
        return sum(_reads(text, name) for text in samples)

    return max(DATE_FORMATS, key=fits) if samples else "yyyy-mm-dd"


def _reads(text: str, name: str) -> bool:
    try:
        read_date(text, name)
    except Unreadable:
        return False
    return True


def _decimal(table: ForeignTable, fields: Sequence[TargetField], sources: dict[str, Source]) -> str:
    """Point or comma, whichever reads more cells, and a point where both do."""
    samples = _samples(table, fields, sources, "decimal")

    def fits(mark: str) -> int:
        count = 0
        for text in samples:
            try:
                read_decimal(text, mark)
            except Unreadable:
                continue
            count += 1
        return count

    return max((".", ","), key=fits)

"""Which lines of a file are usage: by the words in one of their columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LineFilter:
    """Lines with one of the words in a column are kept alone, or are left out.

    `folds` takes small and capital letters alike.
    """

    column: str
    words: frozenset[str]
    keeps: bool
    folds: bool = True

    def passes(self, text: str) -> bool:
        """Whether a line with this text in the column is usage."""
        text = text.strip()
        return (
            (text.casefold() if self.folds else text) in self.words
            if self.keeps
            else (text.casefold() if self.folds else text) not in self.words
        )


def filters_of(mapping: Mapping[str, Any]) -> tuple[LineFilter, ...]:
    """The filters that a mapping's `only` and `skip` say: columns and their words."""
    found = []
    for key, keeps in (("only", True), ("skip", False)):
        for column, words in (mapping.get(key) or {}).items():
            folded = frozenset(str(word).strip().casefold() for word in words)
            found.append(LineFilter(str(column), folded, keeps))
    return tuple(found)


def first_refusing(filters: Sequence[tuple[int, LineFilter]], row: Sequence[str]) -> bool:
    """Whether a line is left out by one of the filters, given with the places of their columns."""
    return any(not found.passes(row[place] if place < len(row) else "") for place, found in filters)

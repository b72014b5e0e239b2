"""Arithmetic on stretches of days: what is left of one when others are taken away."""

from __future__ import annotations

from collections.abc import Iterable

from core.periods import Period


def without(span: Period, taken: Iterable[Period]) -> list[Period]:
    """The stretches of `span` that no period of `taken` covers, in order."""
    left = [span]
    for other in taken:
        left = [piece for part in left for piece in _cut(part, other)]
    return left


def _cut(part: Period, other: Period) -> list[Period]:
    if part.intersect(other) is None:
        return [part]
    pieces = []
    if part.start < other.start:
        pieces.append(Period(part.start, other.start))
    if other.end < part.end:
        pieces.append(Period(other.end, part.end))
    return pieces

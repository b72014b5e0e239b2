"""What the slices of a file hold: numbers and bytes of lines that lie anywhere in it."""

from __future__ import annotations

import io
import zlib

import numpy as np

from billing.usage.intake.batch import Integers
from billing.usage.intake.line_numbers import unpack_lines
from billing.usage.models import UsageFile, UsageFileSlice

# What a slice and its file say of their lines: how many ended how, and of how many units.
COUNTED = (
    "rated",
    "duplicates",
    "suspended",
    "discarded",
    "ignored",
    "quantity",
    "quantity_rated",
    "quantity_duplicates",
    "quantity_suspended",
    "quantity_discarded",
)


def line_numbers_of(part: UsageFileSlice) -> Integers:
    """The numbers of the slice's lines, ascending."""
    return unpack_lines(part.first_line, part.last_line, bytes(part.lines))


def lines_taken(file: UsageFile) -> Integers:
    """The numbers of all lines of the file that are in slices, ascending."""
    slices = file.slices.only("first_line", "last_line", "lines")
    return np.sort(np.concatenate([np.zeros(0, np.int64), *map(line_numbers_of, slices)]))


def slices_of_lines(file: UsageFile, numbers: Integers) -> list[int]:
    """The id of the slice that holds each of these lines; 0 where none does."""
    found = np.zeros(len(numbers), np.int64)
    for part in file.slices.only("first_line", "last_line", "lines"):
        found[np.isin(numbers, line_numbers_of(part))] = part.pk
    ids: list[int] = found.tolist()
    return ids


def bytes_of(file: UsageFile) -> bytes:
    """The file as it came, put together again from the slices it has so far."""
    lines: dict[int, bytes] = {}
    for part in file.slices.all():
        raw = zlib.decompress(bytes(part.raw))
        lines |= dict(zip(line_numbers_of(part).tolist(), io.BytesIO(raw), strict=True))
    return b"".join(lines[number] for number in sorted(lines))

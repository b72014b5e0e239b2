"""Which lines of other files became what they are because of a file's: twins, and corrections."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from billing.usage.allowances.models import UsageCorrection
from billing.usage.allowances.records import load_by_key
from billing.usage.intake.batch import DIGEST, Integers
from billing.usage.intake.batch_reader import BatchReader
from billing.usage.intake.framing import FilePart
from billing.usage.intake.grouping import halves_of
from billing.usage.intake.layouts import layout_of_file
from billing.usage.intake.normalising import epoch_microseconds, normaliser_of
from billing.usage.intake.record_layout import Unsplittable
from billing.usage.models import SuspendedUsage, UsageFile, UsageFileSlice
from billing.usage.slices import line_numbers_of
from billing.usage.stored_lines import stored_header
from core.errors import DomainError, InputRefused

Columns = dict[str, NDArray[Any]]

_STORED_LINES = """
    SELECT file_id, line_number FROM billing_usagerecord
    WHERE key = ANY(%s::uuid[]) AND source_id = %s AND file_id <> %s
    UNION ALL
    SELECT file_id, line_number FROM billing_suspendedusage
    WHERE key = ANY(%s::uuid[]) AND source_id = %s AND file_id <> %s AND state <> 'released'
"""
_KEYS_AT_ONCE = 50_000


@dataclass(slots=True, eq=False)
class DependentLines:
    """Numbers of lines by file, and the records of some of them: corrections that name the file's
    records."""

    numbers: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    corrections: Columns = field(default_factory=dict)

    def __len__(self) -> int:
        return sum(map(len, self.numbers.values()))


def find_dependent_lines(file: UsageFile, records: Columns) -> DependentLines:
    """The lines of other files of the source that would be something else without `file`, whose
    records these are.

    Duplicates of its lines, lines that contradict them, corrections of its records, and corrections
    that wait for a record. Raises `DomainError` where lines that were duplicates can't be read with
    the source's mapping of today.
    """
    found = DependentLines()
    keys = _keys_of(file, records)
    if len(keys):
        _find_duplicates(file, keys, found)
        _find_contradicting(file, keys, found)
    found.corrections = _corrections(file, records)
    for file_id, number in zip(
        found.corrections["file_id"].tolist(),
        found.corrections["line_number"].tolist(),
        strict=True,
    ):
        found.numbers[file_id].add(number)
    waiting = _open_lines(file).filter(reason=SuspendedUsage.Reason.INVALID, cause="correction")
    for file_id, number in waiting.values_list("file_id", "line_number"):
        found.numbers[file_id].add(number)
    return found


def _keys_of(file: UsageFile, records: Columns) -> NDArray[np.void]:
    """What lines of the file are known by, where later ones were compared with them."""
    seen = file.suspended_lines.exclude(state=SuspendedUsage.State.RELEASED)
    waiting = b"".join(key.bytes for key in seen.values_list("key", flat=True))
    return np.concatenate([records["key"].astype(DIGEST), np.frombuffer(waiting, DIGEST)])


def _open_lines(file: UsageFile) -> Any:
    return SuspendedUsage.objects.filter(
        source_id=file.source_id, state=SuspendedUsage.State.OPEN
    ).exclude(file=file)


def _find_contradicting(file: UsageFile, keys: NDArray[np.void], found: DependentLines) -> None:
    known = {key.tobytes() for key in keys}
    rows = _open_lines(file).filter(reason=SuspendedUsage.Reason.CONFLICT)
    for key, file_id, number in rows.values_list("key", "file_id", "line_number"):
        if key.bytes in known:
            found.numbers[file_id].add(number)


def _find_duplicates(file: UsageFile, keys: NDArray[np.void], found: DependentLines) -> None:
    others = UsageFile.objects.filter(source_id=file.source_id, slices__duplicates__gt=0)
    others = others.exclude(pk=file.pk).exclude(state=UsageFile.State.ROLLED_BACK)
    halves = np.unique(halves_of(keys))
    lines: set[tuple[int, int]] = set()
    for other in others.select_related("source__brand").distinct().order_by("pk"):
        for number in _lines_of_keys(other, halves):
            lines.add((other.pk, number))
    if lines:
        lines -= _stored_lines(file, keys)
    for file_id, number in lines:
        found.numbers[file_id].add(number)


def _lines_of_keys(file: UsageFile, halves: Integers) -> Iterable[int]:
    """The numbers of the file's lines of these keys, in slices that have duplicates."""
    layout = layout_of_file(file)
    try:
        header = stored_header(file, layout)
        reader = BatchReader(file.source_id, layout, normaliser_of(file.source), header)
        for part in (
            file.slices.filter(duplicates__gt=0, masked_at=None).order_by("position").iterator()
        ):
            yield from _lines_of_slice(part, reader, halves)
    except (InputRefused, Unsplittable, UnicodeDecodeError):
        raise DomainError(
            f"Lines of {file.name} came before in this file, and can't be read with the source's "
            "mapping of today: set it back to what it was, roll back, then change it again."
        ) from None


def _lines_of_slice(part: UsageFileSlice, reader: BatchReader, halves: Integers) -> list[int]:
    raw = zlib.decompress(bytes(part.raw))
    numbers = line_numbers_of(part)
    # Lines are counted within the slice; only where it begins the file, a header may be there.
    first = 1 if part.first_line == 1 else 2
    whole = FilePart(first, first + len(numbers) - 1, 0, len(raw), len(numbers), b"")
    events = reader.read(raw, whole).events
    mine = np.isin(halves_of(events.keys), halves)
    lines: list[int] = numbers[events.line_numbers[mine] - first].tolist()
    return lines


def _stored_lines(file: UsageFile, keys: NDArray[np.void]) -> set[tuple[int, int]]:
    """Lines of other files with these keys that are a record, or in suspense: no duplicates."""
    found: set[tuple[int, int]] = set()
    with connection.cursor() as cursor:
        for start in range(0, len(keys), _KEYS_AT_ONCE):
            some = [UUID(bytes=key.tobytes()) for key in keys[start : start + _KEYS_AT_ONCE]]
            asked: tuple[list[Any], int, int] = (list(some), file.source_id, file.pk)
            cursor.execute(_STORED_LINES, (*asked, *asked))
            found |= set(cursor.fetchall())
    return found


def _corrections(file: UsageFile, records: Columns) -> Columns:
    """The records of other files that reverse records of this one."""
    starts, keys = records["start_at"], records["key"]
    if not len(starts):
        return records
    wanted = {(key.tobytes(), start) for key, start in zip(keys, starts.tolist(), strict=True)}
    naming = [
        row
        for row in UsageCorrection.objects.filter(source_id=file.source_id)
        if (row.corrected_key.bytes, epoch_microseconds(row.corrected_start_at)) in wanted
    ]
    named = np.frombuffer(b"".join(row.key.bytes for row in naming), DIGEST)
    instants = [epoch_microseconds(row.start_at) for row in naming] or [0]
    stored = load_by_key(named, min(instants), max(instants))
    is_theirs = stored["file_id"] != file.pk
    return {name: column[is_theirs] for name, column in stored.items()}

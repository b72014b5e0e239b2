"""Records' own ids, as their lines say them: what orders those that start at the same moment."""

from __future__ import annotations

import io
import zlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from billing.usage.intake.layouts import CsvLayout, Layout, layout_of
from billing.usage.intake.rereading import header_of, read_again
from billing.usage.models import UsageFile
from billing.usage.slices import line_numbers_of
from core.errors import DomainError, InputRefused

# A file and the number of one of its lines.
Line = tuple[int, int]


@dataclass(frozen=True, slots=True)
class FreshLines:
    """Lines that are being taken in: the header of their file, and the text of each by number."""

    file_id: int
    header: Sequence[str]
    text_of: Callable[[int], str]


class OwnIds:
    """Reads ids again from raw lines; few are ever asked for. Files are looked up once."""

    def __init__(self, fresh: FreshLines | None = None) -> None:
        self._fresh = fresh
        self._layouts: dict[int, tuple[UsageFile, Layout] | None] = {}

    def of(self, lines: Sequence[Line]) -> list[bytes]:
        """The id that each line carries; empty where it has none, or can't be read any more."""
        found: dict[Line, bytes] = {}
        by_file: dict[int, list[int]] = defaultdict(list)
        for file_id, number in lines:
            by_file[file_id].append(number)
        for file_id, numbers in by_file.items():
            for number, own_id in self._of_file(file_id, numbers):
                found[file_id, number] = own_id
        return [found.get(line, b"") for line in lines]

    def _of_file(self, file_id: int, numbers: Sequence[int]) -> list[tuple[int, bytes]]:
        known = self._layout(file_id)
        if known is None:
            return []
        file, layout = known
        texts: list[tuple[int, str]] = []
        header: Sequence[str] = ()
        if self._fresh and self._fresh.file_id == file_id:
            header = self._fresh.header
            texts = [(number, text) for number in numbers if (text := self._fresh_text(number))]
        left = sorted(set(numbers) - {number for number, _ in texts})
        texts += _stored_texts(file, left, layout.encoding)
        if layout.has_header and not header:
            header = _stored_header(file, layout)
        if layout.has_header and not header:
            return []
        places = layout.places(header) if isinstance(layout, CsvLayout) else {}
        read, _ = read_again(file.name, texts, layout, len(header))
        return [(line.number, layout.fields_of(line.fields, places).id.encode()) for line in read]

    def _fresh_text(self, number: int) -> str:
        assert self._fresh is not None
        try:
            return self._fresh.text_of(number)
        except (KeyError, IndexError):
            return ""

    def _layout(self, file_id: int) -> tuple[UsageFile, Layout] | None:
        if file_id not in self._layouts:
            file = UsageFile.objects.select_related("source").filter(pk=file_id).first()
            self._layouts[file_id] = None
            if file is not None:
                try:
                    layout = layout_of(file.source)
                except DomainError:
                    return None
                has_ids = (
                    "id" in layout.columns
                    if isinstance(layout, CsvLayout)
                    else layout.uses_unique_id
                )
                if has_ids:
                    self._layouts[file_id] = (file, layout)
        return self._layouts[file_id]


def _stored_texts(file: UsageFile, numbers: Sequence[int], encoding: str) -> list[tuple[int, str]]:
    """The texts of these lines of the file that are in slices."""
    if not numbers:
        return []
    texts: list[tuple[int, str]] = []
    wanted = np.array(numbers, np.int64)
    slices = file.slices.filter(first_line__lte=numbers[-1], last_line__gte=numbers[0])
    for part in slices.order_by("position").iterator():
        there = np.flatnonzero(np.isin(line_numbers_of(part), wanted))
        if len(there):
            raw = list(io.BytesIO(zlib.decompress(bytes(part.raw))))
            lines = line_numbers_of(part)
            texts += [
                (int(lines[at]), raw[at].decode(encoding, "replace").rstrip("\r\n"))
                for at in there.tolist()
            ]
    return texts


def _stored_header(file: UsageFile, layout: Layout) -> Sequence[str]:
    first = file.slices.filter(first_line=1).values_list("raw", flat=True).first()
    if first is None:
        return ()
    try:
        return header_of(file.name, zlib.decompress(bytes(first)), layout)
    except InputRefused:
        return ()

"""Records' own ids, as their lines say them: what orders those that start at the same moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from billing.usage.intake.layouts import layout_of_file
from billing.usage.intake.record_layout import Layout
from billing.usage.intake.rereading import read_again
from billing.usage.models import UsageFile
from billing.usage.stored_lines import stored_header, stored_texts
from core.errors import DomainError, InputRefused

# A file and the number of one of its lines.
Line = tuple[int, int]


@dataclass(frozen=True, slots=True)
class FreshLines:
    """Lines that are being taken in: the header of their file, and the text of each by number.

    `ids` are the ids of lines that nobody wrote, by number.
    """

    file_id: int
    header: Sequence[str]
    text_of: Callable[[int], str]
    ids: Mapping[int, bytes] = field(default_factory=dict)


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
        if self._fresh and self._fresh.file_id == file_id and self._fresh.ids:
            return [(number, self._fresh.ids[number]) for number in numbers]
        texts: list[tuple[int, str]] = []
        header: Sequence[str] = ()
        if self._fresh and self._fresh.file_id == file_id:
            header = self._fresh.header
            texts = [(number, text) for number in numbers if (text := self._fresh_text(number))]
        left = sorted(set(numbers) - {number for number, _ in texts})
        texts += stored_texts(file, left, layout)
        if layout.has_header and not header:
            header = _header(file, layout)
        if layout.has_header and not header:
            return []
        fields_of = layout.fields_reader(header)
        read, _ = read_again(file.name, texts, layout, len(header))
        return [(line.number, fields_of(line.fields).id.encode()) for line in read]

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
                    layout = layout_of_file(file)
                except DomainError:
                    return None
                if layout.has_ids:
                    self._layouts[file_id] = (file, layout)
        return self._layouts[file_id]


def _header(file: UsageFile, layout: Layout) -> Sequence[str]:
    try:
        return stored_header(file, layout)
    except InputRefused:
        return ()

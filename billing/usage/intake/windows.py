"""A window of a usage file: many lines read at once, and cut into pieces by account.

All records of an account are in one piece, and all records of one id, with corrections that name
it. So an account's allowances and sums are written once a window, whatever the order of the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from billing.usage.intake.batch import EventBatch, Integers, joined
from billing.usage.intake.batch_reader import BatchReader, ReadPart
from billing.usage.intake.block_texts import block_text, heads_of
from billing.usage.intake.framing import UTF8_MARK, CheckedFile, FilePart
from billing.usage.intake.grouping import cut_by_account
from billing.usage.intake.record_layout import Layout

# Side by side, what is read ahead is shared, and each window's balances are written once: the
# larger the windows, the better. Alone, two windows are held at a time.
WINDOW_ROWS_MAX = 500_000
SHARED_WINDOW_ROWS_MAX = 1_000_000
_WINDOW_BYTES_MAX = 128 * 2**20
_LINE_FEED = 10


class LineTexts:
    """The texts of records, by the numbers of their (first) lines, without line ends."""

    def __init__(
        self, numbers: Integers, raw: bytes, encoding: str, in_blocks: bool = False
    ) -> None:
        self.numbers, self.raw, self.encoding = numbers, raw, encoding
        self.in_blocks = in_blocks
        self._edges: Integers | None = None
        self._heads: Integers | None = None

    @property
    def edges(self) -> Integers:
        """Where in the bytes each line begins, and the last one ends."""
        if self._edges is None:
            feeds = np.flatnonzero(np.frombuffer(self.raw, np.uint8) == _LINE_FEED)
            self._edges = np.concatenate((np.zeros(1, np.int64), feeds + 1))
        return self._edges

    def __call__(self, number: int) -> str:
        place = int(np.searchsorted(self.numbers, number))
        if self.in_blocks:
            return self._block(place)
        line = self.raw[int(self.edges[place]) : int(self.edges[place + 1])]
        if number == 1:
            line = line.removeprefix(UTF8_MARK)
        return line.decode(self.encoding).removesuffix("\n").removesuffix("\r")

    def _block(self, place: int) -> str:
        """The record whose first line stands at this place."""
        if self._heads is None:
            self._heads = np.flatnonzero(heads_of(self.raw, self.edges[:-1]))
        later = self._heads[np.searchsorted(self._heads, place, side="right") :][:1]
        end = int(self.edges[int(later[0])]) if len(later) else len(self.raw)
        raw = self.raw[int(self.edges[place]) : end]
        return block_text(raw.removeprefix(UTF8_MARK).decode(self.encoding))

    def lines_of(self, records: Integers, among: Integers) -> Integers:
        """Those of the lines `among` which are of these records."""
        if not self.in_blocks:
            return records
        starts = self.edges[np.searchsorted(self.numbers, among)]
        heads = np.where(heads_of(self.raw, starts), among, 0)
        return among[np.isin(np.maximum.accumulate(heads), records)]

    def only(self, numbers: Integers) -> LineTexts:
        """Some of the lines."""
        places = np.searchsorted(self.numbers, numbers)
        edges = zip(self.edges[places].tolist(), self.edges[places + 1].tolist(), strict=True)
        texts = b"".join([self.raw[start:end] for start, end in edges])
        return LineTexts(numbers, texts, self.encoding, self.in_blocks)

    def __getstate__(self) -> tuple[Integers, bytes, str, bool]:
        return self.numbers, self.raw, self.encoding, self.in_blocks

    def __setstate__(self, state: tuple[Integers, bytes, str, bool]) -> None:
        self.__init__(*state)  # type: ignore[misc]


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """What is taken in at once: lines, `rows` of them usage, and the events that they are."""

    events: EventBatch
    lines: LineTexts
    rows: int


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """Lines that are read together. `open_lines` are those that nobody took in before."""

    events: EventBatch
    texts: LineTexts
    row_numbers: Integers
    open_lines: Integers

    def pieces(self, accounts: Integers, rows_max: int) -> Iterator[Piece]:
        """The window in pieces of `rows_max` records, given each event's account.

        What is no event, such as the header, is in the first piece.
        """
        of_events = self.texts.lines_of(self.events.line_numbers, self.open_lines)
        is_event = np.isin(self.open_lines, of_events, assume_unique=True)
        others = self.open_lines[~is_event]
        for rows in cut_by_account(self.events, accounts, rows_max):
            events = self.events.only(rows)
            of_piece = self.texts.lines_of(events.line_numbers, self.open_lines)
            numbers = np.sort(np.concatenate((others, of_piece)))
            ignored = int(np.isin(others, self.row_numbers).sum())
            lines = self.texts.only(numbers)
            events.text_of = lines
            yield Piece(events, lines, len(events) + ignored)
            others = others[:0]


def windows(
    parts: Sequence[FilePart], taken: Integers, rows_max: int = WINDOW_ROWS_MAX
) -> Iterator[list[FilePart]]:
    """Parts that are read together; those whose lines were all taken are left out."""
    window: list[FilePart] = []
    rows = size = 0
    for part in parts:
        first, last = np.searchsorted(taken, (part.first_line, part.last_line + 1))
        if last - first == part.last_line + 1 - part.first_line:
            continue
        if window and (rows + part.rows > rows_max or size + part.size > _WINDOW_BYTES_MAX):
            yield window
            window, rows, size = [], 0, 0
        window.append(part)
        rows, size = rows + part.rows, size + part.size
    if window:
        yield window


def read_part(checked: CheckedFile, part: FilePart, reader: BatchReader) -> ReadPart:
    """Read a part of a file, without the database.

    Raises `DomainError` if the file changed since it was checked.
    """
    read = reader.read(checked.bytes_of(part), part)
    # What it knows of the bytes of its part is as large as they are.
    read.events.text_of = str
    return read


def window_of(
    checked: CheckedFile,
    parts: Sequence[FilePart],
    reads: Sequence[ReadPart],
    layout: Layout,
    taken: Integers,
) -> Window:
    """Parts that were read, as one window; lines that were `taken` are left out."""
    lines = np.concatenate([np.arange(part.first_line, part.last_line + 1) for part in parts])
    raw = b"".join(map(checked.bytes_of, parts))
    texts = LineTexts(lines, raw, layout.encoding, layout.in_blocks)
    events = joined([read.events for read in reads], texts)
    if len(taken):
        events = events.only(np.flatnonzero(_not_in(events.line_numbers, taken)))
        lines = lines[_not_in(lines, taken)]
    return Window(events, texts, np.concatenate([read.row_numbers for read in reads]), lines)


def _not_in(numbers: Integers, taken: Integers) -> NDArray[np.bool_]:
    return np.isin(numbers, taken, assume_unique=True, invert=True)

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
from billing.usage.intake.batch_reader import BatchReader
from billing.usage.intake.framing import UTF8_MARK, CheckedFile, FilePart
from billing.usage.intake.grouping import cut_by_account

WINDOW_ROWS_MAX = 500_000
_WINDOW_BYTES_MAX = 128 * 2**20
_LINE_FEED = 10


class LineTexts:
    """The texts of lines, by their numbers, without line ends."""

    def __init__(self, numbers: Integers, raw: bytes, encoding: str) -> None:
        self.numbers, self.raw, self.encoding = numbers, raw, encoding
        self._edges: Integers | None = None

    @property
    def edges(self) -> Integers:
        """Where in the bytes each line begins, and the last one ends."""
        if self._edges is None:
            feeds = np.flatnonzero(np.frombuffer(self.raw, np.uint8) == _LINE_FEED)
            self._edges = np.concatenate((np.zeros(1, np.int64), feeds + 1))
        return self._edges

    def __call__(self, number: int) -> str:
        place = int(np.searchsorted(self.numbers, number))
        line = self.raw[int(self.edges[place]) : int(self.edges[place + 1])]
        if number == 1:
            line = line.removeprefix(UTF8_MARK)
        return line.decode(self.encoding).removesuffix("\n").removesuffix("\r")

    def only(self, numbers: Integers) -> LineTexts:
        """Some of the lines."""
        places = np.searchsorted(self.numbers, numbers)
        starts, sizes = self.edges[places], np.diff(self.edges)[places]
        # The place of each byte: of its line, and how far it lies behind the line's first.
        before = np.cumsum(sizes) - sizes
        bytes_ = np.repeat(starts - before, sizes) + np.arange(int(sizes.sum()))
        data = np.frombuffer(self.raw, np.uint8)
        return LineTexts(numbers, data[bytes_].tobytes(), self.encoding)

    def __getstate__(self) -> tuple[Integers, bytes, str]:
        return self.numbers, self.raw, self.encoding

    def __setstate__(self, state: tuple[Integers, bytes, str]) -> None:
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
        is_event = np.isin(self.open_lines, self.events.line_numbers, assume_unique=True)
        others = self.open_lines[~is_event]
        for rows in cut_by_account(self.events, accounts, rows_max):
            events = self.events.only(rows)
            numbers = np.sort(np.concatenate((others, events.line_numbers)))
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


def read_window(
    checked: CheckedFile, parts: Sequence[FilePart], reader: BatchReader, taken: Integers
) -> Window:
    """Read parts of a file, without the database; lines that were `taken` are left out.

    Raises `DomainError` if the file changed since it was checked.
    """
    raws: list[bytes] = []
    numbers: list[Integers] = []
    batches: list[EventBatch] = []
    row_numbers: list[Integers] = []
    for part in parts:
        raw = checked.bytes_of(part)
        read = reader.read(raw, part)
        raws.append(raw)
        numbers.append(np.arange(part.first_line, part.last_line + 1))
        # What it knows of the bytes of its part is as large as they are.
        read.events.text_of = str
        batches.append(read.events)
        row_numbers.append(read.row_numbers)
    lines = np.concatenate(numbers)
    texts = LineTexts(lines, b"".join(raws), reader.layout.encoding)
    events = joined(batches, texts)
    if len(taken):
        events = events.only(np.flatnonzero(_not_in(events.line_numbers, taken)))
        lines = lines[_not_in(lines, taken)]
    return Window(events, texts, np.concatenate(row_numbers), lines)


def _not_in(numbers: Integers, taken: Integers) -> NDArray[np.bool_]:
    return np.isin(numbers, taken, assume_unique=True, invert=True)

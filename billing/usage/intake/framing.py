"""A usage file as it came: checked as a whole, then read again in parts of whole lines.

Nothing of a file is taken in before all of it was seen to be sound: right encoding, right columns,
whole lines. What one line says is judged later; here the question is whether the file arrived.
"""

from __future__ import annotations

import codecs
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from billing.usage.intake.block_texts import block_text, heads_of
from billing.usage.intake.line_judge import LineJudge
from billing.usage.intake.record_layout import Layout, Problem
from billing.usage.intake.scanning import ScannedBlock, scan_block
from core.errors import DomainError, InputProblem, InputRefused

LINE_BYTES_MAX = 65_536
PART_ROWS_MAX = 50_000
PART_BYTES_MAX = 16 * 2**20
PROBLEMS_MAX = 1_000
_BLOCK_BYTES = 4 * 2**20

UTF8_MARK = codecs.BOM_UTF8
_FOREIGN_STARTS = (
    (codecs.BOM_UTF16_LE, "the file is UTF-16", "save it as UTF-8"),
    (codecs.BOM_UTF16_BE, "the file is UTF-16", "save it as UTF-8"),
    (b"\x1f\x8b", "the file is compressed (gzip)", "unpack it first"),
    (b"PK\x03\x04", "the file is compressed (zip)", "unpack it first"),
)


@dataclass(frozen=True, slots=True)
class FilePart:
    """Whole lines `[first_line, last_line]` that are taken in together: where their bytes lie."""

    first_line: int
    last_line: int
    offset: int
    size: int
    rows: int
    sha256: bytes


class Line(NamedTuple):
    """One record's line: its number in the file, its text without line end, its fields."""

    number: int
    text: str
    fields: list[str]


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file found sound. `rows` counts lines of usage: no header, no empty lines."""

    path: Path
    sha256: str
    size: int
    rows: int
    header: tuple[str, ...]
    parts: tuple[FilePart, ...]

    @property
    def line_count(self) -> int:
        """How many lines it has, the header and empty ones too."""
        return self.parts[-1].last_line

    def bytes_of(self, part: FilePart) -> bytes:
        """The part's bytes, which must still be those that were checked."""
        with self.path.open("rb") as file:
            file.seek(part.offset)
            raw = file.read(part.size)
        if hashlib.sha256(raw).digest() != part.sha256:
            raise DomainError(
                f"{self.path} changed while it was read; import it again once it is complete."
            )
        return raw


def file_sha256(path: Path) -> str:
    """The file's content as a name: SHA-256 in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_file(
    path: Path, layout: Layout, *, name: str = "", part_rows: int = PART_ROWS_MAX
) -> CheckedFile:
    """Read the whole file, and cut it into parts. `name` is how problems name it.

    Raises `InputRefused` with every problem found (at most `PROBLEMS_MAX`).
    """
    check = _Check(name or str(path), layout, part_rows, LineJudge(layout))
    with path.open("rb") as file:
        for block in _blocks(file):
            check.take_block(block)
            if check.is_over:
                break
    check.finish()
    if check.problems:
        raise InputRefused(check.problems)
    return CheckedFile(
        path=path,
        sha256=check.whole.hexdigest(),
        size=check.offset,
        rows=check.rows,
        header=tuple(check.judge.header or ()),
        parts=tuple(check.parts),
    )


def lines_of(raw: bytes, part: FilePart, layout: Layout) -> list[Line]:
    """The records of a part that was checked: the header and empty lines left out."""
    text = raw.removeprefix(UTF8_MARK) if part.first_line == 1 else raw
    if layout.in_blocks:
        return _blocks_of(text, part, layout)
    texts = text.decode(layout.encoding).split("\n")[:-1]
    numbered = [
        (number, line)
        for number, line in enumerate((text.removesuffix("\r") for text in texts), part.first_line)
        if line and not line.isspace() and number > layout.lines_before
    ]
    if layout.has_header and part.first_line == 1:
        del numbered[0]
    return [Line(number, line, layout.split(line)) for number, line in numbered]


def _blocks_of(raw: bytes, part: FilePart, layout: Layout) -> list[Line]:
    feeds = np.flatnonzero(np.frombuffer(raw, np.uint8) == ord("\n"))
    starts = np.concatenate((np.zeros(1, np.int64), feeds[:-1] + 1))
    heads = np.flatnonzero(heads_of(raw, starts))
    edges = [*starts[heads].tolist(), len(raw)]
    texts = [
        block_text(raw[edges[index] : edges[index + 1]].decode(layout.encoding))
        for index in range(len(heads))
    ]
    return [
        Line(part.first_line + head, text, layout.split(text))
        for head, text in zip(heads.tolist(), texts, strict=True)
    ]


@dataclass(slots=True)
class _Check:
    """What is known of a file after so many of its lines."""

    name: str
    layout: Layout
    part_rows: int
    judge: LineJudge
    problems: list[InputProblem] = field(default_factory=list)
    rows: int = 0
    offset: int = 0
    parts: list[FilePart] = field(default_factory=list)
    is_over: bool = False
    whole: hashlib._Hash = field(default_factory=hashlib.sha256)
    _part: hashlib._Hash = field(default_factory=hashlib.sha256)
    _first_line: int = 0
    _last_line: int = 0
    _part_offset: int = 0
    _part_end: int = 0
    _part_last_line: int = 0
    _part_rows: int = 0

    def take_block(self, block: bytes) -> None:
        """Take whole lines: all at once where they are plain, else one by one."""
        while block and not self.is_over and self._waits_for_header():
            line, feed, block = block.partition(b"\n")
            self._take_lines(line + feed)
        scanned = None
        if block and not self.is_over and not self.judge.must_see_all:
            scanned = scan_block(block, self.layout, LINE_BYTES_MAX)
        if scanned is not None:
            self._take_scanned(block, scanned)
        elif block and not self.is_over:
            self._take_lines(block)

    def _waits_for_header(self) -> bool:
        """Whether the next line is the first one, or may be the header."""
        return self._last_line <= self.layout.lines_before or (
            self.layout.has_header and self.judge.header is None
        )

    def _take_scanned(self, block: bytes, lines: ScannedBlock) -> None:
        is_row = ~lines.empty
        width = len(self.judge.header or ())
        unfit = [
            count
            for count in np.unique(lines.widths[is_row & ~lines.odd]).tolist()
            if self.layout.width_problem(count, width)
        ]
        for index in np.flatnonzero(is_row & (lines.odd | np.isin(lines.widths, unfit))).tolist():
            raw = block[lines.starts[index] : lines.ends[index]] + b"\n"
            found, is_row[index] = self.judge.judge(self._last_line + 1 + index, raw)
            if found:
                self._tell(self._last_line + 1 + index, found)
                if self.is_over:
                    break
        self._add_lines(block, lines.starts, is_row)

    def _take_lines(self, block: bytes) -> None:
        """Judge lines one by one, up to one that ends the reading."""
        starts, is_row, end = [], [], 0
        for number, raw in enumerate(io.BytesIO(block), self._last_line + 1):
            found, is_record = self._first_sight(number, raw), False
            if not found:
                found, is_record = self.judge.judge(number, raw)
            if found:
                self._tell(number, found)
            starts.append(end)
            is_row.append(is_record)
            end += len(raw)
            if self.is_over:
                break
        self._add_lines(block[:end], np.array(starts, np.int64), np.array(is_row, np.bool_))

    def _first_sight(self, number: int, raw: bytes) -> Problem | None:
        """What makes it useless to read on."""
        found = self._foreign(raw) if number == 1 else None
        if not found and len(raw) > LINE_BYTES_MAX:
            found = (
                f"the line has more than {LINE_BYTES_MAX:,} bytes",
                "this is not a file of one record a line",
            )
        self.is_over = found is not None
        return found

    def _tell(self, number: int, found: tuple[str, str]) -> None:
        self.problems.append(InputProblem(self.name, number, *found))
        self.is_over = self.is_over or len(self.problems) >= PROBLEMS_MAX

    def finish(self) -> None:
        self._close_part()
        if self.problems:
            return
        if not self._last_line:
            self.problems.append(
                InputProblem(self.name, 1, "the file is empty", "fetch it again, or leave it out")
            )
            return
        for line, found in self.judge.finish(self._last_line):
            self._tell(line, found)

    def _foreign(self, raw: bytes) -> Problem | None:
        for start, what, remedy in _FOREIGN_STARTS:
            if raw.startswith(start):
                return what, remedy
        if raw.startswith(UTF8_MARK) and codecs.lookup(self.layout.encoding).name != "utf-8":
            return (
                f"the file says that it is UTF-8, its source that it is {self.layout.encoding}",
                "correct the source's encoding",
            )
        return None

    def _add_lines(
        self, block: bytes, starts: NDArray[np.int64], is_row: NDArray[np.bool_]
    ) -> None:
        """Add whole lines, those of usage being rows, to the file and to its parts."""
        self.whole.update(block)
        rows, ends = (
            np.cumsum(is_row, dtype=np.int64),
            np.append(starts[1:], len(block)) + self.offset,
        )
        first = 0
        while first < len(starts):
            cut = self._next_cut(first, rows, ends, is_row)
            if cut == first:
                self._close_part()
                cut = self._next_cut(first, rows, ends, is_row)
            if not self._first_line:
                self._first_line = self._last_line + 1 + first
                self._part_offset = self.offset + int(starts[first])
            end = int(ends[cut - 1])
            self._part.update(memoryview(block)[int(starts[first]) : end - self.offset])
            self._part_rows += int(rows[cut - 1] - (rows[first - 1] if first else 0))
            self._part_end, self._part_last_line = end, self._last_line + cut
            first = cut
        self.rows += int(rows[-1])
        self._last_line += len(starts)
        self.offset += len(block)

    def _next_cut(
        self,
        first: int,
        rows: NDArray[np.int64],
        ends: NDArray[np.int64],
        is_row: NDArray[np.bool_],
    ) -> int:
        """The line behind `first` with which a new part begins, `first` if the open one is full."""
        is_open = bool(self._first_line)
        before = int(rows[first - 1]) if first else 0
        free = self.part_rows - (self._part_rows if is_open else 0)
        offset = self._part_offset if is_open else (int(ends[first - 1]) if first else self.offset)
        cut = min(
            int(np.searchsorted(rows, before + free + 1)),
            int(np.searchsorted(ends, offset + PART_BYTES_MAX, side="right")),
        )
        least = first if is_open else first + 1
        cut = max(cut, least)
        if self.layout.in_blocks and cut < len(is_row) and not is_row[cut]:
            # A record is in one part: it is cut off before, or taken in whole.
            heads = np.flatnonzero(is_row)
            fitting, later = heads[(heads >= least) & (heads <= cut)], heads[heads > cut]
            cut = int(fitting[-1] if len(fitting) else later[0] if len(later) else len(is_row))
        return cut

    def _close_part(self) -> None:
        if not self._first_line:
            return
        self.parts.append(
            FilePart(
                first_line=self._first_line,
                last_line=self._part_last_line,
                offset=self._part_offset,
                size=self._part_end - self._part_offset,
                rows=self._part_rows,
                sha256=self._part.digest(),
            )
        )
        self._part = hashlib.sha256()
        self._first_line = self._part_rows = 0


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    """The file in blocks of whole lines; one that is too long comes cut, and ends the file."""
    rest = b""
    while read := file.read(_BLOCK_BYTES):
        whole, feed, rest_of_read = read.rpartition(b"\n")
        if feed:
            yield rest + whole + feed
            rest = rest_of_read
        else:
            rest += read
        if len(rest) > LINE_BYTES_MAX:
            yield rest[: LINE_BYTES_MAX + 1]
            return
    if rest:
        yield rest

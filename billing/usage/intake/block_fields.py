"""One column of many lines, as places in the bytes of their block."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from billing.usage.intake.scanning import (
    FIELD_BYTES_MAX,
    Flags,
    Places,
    ScannedBlock,
    cut_out,
)

_BLANK, _DELETE = 32, 127


@dataclass(frozen=True, slots=True, eq=False)
class BlockFields:
    """The texts of a column, a row for each line; `has_quotes` marks texts with quotes inside."""

    block: ScannedBlock
    body: bytes
    starts: Places
    lengths: Places
    has_quotes: Flags
    encoding: str

    @classmethod
    def of(
        cls, block: ScannedBlock, body: bytes, lines: Places, column: int | None, encoding: str
    ) -> BlockFields:
        """The column of these lines; empty where a line has no such column, or all if None."""
        starts, ends = np.zeros((2, len(lines)), np.int64)
        has = np.full(len(lines), column is not None) & (block.widths[lines] > (column or 0))
        rows = np.flatnonzero(has)
        starts[rows], ends[rows] = block.field(lines[rows], np.full(len(rows), column or 0))
        starts, ends, has_quotes = block.unquoted(starts, ends)
        return cls(block, body, starts, ends - starts, has_quotes, encoding)

    def only(self, rows: Flags) -> BlockFields:
        """These rows of the column."""
        return BlockFields(
            self.block,
            self.body,
            self.starts[rows],
            self.lengths[rows],
            self.has_quotes[rows],
            self.encoding,
        )

    def or_else(self, other: BlockFields) -> BlockFields:
        """The other column's text where this one's is empty."""
        empty = self.lengths == 0
        return BlockFields(
            self.block,
            self.body,
            np.where(empty, other.starts, self.starts),
            np.where(empty, other.lengths, self.lengths),
            np.where(empty, other.has_quotes, self.has_quotes),
            self.encoding,
        )

    @property
    def begin_blank(self) -> Flags:
        """Which texts begin with a blank, or what may be one."""
        firsts = self.block.data[self.starts]
        return (self.lengths > 0) & ((firsts <= _BLANK) | (firsts >= _DELETE))

    def bytes_of(self, row: int) -> bytes:
        """The text of a row, as it stands in the file."""
        start = int(self.starts[row])
        return self.body[start : start + int(self.lengths[row])]

    def text(self, row: int) -> str:
        """The text of a row."""
        return self.bytes_of(row).decode(self.encoding)

    def as_bytes(self) -> list[bytes]:
        """The texts of all rows, as they stand in the file."""
        long = self.lengths > FIELD_BYTES_MAX
        lengths = np.where(long, 0, self.lengths)
        width = max(int(lengths.max(initial=0)), 1)
        cut = cut_out(self.block.data, np.where(long, 0, self.starts), lengths, width)
        texts: list[bytes] = np.ascontiguousarray(cut).view(f"S{width}").reshape(-1).tolist()
        for row in np.flatnonzero(long).tolist():
            texts[row] = self.bytes_of(row)
        return texts

    def stripped(self) -> list[bytes]:
        """The texts of all rows in UTF-8, without the blanks around them."""
        texts = self.as_bytes()
        lasts = self.block.data[self.starts + np.maximum(self.lengths, 1) - 1]
        firsts = self.block.data[self.starts]
        odd = (lasts <= _BLANK) | (lasts >= _DELETE) | (firsts <= _BLANK) | (firsts >= _DELETE)
        if not self.body.isascii() and self.encoding != "utf-8":
            odd[:] = True
        for row in np.flatnonzero(odd & (self.lengths > 0)).tolist():
            texts[row] = texts[row].decode(self.encoding).strip().encode("utf-8", "surrogatepass")
        return texts

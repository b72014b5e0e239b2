"""Where lines and their fields lie in a block of a file, found for all lines at once.

Only what reads the same for everybody is found here; a line with quotes in odd places, or one that
begins with a blank, is left to Python's csv module, which the rest must agree with.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from billing.usage.intake.record_layout import Layout

Places = NDArray[np.int64]
Flags = NDArray[np.bool_]
Bytes = NDArray[np.uint8]

# Longer fields are read one by one.
FIELD_BYTES_MAX = 64

# Encodings in which each byte below 128 is that character and nothing else.
_PLAIN_ENCODINGS = re.compile(r"utf-8|ascii|iso8859-\d+|cp125\d|koi8-[rtu]")
_LINE_FEED, _CARRIAGE_RETURN, _QUOTE = 10, 13, 34
_BLANK, _DELETE = 32, 127


@dataclass(frozen=True, slots=True, eq=False)
class ScannedBlock:
    """Lines of a block that ends with a line end; line i is `data[starts[i]:ends[i]]`.

    `empty` lines hold nothing; `odd` ones must be read one by one, as their `widths` (how many
    fields they have) and `delimiters` are not known. `delimiters` are those between fields.
    """

    data: Bytes
    starts: Places
    ends: Places
    empty: Flags
    odd: Flags
    widths: Places
    delimiters: Places
    first_delimiters: Places
    quotes: Places

    def field(self, lines: Places, column: Places) -> tuple[Places, Places]:
        """Where a field of these lines lies, its quotes included; `column` counts from 0.

        `column` has shape (lines,), and no line has fewer columns.
        """
        starts, ends = self.starts[lines], self.ends[lines].copy()
        first = self.first_delimiters[lines]
        later = np.flatnonzero(column > 0)
        starts[later] = self.delimiters[first[later] + column[later] - 1] + 1
        inner = np.flatnonzero(column < self.widths[lines] - 1)
        ends[inner] = self.delimiters[first[inner] + column[inner]]
        return starts, ends

    def unquoted(self, starts: Places, ends: Places) -> tuple[Places, Places, Flags]:
        """Fields without the quotes around them, and which hold quotes themselves."""
        if not self.quotes.size:
            return starts, ends, np.zeros(len(starts), np.bool_)
        quoted = (ends - starts >= 2) & (
            self.data[np.minimum(starts, len(self.data) - 1)] == _QUOTE
        )
        starts, ends = starts + quoted, ends - quoted
        inside = np.searchsorted(self.quotes, ends) - np.searchsorted(self.quotes, starts)
        return starts, ends, inside > 0


def scan_block(block: bytes, layout: Layout, line_bytes_max: int) -> ScannedBlock | None:
    """The lines of a block; None if any of them may be broken, or the encoding is not plain."""
    if not layout.is_plain or not _is_plain(block, layout):
        return None
    data = np.frombuffer(block, np.uint8)
    feeds = np.flatnonzero(data == _LINE_FEED)
    starts = np.concatenate((np.zeros(1, np.int64), feeds[:-1] + 1))
    if int((feeds - starts).max()) >= line_bytes_max:
        return None
    ends = feeds - ((feeds > starts) & (data[feeds - 1] == _CARRIAGE_RETURN))
    empty = ends == starts
    firsts = data[starts]
    odd = ~empty & ((firsts <= _BLANK) | (firsts >= _DELETE))
    delimiters = np.flatnonzero(data == ord(layout.delimiter))
    quotes = np.flatnonzero(data == _QUOTE)
    if quotes.size:
        of_line = np.searchsorted(feeds, quotes)
        first_quotes = np.searchsorted(quotes, starts)
        odd[of_line[_out_of_place(data, starts, quotes, of_line, first_quotes, layout)]] = True
        odd |= (np.searchsorted(quotes, ends) - first_quotes) % 2 == 1
        before = np.searchsorted(quotes, delimiters)
        line = np.searchsorted(feeds, delimiters)
        delimiters = delimiters[(before - first_quotes[line]) % 2 == 0]
    first_delimiters = np.searchsorted(delimiters, starts)
    return ScannedBlock(
        data=data,
        starts=starts,
        ends=ends,
        empty=empty,
        odd=odd,
        widths=np.searchsorted(delimiters, ends) - first_delimiters + 1,
        delimiters=delimiters,
        first_delimiters=first_delimiters,
        quotes=quotes,
    )


def cut_out(data: Bytes, starts: Places, lengths: Places, width: int) -> Bytes:
    """The bytes of fields, shape (fields, width), filled up with zeros; no field is wider."""
    width = max(width, 1)
    if len(data) < width:
        data = np.concatenate((data, np.zeros(width, np.uint8)))
    # The window of a field at the block's end begins earlier, so that it stays in the block.
    late = np.maximum(starts + width - len(data), 0)
    rows = np.lib.stride_tricks.sliding_window_view(data, width)[starts - late]
    for row in np.flatnonzero(late).tolist():
        rows[row] = np.roll(rows[row], -int(late[row]))
    rows[np.arange(width) >= lengths[:, None]] = 0
    return rows


def _is_plain(block: bytes, layout: Layout) -> bool:
    """Whether bytes below 128 are characters, and all of the block can be decoded."""
    if not _PLAIN_ENCODINGS.fullmatch(layout.encoding) or not layout.delimiter.isascii():
        return False
    if b"\0" in block or block.count(b"\r") != block.count(b"\r\n"):
        return False
    if not block.endswith(b"\n"):
        return False
    if not block.isascii():
        try:
            block.decode(layout.encoding)
        except UnicodeDecodeError:
            return False
    return True


def _out_of_place(
    data: Bytes,
    starts: Places,
    quotes: Places,
    of_line: Places,
    first_quotes: Places,
    layout: Layout,
) -> Flags:
    """Quotes that don't stand around a field or doubled inside one."""
    opens = (np.arange(len(quotes)) - first_quotes[of_line]) % 2 == 0
    before, behind = data[quotes - 1], data[quotes + 1]
    delimiter = ord(layout.delimiter)
    first = quotes == starts[of_line]
    continues = (before == _QUOTE) & ~first
    right_open = first | (before == delimiter) | continues
    right_close = (
        (behind == delimiter)
        | (behind == _LINE_FEED)
        | (behind == _CARRIAGE_RETURN)
        | (behind == _QUOTE)
    )
    wrong: Flags = np.where(opens, ~right_open, ~right_close)
    return wrong

"""Records that are blocks of lines: one that begins in the first column, and those below it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_BEGINS_NO_RECORD = np.frombuffer(b" \t\r\n", np.uint8)


def heads_of(raw: bytes, starts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of the lines that begin at `starts` begin a record."""
    data = np.frombuffer(raw, np.uint8)
    return np.isin(data[starts], _BEGINS_NO_RECORD, invert=True)


def block_text(text: str) -> str:
    """The text of a record as it is kept: without carriage returns and what is empty behind it."""
    return text.replace("\r\n", "\n").rstrip()

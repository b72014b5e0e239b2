"""The numbers of lines that lie anywhere in a file, packed: the steps from each to the next."""

from __future__ import annotations

import zlib

import numpy as np

from billing.usage.intake.batch import Integers

# A step is a whole number of so many bytes; the first byte of what is packed says which.
_WIDTHS = (1, 2, 4, 8)


def pack_lines(numbers: Integers) -> bytes:
    """Ascending line numbers, but for the first and the last; empty if none between is missing."""
    if int(numbers[-1] - numbers[0]) == len(numbers) - 1:
        return b""
    steps = np.diff(numbers)
    width = next(width for width in _WIDTHS if int(steps.max()) < 2 ** (8 * width))
    return bytes([width]) + zlib.compress(steps.astype(f"<u{width}").tobytes(), 1)


def unpack_lines(first: int, last: int, packed: bytes) -> Integers:
    """The line numbers from `first` to `last` that were packed."""
    if not packed:
        return np.arange(first, last + 1)
    steps = np.frombuffer(zlib.decompress(packed[1:]), f"<u{packed[0]}").astype(np.int64)
    return np.concatenate((np.array([first], np.int64), first + np.cumsum(steps)))

"""Dialled numbers as sortable integers, and the table that finds their longest prefix.

A number's key reads its first 15 digits in base 11, left-aligned: digit d counts d + 1, and 0
stands for "no digit here". So keys sort like the digit strings, leading zeros and the length are
part of the key, and the numbers that begin with a prefix are one range of keys: "47" lies outside
the range of "470", and "112" inside those of "1", "11" and "112". Digits beyond the 15th are
ignored (E.164 has 15).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

KEY_DIGITS = 15
_BASE = 11
_POWERS = tuple(_BASE ** (KEY_DIGITS - length) for length in range(KEY_DIGITS + 1))


@dataclass(frozen=True, slots=True)
class NumberKeys:
    """The keys of a batch of numbers, int64 of shape (events,). Encode once, match many decks."""

    keys: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.keys)

    def __getitem__(self, rows: NDArray[np.bool_] | NDArray[np.int64] | slice) -> "NumberKeys":
        return NumberKeys(self.keys[rows])


def encode_numbers(numbers: Sequence[str] | NDArray[np.bytes_]) -> NumberKeys:
    """Keys of digit strings: a sequence of `str`, or a numpy bytes array (`S15` and the like).

    The empty number is allowed (events without a dialled number): only the empty prefix fits it.
    Anything but the digits 0-9 raises `ValueError`.
    """
    digits = _as_bytes(numbers)
    columns = digits.view(np.uint8).reshape(len(digits), -1)
    keys = np.zeros(len(digits), np.int64)
    ended = np.zeros(len(digits), np.bool_)
    wrong = np.zeros(len(digits), np.bool_)
    for place in range(columns.shape[1]):
        column = columns[:, place]
        blank = column == 0
        wrong |= ~blank & (((column - np.uint8(48)) > 9) | ended)
        ended |= blank
        keys = keys * _BASE + np.where(blank, 0, column.astype(np.int64) - 47)
    if wrong.any():
        raise ValueError(f"Not a number of digits 0-9: {digits[int(np.argmax(wrong))]!r}.")
    return NumberKeys(keys * _POWERS[columns.shape[1]])


def encode_values(values: NDArray[np.int64], lengths: NDArray[np.int64]) -> NumberKeys:
    """Keys of numbers stored as an integer and a count of digits (leading zeros included)."""
    values, lengths = np.asarray(values, np.int64), np.asarray(lengths, np.int64)
    ten = 10 ** np.arange(19, dtype=np.int64)
    known = (values >= 0) & (lengths >= 0) & (lengths <= 18)
    if not known.all() or (values >= ten[lengths]).any():
        raise ValueError("A number must be positive and have as many digits as its length says.")
    rest = values // ten[np.maximum(lengths - KEY_DIGITS, 0)]
    length = np.minimum(lengths, KEY_DIGITS)
    keys = np.zeros(len(values), np.int64)
    for place in range(KEY_DIGITS):
        digit = rest // ten[np.maximum(length - 1 - place, 0)] % 10
        keys = keys * _BASE + np.where(place < length, digit + 1, 0)
    return NumberKeys(keys)


def _as_bytes(numbers: Sequence[str] | NDArray[np.bytes_]) -> NDArray[np.bytes_]:
    """An array of at most 15 bytes a number; longer numbers are cut."""
    try:
        digits = np.asarray(numbers, dtype=f"S{KEY_DIGITS}")
    except UnicodeEncodeError as error:
        raise ValueError(f"Not a number of digits 0-9: {error.object!r}.") from None
    return np.ascontiguousarray(digits)

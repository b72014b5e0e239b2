"""Dialled numbers as sortable integers, and the table that finds their longest prefix.

A number's key reads its first 15 digits in base 11, left-aligned: digit d counts d + 1, and 0
stands for "no digit here". So keys sort like the digit strings, leading zeros and the length are
part of the key, and the numbers that begin with a prefix are one range of keys: "47" lies outside
the range of "470", and "112" inside those of "1", "11" and "112". Digits beyond the 15th are
ignored (E.164 has 15).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

KEY_DIGITS = 15
_BASE = 11
_POWERS = tuple(_BASE ** (KEY_DIGITS - length) for length in range(KEY_DIGITS + 1))

# What each byte of a number counts in its key: no digit 0, "0" to "9" 1 to 10, all else wrong.
_SYMBOLS = np.full(256, 255, np.uint8)
_SYMBOLS[0] = 0
_SYMBOLS[48:58] = np.arange(1, 11)


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
    columns = digits.view(np.uint8).reshape(len(digits), KEY_DIGITS)
    symbols = _SYMBOLS[np.ascontiguousarray(columns.T)]
    wrong = (symbols >= _BASE).any(axis=0)
    wrong |= ((symbols[1:] > 0) & (symbols[:-1] == 0)).any(axis=0)
    if wrong.any():
        raise ValueError(f"Not a number of digits 0-9: {digits[int(np.argmax(wrong))]!r}.")
    keys = np.zeros(len(digits), np.int64)
    for symbol in symbols:
        keys *= _BASE
        keys += symbol
    return NumberKeys(keys)


def encode_values(
    values: NDArray[np.integer[Any]], lengths: NDArray[np.integer[Any]]
) -> NumberKeys:
    """Keys of numbers stored as an integer and a count of digits, leading zeros included.

    Both have shape (events,); a value that does not fit its length (0 to 18) raises `ValueError`.
    """
    values, lengths = values.astype(np.int64), lengths.astype(np.int64)
    ten = 10 ** np.arange(19, dtype=np.int64)
    known = (values >= 0) & (lengths >= 0) & (lengths <= 18)
    if not known.all() or (values >= ten[lengths]).any():
        raise ValueError("A number is not negative and has at most as many digits as its length.")
    rest = values // ten[np.maximum(lengths - KEY_DIGITS, 0)]
    length = np.minimum(lengths, KEY_DIGITS)
    keys = np.zeros(len(values), np.int64)
    for place in range(KEY_DIGITS):
        digit = rest // ten[np.maximum(length - 1 - place, 0)] % 10
        keys = keys * _BASE + np.where(place < length, digit + 1, 0)
    return NumberKeys(keys)


@dataclass(frozen=True, slots=True, eq=False)
class PrefixTable:
    """Dated prefixes, ready for matching. Built by `compile_prefixes`, used through `match`.

    Nested prefixes are flattened into disjoint ranges of keys, whatever their dates: range i
    reaches from `bounds[i]` to `bounds[i + 1]`, and its longest prefix is node `range_nodes[i]`
    (-1: none). A node's versions lie from `first_version[node]` to `first_version[node + 1]`, by
    start. Where a node has no rate in force yet, or a closed one, its `parents` node serves.
    """

    bounds: NDArray[np.int64]
    range_nodes: NDArray[np.int64]
    parents: NDArray[np.int64]
    first_version: NDArray[np.int64]
    version_starts: NDArray[np.int64]
    version_rates: NDArray[np.int64]
    version_ended: NDArray[np.bool_]
    instants: NDArray[np.int64]
    version_order: NDArray[np.int64]

    def match(self, numbers: NumberKeys, starts: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rate that serves each number at each start instant: its index, or -1 for none."""
        found = np.full(len(numbers), -1, np.int64)
        nodes = self._longest_prefixes(numbers.keys)
        rows = np.flatnonzero(nodes >= 0)
        nodes = nodes[rows]
        while rows.size:
            versions = self._versions_at(nodes, starts[rows])
            serves = (versions >= 0) & ~self.version_ended[versions]
            found[rows[serves]] = self.version_rates[versions[serves]]
            rows, nodes = rows[~serves], self.parents[nodes[~serves]]
            rows, nodes = rows[nodes >= 0], nodes[nodes >= 0]
        return found

    def _longest_prefixes(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """The node of each key's range; sorting the keys first makes the search twice as fast."""
        order = np.argsort(keys)
        nodes = np.empty(len(keys), np.int64)
        nodes[order] = self.range_nodes[np.searchsorted(self.bounds, keys[order], "right") - 1]
        return nodes

    def _versions_at(
        self, nodes: NDArray[np.int64], starts: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Each node's last version that has started by then; -1 where none has."""
        versions = self.first_version[nodes + 1] - 1
        early = np.flatnonzero(self.version_starts[versions] > starts)
        if early.size:
            nodes, starts = nodes[early], starts[early]
            rank = np.searchsorted(self.instants, starts, side="right")
            place = np.searchsorted(
                self.version_order, nodes * (len(self.instants) + 1) + rank, side="right"
            )
            versions[early] = np.where(place > self.first_version[nodes], place - 1, -1)
        return versions


def compile_prefixes(
    prefixes: Sequence[str], starts: NDArray[np.int64], ended: NDArray[np.bool_]
) -> PrefixTable:
    """The table of rates given as columns: prefix, start instant, and whether it closes."""
    keys = encode_numbers(prefixes).keys
    lengths = np.fromiter(map(len, prefixes), np.int64, len(prefixes))
    lows, where, nodes = np.unique(keys, return_index=True, return_inverse=True)
    highs = lows + np.array(_POWERS, np.int64)[lengths[where]]
    bounds, range_nodes, parents = _flatten(lows.tolist(), highs.tolist())
    order = np.lexsort((starts, nodes))
    instants, ranks = np.unique(starts, return_inverse=True)
    return PrefixTable(
        bounds=bounds,
        range_nodes=range_nodes,
        parents=parents,
        first_version=np.searchsorted(nodes[order], np.arange(len(lows) + 1)).astype(np.int64),
        version_starts=starts[order],
        version_rates=order.astype(np.int64),
        version_ended=ended[order],
        instants=instants,
        version_order=(nodes * (len(instants) + 1) + ranks + 1)[order],
    )


def _flatten(
    lows: list[int], highs: list[int]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Nested ranges, sorted by low end, as disjoint ones: bounds, their nodes, and parents.

    A sweep with a stack of the ranges that are open: opening one starts a range of its own,
    closing it hands over to the one around it. Where two bounds coincide the later one holds.
    """
    owner_from: dict[int, int] = {0: -1}
    parents: list[int] = []
    opened: list[int] = []
    for node, low in enumerate(lows):
        while opened and highs[opened[-1]] <= low:
            high = highs[opened.pop()]
            owner_from[high] = opened[-1] if opened else -1
        parents.append(opened[-1] if opened else -1)
        opened.append(node)
        owner_from[low] = node
    while opened:
        high = highs[opened.pop()]
        owner_from[high] = opened[-1] if opened else -1
    return (
        np.fromiter(owner_from.keys(), np.int64, len(owner_from)),
        np.fromiter(owner_from.values(), np.int64, len(owner_from)),
        np.array(parents, np.int64),
    )


def _as_bytes(numbers: Sequence[str] | NDArray[np.bytes_]) -> NDArray[np.bytes_]:
    """An array of at most 15 bytes a number; longer numbers are cut."""
    try:
        digits = np.asarray(numbers, dtype=f"S{KEY_DIGITS}")
    except UnicodeEncodeError as error:
        raise ValueError(f"Not a number of digits 0-9: {error.object!r}.") from None
    return np.ascontiguousarray(digits)

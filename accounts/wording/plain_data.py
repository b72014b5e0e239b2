"""What templates see: frozen texts, numbers, lists and dictionaries, and nothing that can act."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

TEXT_LENGTH_MAX = 10_000
ITEMS_MAX = 2_000
DEPTH_MAX = 4
# Characters that turn the reading direction of the rest of a line, or hide.
_DIRECTIONS = {"Cf", "Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
_KEPT = {"\n", "\t", "\u00ad", "\u200c", "\u200d"}

Plain = object


def plain(values: Mapping[str, object]) -> Mapping[str, Plain]:
    """A copy that nobody can change, of exact plain types; refuses everything else.

    An empty text becomes None, so that `{% if name %}` asks what people mean by it. Raises
    TypeError for objects, and ValueError for what is too deep or too much.
    """
    return _mapping(values, 1)


def _mapping(values: Mapping[str, object], depth: int) -> Mapping[str, Plain]:
    if depth > DEPTH_MAX:
        raise ValueError("The values of a message are nested too deeply.")
    for key in values:
        if type(key) is not str or not key.isidentifier() or key.startswith("_"):
            raise TypeError(f"{key!r} is no name of a value.")
    return MappingProxyType({key: _value(value, depth) for key, value in values.items()})


def _value(value: object, depth: int) -> Plain:
    if value is None or type(value) in (bool, int, Decimal):
        return value
    # Subclasses of str come with methods of their own (marked as safe, for one): only the text.
    if isinstance(value, str):
        return clean_text(str.__str__(value))[:TEXT_LENGTH_MAX] or None
    if isinstance(value, Mapping):
        return _mapping(value, depth + 1)
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        if len(value) > ITEMS_MAX:
            raise ValueError(f"A message has room for {ITEMS_MAX} rows.")
        return tuple(_value(item, depth + 1) for item in value)
    raise TypeError(f"A {type(value).__name__} is no value for a message: write it as text.")


def clean_text(text: str) -> str:
    """The text without control characters and without tricks that turn its direction."""
    return "".join(
        char for char in text if char in _KEPT or unicodedata.category(char) not in _DIRECTIONS
    )


def one_line(text: str, length: int) -> str:
    """One line for a header: no line break of any kind, no control characters, cut to `length`."""
    return clean_text(" ".join(text.split()))[:length]

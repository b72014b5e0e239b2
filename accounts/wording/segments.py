"""How many text messages a text takes: by the GSM alphabet, or by UCS-2 where that can't say it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SEGMENTS_MAX = 10
# 3GPP TS 23.038: the default alphabet, and the characters that take two places.
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWO_PLACES = frozenset("\f^{}\\[~]|€")


@dataclass(frozen=True, slots=True)
class Segments:
    """The alphabet a text needs, its length in that alphabet, and the messages it is cut into."""

    alphabet: Literal["gsm7", "ucs2"]
    length: int
    count: int


def segments_of(text: str) -> Segments:
    """Count the segments of a text: 160 or 153 places of GSM-7 each, else 70 or 67 of UCS-2.

    A character of two places is never cut in two, so it may leave the last place of a segment
    empty.
    """
    if all(char in _GSM or char in _GSM_TWO_PLACES for char in text):
        sizes = [2 if char in _GSM_TWO_PLACES else 1 for char in text]
        return _cut("gsm7", sizes, 160, 153)
    sizes = [2 if ord(char) > 0xFFFF else 1 for char in text]
    return _cut("ucs2", sizes, 70, 67)


def _cut(alphabet: Literal["gsm7", "ucs2"], sizes: list[int], alone: int, each: int) -> Segments:
    length = sum(sizes)
    if length <= alone:
        return Segments(alphabet, length, 1)
    count, room = 1, each
    for size in sizes:
        if size > room:
            count, room = count + 1, each
        room -= size
    return Segments(alphabet, length, count)

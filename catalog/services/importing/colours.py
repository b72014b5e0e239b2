"""A brand's colours: text on them must be readable."""

from __future__ import annotations

import re

from core.input_tree import Node, Unreadable
from core.input_values import scalar

CONTRAST_MIN = 4.5  # WCAG 2.2, 1.4.3
COLOUR = re.compile(r"#[0-9a-f]{6}")
_WHITE = 1.05  # its luminance with the 0.05 that the formula adds


def colour(node: Node) -> str:
    """A colour as #rrggbb."""
    value = scalar(node).lower()
    if not COLOUR.fullmatch(value):
        raise Unreadable(f"{value!r} is not a colour", 'write it in quotes as "#0b5563"')
    return value


def colour_under_white_text(node: Node) -> str:
    """A colour on which white text can be read."""
    value = colour(node)
    contrast = contrast_with_white(value)
    if contrast < CONTRAST_MIN:
        raise Unreadable(
            f"{value} is too light: white text on it has a contrast of {contrast:.2f},"
            f" not {CONTRAST_MIN}",
            f'use a darker shade, for example "{readable_shade(value)}"',
        )
    return value


def contrast_with_white(value: str) -> float:
    """The contrast ratio of white text on a colour, 1 to 21 (WCAG 2.2)."""
    red, green, blue = (_linear(channel / 255) for channel in _channels(value))
    return _WHITE / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def readable_shade(value: str) -> str:
    """The lightest shade of the same colour on which white text can be read."""
    channels = _channels(value)
    for percent in range(100, -1, -1):
        shade = "#" + "".join(f"{channel * percent // 100:02x}" for channel in channels)
        if contrast_with_white(shade) >= CONTRAST_MIN:
            return shade
    return "#000000"


def _channels(value: str) -> list[int]:
    return [int(value[place : place + 2], 16) for place in (1, 3, 5)]


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

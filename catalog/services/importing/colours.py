"""A brand's colours: text on them must be readable."""

from __future__ import annotations

import re

from core.colours import WHITE, contrast, parse_colour
from core.input_tree import Node, Unreadable
from core.input_values import scalar

CONTRAST_MIN = 4.5  # WCAG 2.2, 1.4.3
COLOUR = re.compile(r"#[0-9a-f]{6}")


def colour(node: Node) -> str:
    """A colour as #rrggbb."""
    value = scalar(node).lower()
    if not COLOUR.fullmatch(value):
        raise Unreadable(f"{value!r} is not a colour", 'write it in quotes as "#0b5563"')
    return value


def colour_under_white_text(node: Node) -> str:
    """A colour on which white text can be read."""
    value = colour(node)
    ratio = contrast_with_white(value)
    if ratio < CONTRAST_MIN:
        raise Unreadable(
            f"{value} is too light: white text on it has a contrast of {ratio:.2f},"
            f" not {CONTRAST_MIN}",
            f'use a darker shade, for example "{readable_shade(value)}"',
        )
    return value


def contrast_with_white(value: str) -> float:
    """The contrast ratio of white text on a colour, 1 to 21 (WCAG 2.2)."""
    return contrast(WHITE, parse_colour(value))


def readable_shade(value: str) -> str:
    """The lightest shade of the same colour on which white text can be read."""
    channels = parse_colour(value)
    for percent in range(100, -1, -1):
        shade = "#" + "".join(f"{channel * percent // 100:02x}" for channel in channels)
        if contrast_with_white(shade) >= CONTRAST_MIN:
            return shade
    return "#000000"

"""A brand's colours made readable: text keeps a contrast of 4.5 to 1 whatever the brand chose."""

from __future__ import annotations

import re

READABLE = 4.5
_STEPS = 50
Colour = tuple[int, int, int]
WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)


def parse_colour(text: str, fallback: str = "#1f4e79") -> Colour:
    """The colour `#rrggbb`; the fallback for anything else, so that no other text gets into CSS."""
    digits = text if re.fullmatch(r"#[0-9a-fA-F]{6}", text) else fallback
    return int(digits[1:3], 16), int(digits[3:5], 16), int(digits[5:7], 16)


def css(colour: Colour) -> str:
    """The colour as CSS writes it."""
    red, green, blue = colour
    return f"#{red:02x}{green:02x}{blue:02x}"


def contrast(first: Colour, second: Colour) -> float:
    """The contrast ratio of two colours as WCAG 2 defines it, from 1 to 21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def text_on(background: Colour) -> Colour:
    """White or black, whichever is read better on `background`; one of them always reaches 4.5."""
    return max((WHITE, BLACK), key=lambda colour: contrast(colour, background))


def readable_on(colour: Colour, background: Colour) -> Colour:
    """`colour`, moved towards black or white as little as it takes to be read on `background`."""
    target = text_on(background)
    for step in range(_STEPS + 1):
        candidate = _mix(colour, target, step)
        if contrast(candidate, background) >= READABLE:
            return candidate
    return target


def _mix(colour: Colour, target: Colour, step: int) -> Colour:
    red, green, blue = (
        (one * (_STEPS - step) + other * step) // _STEPS
        for one, other in zip(colour, target, strict=True)
    )
    return red, green, blue


def _luminance(colour: Colour) -> float:
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)

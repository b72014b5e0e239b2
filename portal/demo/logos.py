"""Draws the brands' logos: a fjord between two mountains, and a compass needle."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

HEIGHT = 120
_SMOOTH = 4  # drawn so much larger, then made smaller, for smooth edges
Points = list[tuple[int, int]]


def draw_logos(folder: Path) -> None:
    """Write fjordtel.png and northwind.png, each 120 pixels high, on no background."""
    _save(folder / "fjordtel.png", "fjordtel", "#0b5563", _draw_fjord)
    _save(folder / "northwind.png", "Northwind Voice", "#312e81", _draw_compass)


def _save(path: Path, text: str, colour: str, draw_mark: object) -> None:
    height = HEIGHT * _SMOOTH
    font = ImageFont.load_default(size=62 * _SMOOTH)
    width = height + int(font.getlength(text)) + 40 * _SMOOTH
    image = Image.new("RGBA", (width, height), (255, 255, 255, 0))
    draw = ImageDraw.Draw(image)
    assert callable(draw_mark)
    draw_mark(draw)
    draw.text((height + 16 * _SMOOTH, height // 2), text, fill=colour, font=font, anchor="lm")
    image.resize((width // _SMOOTH, HEIGHT), Image.Resampling.LANCZOS).save(path, format="PNG")


def _draw_fjord(draw: ImageDraw.ImageDraw) -> None:
    draw.polygon(_scaled([(8, 84), (44, 18), (72, 68), (62, 84)]), fill="#0b5563")
    draw.polygon(_scaled([(66, 84), (90, 40), (112, 84)]), fill="#3d8a94")
    for row, colour in ((92, "#b45309"), (103, "#0b5563")):
        draw.line(_scaled([(10, row), (110, row)]), fill=colour, width=5 * _SMOOTH)


def _draw_compass(draw: ImageDraw.ImageDraw) -> None:
    draw.ellipse(_scaled([(10, 10), (110, 110)]), outline="#312e81", width=7 * _SMOOTH)
    draw.polygon(_scaled([(84, 34), (68, 68), (52, 52)]), fill="#c2410c")
    draw.polygon(_scaled([(36, 86), (68, 68), (52, 52)]), fill="#312e81")


def _scaled(points: Points) -> Points:
    return [(x * _SMOOTH, y * _SMOOTH) for x, y in points]

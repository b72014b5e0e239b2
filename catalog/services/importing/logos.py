"""A brand's logo: a small raster image, drawn anew so that only its pixels are kept."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from core.input_tree import Node, Reader, Unreadable
from core.input_values import scalar

BYTES_MAX = 1024 * 1024
PIXELS_MAX = 4_000_000
TYPES = {"PNG": "image/png", "JPEG": "image/jpeg"}


def read_logo(folder: Path) -> Reader[tuple[bytes, str]]:
    """A PNG or JPEG in `folder`, as bytes drawn anew and their media type."""

    def read(node: Node) -> tuple[bytes, str]:
        name = scalar(node)
        path = folder / name
        if Path(name).name != name or name in {".", ".."}:
            raise Unreadable(f"{name!r} is a path", "name a file that lies beside this one")
        try:
            if path.stat().st_size > BYTES_MAX:
                raise Unreadable(f"{name} is larger than 1 MB", "save it smaller")
            content = path.read_bytes()
        except OSError:
            raise Unreadable(f"{name} is not there", f"put it beside this file: {path}") from None
        return _redraw(name, content)

    return read


def _redraw(name: str, content: bytes) -> tuple[bytes, str]:
    """The same pixels in a new file: no metadata, nothing hidden behind the image."""
    try:
        with _half_images_refused(), warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(BytesIO(content), formats=tuple(TYPES))
            if image.width * image.height > PIXELS_MAX:
                raise Unreadable(
                    f"{name} has {image.width} × {image.height} pixels",
                    f"use at most {PIXELS_MAX:,}",
                )
            kind = image.format or "PNG"
            upright = ImageOps.exif_transpose(image)
            drawn = upright.convert("RGB" if kind == "JPEG" else "RGBA")
            drawn.info.clear()
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
        OSError,
        ValueError,
        SyntaxError,
    ):
        raise Unreadable(f"{name} is not a PNG or JPEG image", "save it as PNG") from None
    out = BytesIO()
    drawn.save(out, format=kind, quality=90)
    return out.getvalue(), TYPES[kind]


@contextmanager
def _half_images_refused() -> Iterator[None]:
    """The printing library lets Pillow take half images, for the whole process: not here."""
    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before

"""A brand's look: text on its colour can be read, and its logo is nothing but pixels."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageFile

from catalog.services.importing.colours import contrast_with_white, readable_shade
from catalog.services.importing.logos import read_logo
from core.errors import InputRefused
from core.input_tree import Scalar, Unreadable
from core.models import Brand
from tests.catalog.conftest import CATALOGUE, TakeIn


@pytest.mark.parametrize(
    ("colour", "contrast"),
    [("#ffffff", "1.00"), ("#000000", "21.00"), ("#777777", "4.48"), ("#0b5563", "8.42")],
)
def test_contrast_is_that_of_the_accessibility_rules(colour: str, contrast: str) -> None:
    assert f"{contrast_with_white(colour):.2f}" == contrast


@pytest.mark.parametrize("colour", ["#ffffff", "#ffcc00", "#777777", "#00ff00", "#ff8800"])
def test_the_suggested_shade_can_be_read_and_is_not_darker_than_needed(colour: str) -> None:
    shade = readable_shade(colour)

    assert 4.5 <= contrast_with_white(shade) < 4.75


def test_a_colour_too_light_is_refused_with_a_darker_one(take_in: TakeIn) -> None:
    with pytest.raises(InputRefused) as refused:
        take_in(CATALOGUE.replace("#0b5563", "#ffcc00"))

    [problem] = refused.value.problems
    assert "white text on it has a contrast of 1.51, not 4.5" in problem.what
    assert problem.remedy == f'use a darker shade, for example "{readable_shade("#ffcc00")}"'


def with_logo(name: str) -> str:
    return CATALOGUE.replace("    sender_email", f"    logo: {name}\n    sender_email")


def test_a_logo_is_stored_with_its_brand_and_the_same_again_is_no_change(
    take_in: TakeIn,
) -> None:
    take_in(with_logo("fjordtel.png"))
    again = take_in(with_logo("fjordtel.png"))

    brand = Brand.objects.get()
    assert Image.open(BytesIO(bytes(brand.logo))).size == (40, 20)
    assert brand.logo_type == "image/png"
    assert not again.has_changes


def test_a_logo_can_be_taken_away(take_in: TakeIn) -> None:
    take_in(with_logo("fjordtel.png"))

    take_in(with_logo(""))

    assert (Brand.objects.get().logo, Brand.objects.get().logo_type) == (None, "")


def read(folder: Path, name: str) -> tuple[bytes, str]:
    return read_logo(folder)(Scalar(1, name))


def test_what_hides_behind_the_pixels_is_left_behind(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "where I live"
    image = Image.new("RGB", (20, 10), "teal")
    image.save(tmp_path / "logo.jpg", exif=exif, comment=b"and when")
    with (tmp_path / "logo.jpg").open("ab") as file:
        file.write(b"<script>alert(1)</script>")

    content, kind = read(tmp_path, "logo.jpg")

    assert kind == "image/jpeg"
    assert not [text for text in (b"where", b"when", b"script") if text in content]


def broken(folder: Path) -> dict[str, bytes]:
    large = BytesIO()
    Image.new("1", (3000, 3000)).save(large, "PNG")
    gif = BytesIO()
    Image.new("RGB", (2, 2)).save(gif, "GIF")
    png = BytesIO()
    Image.effect_noise((300, 300), 90).save(png, "PNG")
    return {
        "drawing.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        "film.gif": gif.getvalue(),
        "large.png": large.getvalue(),
        "heavy.png": b"\x89PNG" + bytes(1024 * 1024),
        "half.png": png.getvalue()[:2000],
        "empty.png": b"",
    }


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("drawing.svg", "is not a PNG or JPEG image"),
        ("film.gif", "is not a PNG or JPEG image"),
        ("large.png", "has 3000 × 3000 pixels"),
        ("heavy.png", "is larger than 1 MB"),
        ("half.png", "is not a PNG or JPEG image"),
        ("empty.png", "is not a PNG or JPEG image"),
        ("nothing.png", "is not there"),
        ("../logo.png", "is a path"),
        ("..", "is a path"),
    ],
)
def test_what_is_no_small_image_beside_the_file_is_refused(
    tmp_path: Path, name: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As it is in a process that has printed: the printing library switches it on for all.
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    for file, content in broken(tmp_path).items():
        (tmp_path / file).write_bytes(content)

    with pytest.raises(Unreadable) as refused:
        read(tmp_path, name)

    assert said in refused.value.what

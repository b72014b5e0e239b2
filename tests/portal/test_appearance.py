"""A brand's look: readable whatever the colours, safe whatever the texts."""

from __future__ import annotations

import itertools

import pytest
from django.test import Client

from core.colours import BLACK, READABLE, WHITE, contrast, parse_colour, readable_on, text_on


@pytest.fixture
def visitor(fjordtel) -> Client:
    return Client(headers={"host": "fjordtel.localhost"})


def test_contrast_is_that_of_wcag():
    assert contrast(WHITE, BLACK) == pytest.approx(21)
    assert contrast(parse_colour("#767676"), WHITE) == pytest.approx(4.54, abs=0.01)


COLOURS = [
    (red, green, blue) for red, green, blue in itertools.product((0, 64, 128, 191, 255), repeat=3)
]


def test_text_can_be_read_on_every_brand_colour():
    assert min(contrast(text_on(colour), colour) for colour in COLOURS) >= READABLE


@pytest.mark.parametrize("background", [WHITE, (243, 244, 246), (24, 27, 31), (38, 42, 48)])
def test_every_brand_colour_becomes_readable_as_text(background):
    shades = [readable_on(colour, background) for colour in COLOURS]

    assert min(contrast(shade, background) for shade in shades) >= READABLE


def test_a_readable_colour_stays_as_it_is():
    navy = parse_colour("#1f4e79")

    assert readable_on(navy, WHITE) == navy


@pytest.mark.parametrize("text", ["red", "#12345", "#12345g", "}*{x:y", ""])
def test_nothing_but_a_colour_gets_into_the_css(fjordtel, visitor, text):
    type(fjordtel).objects.filter(pk=fjordtel.pk).update(primary_colour=text)

    css = visitor.get("/brand.css")

    assert css["Content-Type"] == "text/css; charset=utf-8"
    assert "--brand:#1f4e79" in css.content.decode()


def test_the_brands_colours_are_its_own(fjordtel, northwind, visitor):
    fjordtel.primary_colour = "#0b5563"
    fjordtel.save()

    response = visitor.get("/brand.css")

    assert "--brand:#0b5563" in response.content.decode()
    assert "public" in response["Cache-Control"]
    again = visitor.get("/brand.css", headers={"if-none-match": response["ETag"]})
    assert again.status_code == 304


def test_the_logo_comes_from_our_own_host(fjordtel, visitor):
    assert visitor.get("/brand/logo").status_code == 404
    fjordtel.logo, fjordtel.logo_type = b"\x89PNG", "image/png"
    fjordtel.save()

    response = visitor.get("/brand/logo")

    assert response.content == b"\x89PNG"
    assert response["Content-Type"] == "image/png"
    assert 'alt="Fjordtel"' in visitor.get("/login/").content.decode()


@pytest.mark.parametrize("kind", ["image/svg+xml", "text/html", ""])
def test_a_logo_that_could_hold_a_script_is_not_shown(fjordtel, visitor, kind):
    fjordtel.logo, fjordtel.logo_type = b"<svg onload=alert(1)>", kind
    fjordtel.save()

    assert visitor.get("/brand/logo").status_code == 404
    assert "/brand/logo" not in visitor.get("/login/").content.decode()


def test_texts_of_the_brand_are_escaped(fjordtel, visitor):
    fjordtel.name = "<script>alert(1)</script>"
    fjordtel.save()

    page = visitor.get("/login/").content.decode()
    icon = visitor.get("/brand/icon.svg").content.decode()

    assert "<script>alert" not in page
    assert ">&lt;</text>" in icon


@pytest.mark.parametrize("path", ["/login/", "/help/", "/nothing/"])
def test_pages_hold_no_inline_style_or_script_and_no_other_host(visitor, path):
    page = visitor.get(path).content.decode()

    assert "style=" not in page
    assert "<style" not in page
    assert "onclick" not in page
    assert "https://" not in page
    assert "http://" not in page


def test_an_error_of_ours_is_told_in_the_brands_look(fjordtel, visitor, monkeypatch):
    def broken(*arguments, **named):
        raise RuntimeError("out of order")

    monkeypatch.setattr("portal.views.appearance.look_of", broken)
    visitor.raise_request_exception = False

    response = visitor.get("/brand.css")

    assert response.status_code == 500
    assert "Noe gikk galt hos oss" in response.content.decode()
    assert "out of order" not in response.content.decode()

"""The brand's look as files: its colours as CSS, its logo, a small icon."""

from __future__ import annotations

from zlib import crc32

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import etag, require_safe

from core.colours import css, parse_colour, readable_on, text_on
from core.context import brand_of, has_logo
from core.models import Brand

LIGHT, DARK = (255, 255, 255), (24, 27, 31)


def look_of(brand: Brand) -> dict[str, str]:
    """The colours of a brand's pages: its own, and shades that can be read on light and dark."""
    primary = parse_colour(brand.primary_colour)
    accent = parse_colour(brand.accent_colour, "#c2410c")
    return {
        "primary": css(primary),
        "on_primary": css(text_on(primary)),
        "link_light": css(readable_on(primary, (243, 244, 246))),
        "link_dark": css(readable_on(primary, (38, 42, 48))),
        "accent_light": css(readable_on(accent, LIGHT)),
        "accent_dark": css(readable_on(accent, DARK)),
    }


def _etag(request: HttpRequest) -> str | None:
    brand = brand_of(request)
    if brand is None:
        return None
    look = "".join(look_of(brand).values()).replace("#", "")
    return f'"{look}{crc32(brand.name.encode()):x}"'


@require_safe
@cache_control(public=True, max_age=300)
@etag(_etag)
def brand_css(request: HttpRequest) -> HttpResponse:
    """The brand's colours as CSS custom properties."""
    context = {"look": look_of(_brand(request))}
    return render(request, "portal/brand.css", context, content_type="text/css; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=300)
@etag(_etag)
def icon(request: HttpRequest) -> HttpResponse:
    """The brand's first letter on its colour, for the browser's tab."""
    brand = _brand(request)
    context = {"look": look_of(brand), "letter": brand.name[:1].upper()}
    return render(request, "portal/icon.svg", context, content_type="image/svg+xml")


@require_safe
@cache_control(public=True, max_age=300)
def logo(request: HttpRequest) -> HttpResponse:
    """The brand's logo; only pictures of a kind that can't hold a script."""
    brand = _brand(request)
    if not has_logo(brand) or not brand.logo:
        raise Http404
    response = HttpResponse(bytes(brand.logo), content_type=brand.logo_type)
    response["Content-Disposition"] = "inline"
    return response


def _brand(request: HttpRequest) -> Brand:
    brand = brand_of(request)
    if brand is None:
        raise Http404
    return brand

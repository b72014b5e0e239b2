"""Sets a document's words on the page: our template and style sheet, the brand's look."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from billing.documents.content import InvoiceContent, Look
from billing.documents.renderer.pool import Page
from billing.documents.summary import SummaryContent
from core.colours import WHITE, contrast, parse_colour

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "documents"
LOGO_TYPES = ("image/png", "image/jpeg")
INK = "#1a1a1a"
READABLE_CONTRAST = 4.5
FILL_STRENGTH = 0.07
PAGE, PAGES = "\0page\0", "\0pages\0"


def invoice_page(content: InvoiceContent) -> Page:
    """The page to print. Texts are escaped by the template; none of them enters the style sheet."""
    resources = _logo_resource(content.look)
    with override(content.language):
        html = render_to_string(
            "documents/invoice.html", {"invoice": content, "logo": next(iter(resources), "")}
        )
        words = _("Page %(page)s of %(pages)s") % {"page": PAGE, "pages": PAGES}
        style = _style(words, content.look.primary, content.look.accent)
    return Page(html, style, resources)


def summary_page(content: SummaryContent) -> Page:
    """The page of a contract summary, in the look of invoices."""
    resources = _logo_resource(content.look)
    with override(content.language):
        html = render_to_string(
            "documents/summary.html", {"summary": content, "logo": next(iter(resources), "")}
        )
        words = _("Page %(page)s of %(pages)s") % {"page": PAGE, "pages": PAGES}
        style = _style(words, content.look.primary, content.look.accent, "summary.css")
    return Page(html, style, resources)


def _logo_resource(look: Look) -> dict[str, tuple[bytes, str]]:
    if look.logo_type not in LOGO_TYPES:
        return {}
    key = f"trunkline:logo/{hashlib.sha256(look.logo).hexdigest()}"
    return {key: (look.logo, look.logo_type)}


@lru_cache(maxsize=64)
def _style(words: str, primary: str, accent: str, more: str = "") -> str:
    """The style sheet with the brand's colours and the footer's words; `more` follows it."""
    before, page, between, pages, after = words.split("\0")
    footer = (
        f"{_quoted(before)} counter({page}) {_quoted(between)} counter({pages}) {_quoted(after)}"
    )
    heading = primary if contrast_with_white(primary) >= READABLE_CONTRAST else INK
    tokens = {
        "var(--rule)": primary,
        "var(--heading)": heading,
        "var(--accent)": accent,
        "var(--fill)": tint(primary, FILL_STRENGTH),
        "var(--page-of)": footer,
    }
    sheets = ["invoice.css", *([more] if more else [])]
    style = "".join((FOLDER / name).read_text(encoding="utf-8") for name in sheets)
    for token, value in tokens.items():
        style = style.replace(token, value)
    return style


def tint(colour: str, strength: float) -> str:
    """The colour mixed with white: strength 0 is white, 1 the colour itself."""
    mixed = (round(255 - (255 - part) * strength) for part in parse_colour(colour))
    return "#" + "".join(f"{part:02x}" for part in mixed)


def contrast_with_white(colour: str) -> float:
    """The contrast ratio (WCAG 2) of the colour against white paper, 1 to 21."""
    return contrast(WHITE, parse_colour(colour))


def _quoted(text: str) -> str:
    """A text of a translation as a style sheet's string."""
    return '"' + "".join(f"\\{ord(sign):x} " for sign in text) + '"'

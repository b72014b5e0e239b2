"""What HTML of messages may hold: text, tables, links and a few properties of style."""

from __future__ import annotations

import re

import nh3

TAGS = {
    "a", "b", "blockquote", "br", "caption", "div", "em", "h1", "h2", "h3", "hr", "i", "li", "ol",
    "p", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead",
    "tr", "u", "ul",
}  # fmt: skip
REMOVED_WITH_CONTENT = {"script", "style", "template", "noscript", "iframe", "svg", "math"}
ATTRIBUTES = {
    "*": {"style", "lang", "dir"},
    "a": {"href", "title"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
CLASSES = {"amount", "button", "quiet", "total"}
SCHEMES = {"https", "http", "mailto", "tel"}
STYLES = {
    "background-color", "border", "border-bottom", "border-collapse", "border-radius",
    "border-top", "color", "font-size", "font-style", "font-weight", "line-height", "margin",
    "margin-bottom", "margin-top", "max-width", "padding", "text-align", "text-decoration",
    "vertical-align", "white-space", "width",
}  # fmt: skip
# Nothing that loads, escapes or computes: colours, lengths and words are enough.
_STYLE_VALUE = re.compile(r"[^a-zA-Z0-9#%.,:;\- ]")


def clean_html(html: str) -> str:
    """The HTML with only what is allowed; scripts, forms, images and foreign links are gone."""
    cleaned = nh3.clean(
        html,
        tags=TAGS,
        clean_content_tags=REMOVED_WITH_CONTENT,
        attributes=ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes=SCHEMES,
        filter_style_properties=STYLES,
        allowed_classes=dict.fromkeys(TAGS, CLASSES),
        link_rel="noopener noreferrer",
        strip_comments=True,
    )
    # Amounts hold blanks that don't break; they stay characters, as in the plain text.
    return cleaned.replace("&nbsp;", "\xa0")


def _attribute(_tag: str, name: str, value: str) -> str | None:
    if name == "style":
        return None if _STYLE_VALUE.search(value) else value
    if name == "href":
        return value if _is_whole_link(value) else None
    return value


def _is_whole_link(link: str) -> bool:
    """Whether the link names where it leads: one without a scheme leads nowhere from a mail."""
    scheme, colon, _rest = link.strip().partition(":")
    return bool(colon) and scheme.lower() in SCHEMES

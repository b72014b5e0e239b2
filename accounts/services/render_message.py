"""Write a message from its templates: subject, plain text and HTML in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.template import Context, TemplateDoesNotExist
from django.template.base import Template
from django.template.engine import Engine

from core.models.organisation import Brand

SUBJECT_LENGTH_MAX = 200
FALLBACK_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class MessageContent:
    """What a message says: one line of subject, and the same in text and HTML."""

    subject: str
    text: str
    html: str


def render_message(
    event: str, language: str, brand: Brand, values: Mapping[str, object]
) -> MessageContent:
    """The message for `event` from templates/messages/<event>/<language>.*, English if none.

    `values` are plain texts and lists of them, formatted for the reader before; the brand's name,
    colour and contacts are added as `brand`.
    """
    context = {"brand": _facts_of(brand), "language": language, **values}
    subject = _render(event, language, "subject.txt", context, escape=False)
    return MessageContent(
        subject=" ".join(subject.split())[:SUBJECT_LENGTH_MAX],
        text=_render(event, language, "txt", context, escape=False).strip() + "\n",
        html=_render(event, language, "html", context, escape=True),
    )


def _render(
    event: str, language: str, kind: str, context: Mapping[str, object], *, escape: bool
) -> str:
    # Only the HTML part is escaped: in plain text "Bo & sons" stays as it is.
    template = _template(event, language, kind)
    return str(template.render(Context(dict(context), autoescape=escape)))


def _template(event: str, language: str, kind: str) -> Template:
    engine = Engine.get_default()
    try:
        return engine.get_template(f"messages/{event}/{language}.{kind}")
    except TemplateDoesNotExist:
        return engine.get_template(f"messages/{event}/{FALLBACK_LANGUAGE}.{kind}")


def _facts_of(brand: Brand) -> dict[str, str]:
    return {
        "name": brand.name,
        "primary_colour": brand.primary_colour,
        "support_email": brand.support_email,
        "support_phone": brand.support_phone,
        "website": brand.website,
    }

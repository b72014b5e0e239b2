"""Write a message from its templates: subject, plain text and HTML in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db.models import F

from accounts.models import MessageTemplate
from accounts.topics import EMAIL
from accounts.wording.environment import TemplateRefused, parsed, rendered
from accounts.wording.parts import SUBJECT_LENGTH_MAX, MessageContent, Sources, fill
from accounts.wording.plain_data import plain
from core.errors import DomainError
from core.models.organisation import Brand

__all__ = ["SUBJECT_LENGTH_MAX", "MessageContent", "layout", "render_message"]

FALLBACK_LANGUAGE = "en"
FOLDER = Path(settings.BASE_DIR) / "templates" / "messages"


def render_message(
    event: str,
    language: str,
    brand: Brand,
    values: Mapping[str, object],
    *,
    channel: str = EMAIL,
) -> MessageContent:
    """The message for `event`: the brand's published words, else everybody's, else the product's.

    `values` are plain texts and lists of them, formatted for the reader before; the brand's name,
    colour and contacts are added as `brand`. Where a published template can't be filled in, the
    product's words are used: no mistake in a template silences a message. Raises DomainError
    where the product has no words for the event and channel.
    """
    context = {**values, "brand": facts_of(brand), "language": language}
    template = _published(event, channel, language, brand)
    content = None
    if template is not None:
        try:
            content = fill(Sources(template.subject, template.text, template.html), context)
        except TemplateRefused:
            template = None
    if content is None:
        content = fill(own_words(event, channel, language), context)
    return MessageContent(
        subject=content.subject,
        text=content.text,
        html=layout(content.html, brand, language) if content.html else "",
        template_id=template.pk if template else None,
    )


def layout(html: str, brand: Brand, language: str) -> str:
    """Cleaned HTML inside the page that all e-mails share."""
    page = parsed(_read("layout.html"), "layout", escape=True, own=True)
    facts = plain({"brand": facts_of(brand), "language": language})
    head, _, tail = rendered(page, "layout", facts).partition("<!--message-->")
    return f"{head}{html}{tail}"


def own_words(event: str, channel: str, language: str) -> Sources:
    """The product's own templates of an event in the language, English if it has none.

    Read from templates/messages/<event>/<language>.{subject.txt,txt,html}; those of other
    channels are called <language>.<channel>.txt.
    """
    for code in (language, FALLBACK_LANGUAGE):
        infix = "" if channel == EMAIL else f".{channel}"
        text = _read_if_any(f"{event}/{code}{infix}.txt")
        if text:
            return Sources(
                subject=_read_if_any(f"{event}/{code}.subject.txt"),
                text=text,
                html=_read_if_any(f"{event}/{code}.html") if channel == EMAIL else "",
                own=True,
            )
    raise DomainError(f"There are no words for {event} by {channel}: write and publish a template.")


def facts_of(brand: Brand) -> dict[str, str]:
    """What templates may say about the brand."""
    return {
        "name": brand.name,
        "primary_colour": brand.primary_colour,
        "support_email": brand.support_email,
        "support_phone": brand.support_phone,
        "website": brand.website,
    }


def _published(event: str, channel: str, language: str, brand: Brand) -> MessageTemplate | None:
    templates = MessageTemplate.objects.filter(
        event=event, channel=channel, language=language, state=MessageTemplate.State.PUBLISHED
    )
    own = templates.filter(brand=brand) | templates.filter(brand=None)
    return own.order_by(F("brand").asc(nulls_last=True)).first()


@lru_cache(maxsize=256)
def _read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


@lru_cache(maxsize=256)
def _read_if_any(name: str) -> str:
    path = FOLDER / name
    # Names of events and languages come from data: they never lead out of the folder.
    if not path.resolve().is_relative_to(FOLDER.resolve()) or not path.is_file():
        return ""
    return path.read_text(encoding="utf-8")

"""Write the words of messages: drafts that are checked, published by two people, and retired."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from accounts.message_events import event_of
from accounts.models import MessageTemplate
from accounts.wording.environment import TemplateProblem
from accounts.wording.parts import Sources, check_sources
from core.errors import DomainError
from core.models import Brand, User


class TemplateHasProblems(DomainError):
    """A template can't be kept as it is; holds every problem with its part and line."""

    def __init__(self, problems: list[TemplateProblem]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


@dataclass(frozen=True, slots=True)
class Words:
    """What a template says, as it is written."""

    subject: str
    text: str
    html: str = ""


def problems_of(event: str, channel: str, language: str, words: Words) -> list[TemplateProblem]:
    """What is wrong with a template, part by part; a DomainError for an event there is none of."""
    known = event_of(event)
    if known is None:
        raise DomainError(f"There is no event {event!r}.")
    if channel not in known.channels:
        raise DomainError(f"{known.title} does not go out by {channel}.")
    sources = Sources(words.subject, words.text, words.html)
    return check_sources(sources, known, channel, language)


def draft_template(
    *,
    brand: Brand | None,
    event: str,
    channel: str,
    language: str,
    words: Words,
    now: datetime,
    by: User | None = None,
) -> MessageTemplate:
    """Keep the next version as a draft; raises TemplateHasProblems with lines and remedies."""
    _require_sound(event, channel, language, words)
    if brand is not None and language not in brand.languages:
        raise DomainError(f"{brand.name} does not speak {language!r}.")
    with transaction.atomic():
        same = MessageTemplate.objects.filter(
            brand=brand, event=event, channel=channel, language=language
        )
        # Whoever drafts the same at the same time meets the unique key of versions.
        last = same.aggregate(last=Max("version"))["last"] or 0
        return MessageTemplate.objects.create(
            brand=brand,
            event=event,
            channel=channel,
            language=language,
            version=last + 1,
            subject=words.subject,
            text=words.text,
            html=words.html,
            created_at=now,
            created_by=by,
        )


def edit_draft(template: MessageTemplate, words: Words) -> MessageTemplate:
    """Change the words of a draft; what was published stays as it was."""
    _require_sound(template.event, template.channel, template.language, words)
    changed = MessageTemplate.objects.filter(
        pk=template.pk, state=MessageTemplate.State.DRAFT
    ).update(subject=words.subject, text=words.text, html=words.html)
    if not changed:
        raise DomainError("What was published stays as it was: make a new version.")
    template.refresh_from_db()
    return template


def publish_template(
    template: MessageTemplate, *, by: User | None, now: datetime
) -> MessageTemplate:
    """Use the draft from now on; the version before it is retired. A second person calls for it.

    It is checked once more: what the event allows may have changed since it was written.
    """
    words = Words(template.subject, template.text, template.html)
    _require_sound(template.event, template.channel, template.language, words)
    with transaction.atomic():
        same = MessageTemplate.objects.select_for_update().filter(
            brand=template.brand,
            event=template.event,
            channel=template.channel,
            language=template.language,
        )
        current = {row.pk: row.state for row in same.order_by("pk")}
        if current.get(template.pk) != MessageTemplate.State.DRAFT:
            raise DomainError("Only a draft can be published.")
        same.filter(state=MessageTemplate.State.PUBLISHED).update(
            state=MessageTemplate.State.RETIRED
        )
        same.filter(pk=template.pk).update(
            state=MessageTemplate.State.PUBLISHED, published_at=now, published_by=by
        )
    template.refresh_from_db()
    return template


def retire_template(template: MessageTemplate) -> MessageTemplate:
    """Use the product's words, or those for every brand, again."""
    changed = MessageTemplate.objects.filter(
        pk=template.pk, state=MessageTemplate.State.PUBLISHED
    ).update(state=MessageTemplate.State.RETIRED)
    if not changed:
        raise DomainError("Only a published template can be retired.")
    template.refresh_from_db()
    return template


def _require_sound(event: str, channel: str, language: str, words: Words) -> None:
    problems = problems_of(event, channel, language, words)
    if problems:
        raise TemplateHasProblems(problems)

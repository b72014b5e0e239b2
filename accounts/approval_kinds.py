"""What a second person decides about customers' messages."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import MessageTemplate
from accounts.services.write_template import publish_template
from core.approvals import Effect, approval_kind
from core.errors import DomainError
from core.models import Approval

KIND = "publish_message_template"


@approval_kind(KIND, permission="accounts.publish_messagetemplate")
class PublishMessageTemplate:
    """Publish the words of a message."""

    title = "Publish a message template"

    def effect(self, subject: MessageTemplate, payload: Mapping[str, Any]) -> Effect:
        """The words before and after, part by part."""
        if subject.state != MessageTemplate.State.DRAFT:
            raise DomainError("Only a draft can be published.")
        before = _published(subject)
        rows = [
            (part, getattr(before, part) if before else "", getattr(subject, part))
            for part in ("subject", "text", "html")
        ]
        whose = subject.brand.name if subject.brand else "every brand"
        return Effect(
            summary=f"{subject.event} in {subject.language} of {whose}",
            rows=[row for row in rows if row[1] != row[2]],
        )

    def fingerprint(self, subject: MessageTemplate, payload: Mapping[str, Any]) -> str:
        """The words, the state, and which version they would take the place of."""
        before = _published(subject)
        facts = (subject.state, subject.subject, subject.text, subject.html, str(before))
        return hashlib.sha256("\0".join(facts).encode()).hexdigest()

    def carry_out(self, approval: Approval, now: datetime) -> MessageTemplate:
        """Publish it in the name of whoever decided; templates of every brand need a superuser."""
        template: Any = approval.subject
        decider = approval.decided_by
        if template.brand is None and (decider is None or not decider.is_superuser):
            raise DomainError("Words of every brand are published by who works for every brand.")
        return publish_template(template, by=decider, now=now)


def _published(template: MessageTemplate) -> MessageTemplate | None:
    return MessageTemplate.objects.filter(
        brand=template.brand,
        event=template.event,
        channel=template.channel,
        language=template.language,
        state=MessageTemplate.State.PUBLISHED,
    ).first()

"""A person has looked at a message that failed: it is tried again."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Message
from core.errors import DomainError


def requeue_message(message: Message, *, now: datetime) -> Message:
    """Queue a failed message again with three fresh attempts; refuses one in any other state.

    It is the same message with the same Message-ID, and it is decided again, when it is sent,
    whether there is still a reason for it.
    """
    changed = Message.objects.filter(pk=message.pk, state=Message.State.FAILED).update(
        state=Message.State.QUEUED,
        attempts=0,
        error="",
        may_have_arrived=False,
        next_attempt_at=now,
    )
    if not changed:
        raise DomainError("Only a failed message can be tried again.")
    message.refresh_from_db()
    return message

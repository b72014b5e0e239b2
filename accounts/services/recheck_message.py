"""Ask again, in the sending transaction, whether a message still has a reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from accounts.models import Message
from accounts.wording.parts import MessageContent


class ReasonGoneError(Exception):
    """What the message was about is settled; says how, in words for staff."""


Recheck = Callable[[Message, datetime], MessageContent]

_rechecks: dict[str, Recheck] = {}


def recheck(event: str) -> Callable[[Recheck], Recheck]:
    """Register who is asked before a message of this event is sent.

    The function locks what it needs, and returns what is to be said now; it raises
    ReasonGoneError if there is nothing to say any more. Apps register theirs when they start.
    """

    def register(function: Recheck) -> Recheck:
        _rechecks[event] = function
        return function

    return register


def recheck_message(message: Message, at: datetime) -> MessageContent:
    """What the message says now; raises ReasonGoneError if its reason went away."""
    function = _rechecks.get(message.event)
    if function is None:
        return MessageContent(
            message.subject,
            message.body_text,
            message.body_html,
            template_id=message.template_id,
        )
    return function(message, at)

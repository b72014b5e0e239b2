"""Note what was heard of a message after it was sent: it arrived, or it came back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import Message
from core.errors import DomainError

DETAIL_LENGTH_MAX = 500
_BEFORE = {
    Message.State.DELIVERED: {Message.State.SENT},
    Message.State.BOUNCED: {Message.State.SENT, Message.State.DELIVERED},
}


def record_delivery(message_id: str, state: str, *, detail: str = "", at: datetime) -> Message:
    """Keep that the message with this Message-ID was `delivered`, or `bounced` and why.

    The same news again changes nothing; "delivered" after "bounced" is older news and changes
    nothing either. Raises DomainError for a message that nobody knows or that was never sent.
    """
    if state not in _BEFORE:
        raise DomainError(f"{state!r} is no state of delivery; use delivered or bounced.")
    with transaction.atomic():
        message = Message.objects.select_for_update().filter(message_id=message_id).first()
        if message is None:
            raise DomainError(f"There is no message {message_id}.")
        if message.state in (state, Message.State.BOUNCED):
            return message
        if message.state not in _BEFORE[Message.State(state)]:
            raise DomainError(f"Message {message_id} is {message.state}: it was never sent.")
        message.state = state
        message.delivery_at = at
        message.delivery_detail = detail[:DETAIL_LENGTH_MAX]
        message.save(update_fields=["state", "delivery_at", "delivery_detail"])
        return message

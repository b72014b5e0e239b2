"""Queue a message: a row in the outbox, written with the decision, sent afterwards."""

from __future__ import annotations

from datetime import datetime
from email.utils import make_msgid

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.models import Account, Message
from accounts.services.render_message import SUBJECT_LENGTH_MAX, MessageContent
from core.errors import DomainError


def queue_message(
    *,
    account: Account,
    event: str,
    language: str,
    to_address: str,
    content: MessageContent,
    unique_key: str,
    queued_at: datetime,
) -> Message | None:
    """Put an e-mail into the outbox; None if the same (`unique_key`) was said before.

    Call it in the transaction of the decision, so that neither stands without the other. The
    Message-ID is made here, once: a message that is sent again is the same message. Raises
    DomainError for an address that is none.
    """
    message, is_new = Message.objects.get_or_create(
        unique_key=unique_key,
        defaults={
            "brand": account.brand,
            "account": account,
            "event": event,
            "language": language,
            "to_address": _checked(to_address),
            "subject": " ".join(content.subject.split())[:SUBJECT_LENGTH_MAX],
            "body_text": content.text,
            "body_html": content.html,
            "message_id": make_msgid(domain=account.brand.sender_email.rpartition("@")[2]),
            "created_at": queued_at,
        },
    )
    return message if is_new else None


def _checked(address: str) -> str:
    """The address, which can't smuggle a header in: it has no line break and only one person."""
    address = address.strip()
    try:
        validate_email(address)
    except ValidationError:
        raise DomainError(f"{address!r} is not an e-mail address; correct it.") from None
    return address

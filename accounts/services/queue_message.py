"""Queue a message: a row in the outbox, written with the decision, sent afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.utils import make_msgid

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.contact import Recipient, allowed_from
from accounts.message_events import event_of
from accounts.models import Account, Message, Person
from accounts.services.render_message import SUBJECT_LENGTH_MAX, MessageContent
from accounts.topics import EMAIL, IN_APP, SMS, TOPICS
from accounts.wording.plain_data import one_line
from accounts.wording.segments import segments_of
from core.errors import DomainError
from core.models import Brand

DEFAULT_TOPIC = "service"


def queue_message(
    *,
    event: str,
    language: str,
    content: MessageContent,
    unique_key: str,
    queued_at: datetime,
    account: Account | None = None,
    person: Person | None = None,
    brand: Brand | None = None,
    channel: str = EMAIL,
    to_address: str = "",
    topic: str = "",
    expires_at: datetime | None = None,
    secret: Mapping[str, str] | None = None,
) -> Message | None:
    """Put a message into the outbox; None if the same (`unique_key`) was said before.

    Call it in the transaction of the decision, so that neither stands without the other. The
    message is to an account, a person or both; `brand` is needed without an account. The topic is
    the event's. When it is sent, consent, preference, quiet hours and caps are asked again: the
    sender enforces them, not the caller. The Message-ID is made here, once: a message that is
    sent again is the same message. Raises DomainError for an address that is none.
    """
    house = account.brand if account is not None else brand
    if house is None:
        raise DomainError("A message needs a brand that sends it.")
    address = _checked(to_address, channel)
    reader = person or _reader(account, address, channel)
    known = event_of(event)
    subject_of_message = topic or (known.topic if known else DEFAULT_TOPIC)
    to = Recipient(house, reader, account, address)
    after = allowed_from(to, TOPICS[subject_of_message], channel, queued_at)
    message, is_new = Message.objects.get_or_create(
        unique_key=unique_key,
        defaults={
            "brand": house,
            "account": account,
            "person": reader,
            "event": event,
            "topic": subject_of_message,
            "channel": channel,
            "language": language,
            "to_address": address,
            "subject": one_line(content.subject, SUBJECT_LENGTH_MAX),
            "body_text": content.text,
            "body_html": content.html,
            "template_id": content.template_id,
            "segments": segments_of(content.text.strip()).count if channel == SMS else None,
            "secret": dict(secret) if secret else None,
            "message_id": make_msgid(domain=house.sender_email.rpartition("@")[2]),
            "created_at": queued_at,
            "send_after": after,
            "next_attempt_at": after,
            "expires_at": expires_at,
        },
    )
    return message if is_new else None


def _reader(account: Account | None, address: str, channel: str) -> Person | None:
    """The member of the account who reads this address: their wishes count."""
    if account is None or channel != EMAIL:
        return None
    return Person.objects.filter(memberships__account=account, email__iexact=address).first()


def _checked(address: str, channel: str) -> str:
    """The address, which can't smuggle a header in: it has no line break and only one person."""
    address = address.strip()
    if channel == IN_APP:
        return ""
    if channel == SMS:
        return _phone_number(address)
    try:
        validate_email(address)
    except ValidationError:
        raise DomainError(f"{address!r} is not an e-mail address; correct it.") from None
    return address


def _phone_number(number: str) -> str:
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed is None or not phonenumbers.is_possible_number(parsed):
        raise DomainError(
            f"{number!r} is not a telephone number; write it with its country: +4790000123."
        )
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)

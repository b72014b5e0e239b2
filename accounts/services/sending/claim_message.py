"""Take one message to be sent: everything is asked again, and nobody else has it then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from django.db import connection, transaction

from accounts.contact import Recipient, allowed_from, recipient_of, refusal
from accounts.models import Message
from accounts.services.recheck_message import ReasonGoneError, recheck_message
from accounts.topics import SMS, TOPICS
from accounts.wording.parts import MessageContent
from accounts.wording.segments import segments_of

# Longer than the slowest hand-over: after it, the sender is taken for dead.
LEASE = timedelta(minutes=10)
TOO_LATE = "It came too late to be of use."
_LOCK_SPACE = 20_260_001  # of the advisory locks that are taken here


class Verdict(Enum):
    """What became of a message that was looked at."""

    GONE = "somebody else has it"
    DROPPED = "dropped"
    WAITS = "waits"
    CLAIMED = "claimed"


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that is ours until its lease ends, and what it says now."""

    message: Message
    content: MessageContent


def claim_message(message_id: int, clock: Callable[[], datetime]) -> tuple[Verdict, Claim | None]:
    """Decide in one transaction whether the message is sent now, and lease it.

    Asked here, and not before: whether its reason still stands (the account is locked then, so
    that a payment comes either before or after), the consent, the quiet hours and the caps. The
    lease is committed before anything is handed over: no lock is held while a server answers.
    """
    with transaction.atomic():
        message = (
            Message.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("brand__legal_entity", "account", "person")
            .filter(pk=message_id, state=Message.State.QUEUED, next_attempt_at__lte=clock())
            .first()
        )
        if message is None:
            return Verdict.GONE, None
        to = recipient_of(message)
        _one_at_a_time(to)
        return _decide(message, to, clock)


def _decide(
    message: Message, to: Recipient, clock: Callable[[], datetime]
) -> tuple[Verdict, Claim | None]:
    topic = TOPICS[message.topic]
    reason = refusal(to, topic, message.channel)
    if message.expires_at is not None and message.expires_at <= clock():
        reason = TOO_LATE
    if reason:
        return _drop(message, reason)
    try:
        content = recheck_message(message, clock())
    except ReasonGoneError as gone:
        return _drop(message, str(gone))
    # After every lock: what is committed before this moment was seen.
    message.decided_at = clock()
    allowed = allowed_from(to, topic, message.channel, message.decided_at)
    if allowed > message.decided_at:
        message.send_after = message.next_attempt_at = allowed
        message.decided_at = None
        message.save(update_fields=["send_after", "next_attempt_at", "decided_at"])
        return Verdict.WAITS, None
    if not content.secret:
        message.subject = content.subject
        message.body_text = content.text
        message.body_html = content.html
        message.template_id = content.template_id
    if message.channel == SMS:
        message.segments = segments_of(content.text.strip()).count
    message.state = Message.State.SENDING
    message.leased_until = message.decided_at + LEASE
    message.attempts += 1
    message.save()
    return Verdict.CLAIMED, Claim(message, content)


def _drop(message: Message, reason: str) -> tuple[Verdict, None]:
    message.state = Message.State.DROPPED
    message.error = reason
    message.secret = None
    message.save(update_fields=["state", "error", "secret"])
    return Verdict.DROPPED, None


def _one_at_a_time(to: Recipient) -> None:
    """Two senders that have messages to one person decide one after the other: caps hold."""
    if to.person is not None:
        key = f"{to.brand.pk}:person:{to.person.pk}"
    else:
        key = f"{to.brand.pk}:{to.address.lower()}:{to.account.pk if to.account else ''}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK_SPACE, key])

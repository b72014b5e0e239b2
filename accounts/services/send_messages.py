"""Send what waits in the outbox by SMTP: each message in a transaction of its own."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from email.utils import formataddr

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from accounts.models import Message
from accounts.services.recheck_message import ReasonGoneError, recheck_message
from core.models.organisation import Brand

ATTEMPTS_MAX = 3
ERROR_LENGTH_MAX = 500
# A line that is lost after the text was handed over may hide that it was taken.
MAY_HAVE_ARRIVED = "It may have arrived; the connection was lost while sending:"


@dataclass(slots=True)
class SendTotals:
    """What one round did. `refused` messages wait for the next round, `failed` for a person.

    `server_error` says why the mail server could not be reached; then the rest waits, untouched.
    """

    sent: int = 0
    dropped: int = 0
    refused: int = 0
    failed: int = 0
    server_error: str = ""

    @property
    def is_clean(self) -> bool:
        """Whether nothing is left that another round or a person must do."""
        return not (self.refused or self.failed or self.server_error)


def send_messages(
    *,
    clock: Callable[[], datetime],
    brand: Brand | None = None,
    events: Collection[str] = (),
) -> SendTotals:
    """One round over the queued e-mails (of the brand, of these events), oldest first.

    Any number of senders may run at once: a message is locked while it is sent, others skip it.
    A message that the server refuses three times is marked as failed. A server that can't be
    reached ends the round and costs no message an attempt.
    """
    totals = SendTotals()
    connection = get_connection()
    try:
        for message_id in _queued(brand, events):
            # Connected before any lock is taken: a slow server delays nobody but the mail.
            connection.open()
            _send_one(message_id, connection, clock, totals)
    except (OSError, smtplib.SMTPException) as error:
        totals.server_error = _in_words(error)
    finally:
        connection.close()
    return totals


def _queued(brand: Brand | None, events: Collection[str]) -> list[int]:
    messages = Message.objects.filter(state=Message.State.QUEUED, channel="email")
    if brand is not None:
        messages = messages.filter(brand=brand)
    if events:
        messages = messages.filter(event__in=events)
    return list(messages.order_by("id").values_list("pk", flat=True))


def _send_one(
    message_id: int,
    connection: BaseEmailBackend,
    clock: Callable[[], datetime],
    totals: SendTotals,
) -> None:
    with transaction.atomic():
        message = (
            Message.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("brand", "account")
            .filter(pk=message_id, state=Message.State.QUEUED)
            .first()
        )
        if message is None:
            return
        try:
            content = recheck_message(message, clock())
        except ReasonGoneError as reason:
            message.state = Message.State.DROPPED
            message.error = str(reason)
            totals.dropped += 1
        else:
            message.subject = content.subject
            message.body_text = content.text
            message.body_html = content.html
            _hand_over(message, connection, totals)
            if message.state == Message.State.SENT:
                message.sent_at = clock()
        message.save()


def _hand_over(message: Message, connection: BaseEmailBackend, totals: SendTotals) -> None:
    message.attempts += 1
    try:
        connection.send_messages([_email(message)])
    except (smtplib.SMTPException, OSError, ValueError) as error:
        # Start the next message on a fresh connection, whatever state this one is in.
        connection.close()
        message.error = _in_words(error)
        if _is_line_lost(error):
            message.error = f"{MAY_HAVE_ARRIVED} {message.error}"
        if message.attempts >= ATTEMPTS_MAX:
            message.state = Message.State.FAILED
            totals.failed += 1
        else:
            totals.refused += 1
    else:
        message.state = Message.State.SENT
        message.error = ""
        totals.sent += 1


def _email(message: Message) -> EmailMultiAlternatives:
    brand = message.brand
    email = EmailMultiAlternatives(
        subject=message.subject,
        body=message.body_text,
        from_email=formataddr((" ".join(brand.name.split()), brand.sender_email)),
        to=[message.to_address],
        reply_to=[brand.support_email] if brand.support_email else None,
        headers={
            "Message-ID": message.message_id,
            "Auto-Submitted": "auto-generated",
            "Content-Language": message.language,
        },
    )
    if message.body_html:
        email.attach_alternative(message.body_html, "text/html")
    return email


def _is_line_lost(error: Exception) -> bool:
    # Every error of smtplib is an OSError too, also a plain refusal.
    return isinstance(error, smtplib.SMTPServerDisconnected) or (
        isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException)
    )


def _in_words(error: Exception) -> str:
    """The server's answer, or why there was none."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        answer = _reply(code, text)
    elif isinstance(error, smtplib.SMTPResponseException):
        answer = _reply(error.smtp_code, error.smtp_error)
    else:
        answer = str(error) or type(error).__name__
    return answer[:ERROR_LENGTH_MAX]


def _reply(code: int, text: bytes | str) -> str:
    return f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"

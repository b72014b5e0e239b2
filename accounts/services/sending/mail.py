"""Hand e-mails over to the mail server, and know how far each came when the line is lost."""

from __future__ import annotations

import smtplib
from email.utils import formataddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

from accounts.contact import settings_of
from accounts.models import Message
from accounts.services.sending.record_outcome import Outcome
from accounts.services.unsubscribe import unsubscribe_link, with_unsubscribe_link
from accounts.topics import TOPICS
from accounts.wording.parts import MessageContent
from accounts.wording.plain_data import one_line

_SMTP = "django.core.mail.backends.smtp.EmailBackend"
_OK = 250


class _WatchedSmtp(smtplib.SMTP):
    """Remembers whether the text of the present message was on its way."""

    text_on_its_way = False

    def data(self, msg: Any) -> Any:
        self.text_on_its_way = True
        answer = super().data(msg)
        self.text_on_its_way = False  # the server has answered, whatever it said
        return answer


class _WatchedSmtpSsl(smtplib.SMTP_SSL, _WatchedSmtp):
    """The same over TLS from the first byte."""


class _WatchedBackend(EmailBackend):
    """Django's mail backend with connections that remember."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _WatchedSmtpSsl if self.use_ssl else _WatchedSmtp


class MailServer:
    """The mail server of the installation, for one round of sending."""

    def __init__(self) -> None:
        is_smtp = settings.EMAIL_BACKEND == _SMTP
        self._backend: BaseEmailBackend = _WatchedBackend() if is_smtp else get_connection()

    def connect(self) -> None:
        """Be connected; raises OSError or SMTPException if the server doesn't answer.

        Called before a message is taken: a server that is away costs none an attempt.
        """
        smtp = getattr(self._backend, "connection", None)
        if isinstance(smtp, smtplib.SMTP) and not _is_alive(smtp):
            self._backend.close()
        self._backend.open()

    def close(self) -> None:
        """End the connection."""
        self._backend.close()

    def hand_over(self, message: Message, content: MessageContent) -> Outcome:
        """Give one message to the server."""
        smtp = getattr(self._backend, "connection", None)
        try:
            self._backend.send_messages([_email(message, content)])
        except (smtplib.SMTPException, OSError, ValueError) as error:
            watched = isinstance(smtp, _WatchedSmtp)
            is_lost = watched and smtp.text_on_its_way  # type: ignore[union-attr]
            # Start the next message on a fresh connection, whatever state this one is in.
            self._backend.close()
            return Outcome(in_words(error), is_uncertain=is_lost)
        return Outcome()


def _is_alive(smtp: smtplib.SMTP) -> bool:
    try:
        return smtp.noop()[0] == _OK
    except (smtplib.SMTPException, OSError):
        return False


def _email(message: Message, content: MessageContent) -> EmailMultiAlternatives:
    brand = message.brand
    own = settings_of(brand)
    name = one_line(own.sender_name or brand.name, 100)
    reply_to = own.reply_to or brand.support_email
    headers = {
        "Message-ID": message.message_id,
        "Auto-Submitted": "auto-generated",
        "Content-Language": message.language,
    }
    if not TOPICS[message.topic].required:
        link = unsubscribe_link(message)
        headers["List-Unsubscribe"] = f"<{link}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        content = with_unsubscribe_link(content, link, message.language)
    email = EmailMultiAlternatives(
        subject=content.subject,
        body=content.text,
        from_email=formataddr((name, own.sender_email or brand.sender_email)),
        to=[message.to_address],
        reply_to=[reply_to] if reply_to else None,
        headers=headers,
    )
    if content.html:
        email.attach_alternative(content.html, "text/html")
    return email


def in_words(error: Exception) -> str:
    """The server's answer, or why there was none."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        return _reply(code, text)
    if isinstance(error, smtplib.SMTPResponseException):
        return _reply(error.smtp_code, error.smtp_error)
    return str(error) or type(error).__name__


def _reply(code: int, text: bytes | str) -> str:
    return f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"

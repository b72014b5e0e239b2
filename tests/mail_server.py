"""A real mail server on the loopback, which keeps what it takes and refuses what it is told to."""

from __future__ import annotations

import socket
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

DROP = "drop"


class MailServer:
    """`mails` came in. `answers` are used up, one for each mail: an SMTP reply, or DROP.

    DROP takes the mail and closes the line without a word: the sender can't know.
    """

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.answers: deque[str] = deque()
        self.refused_recipients: set[str] = set()

    async def handle_RCPT(  # noqa: N802 – aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address in self.refused_recipients:
            return "550 5.1.1 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        answer = self.answers.popleft() if self.answers else "250 OK"
        if answer in ("250 OK", DROP):
            mail = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(mail, EmailMessage)
            self.mails.append(mail)
            self.recipients.append(list(envelope.rcpt_tos))
        if answer == DROP:
            server.transport.abort()
        return answer


@contextmanager
def running_mail_server(settings: Any) -> Iterator[MailServer]:
    """Start a server and let Django's settings point to it; stop it afterwards."""
    server = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    controller = Controller(server, hostname="127.0.0.1", port=settings.EMAIL_PORT)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


def free_port() -> int:
    """A port of the loopback on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    """The plain or HTML part."""
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\xa0", " ").replace("\r\n", "\n")

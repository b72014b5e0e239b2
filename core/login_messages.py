"""What signing in has to say to people: the apps above know how to say it, and register here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core.models import Brand, User


@dataclass(frozen=True, slots=True)
class LoginMessage:
    """A message about somebody's login, to be sent in the name of `brand` (None: to staff).

    `event` is `password_reset`, `sign_in_code`, `login_changed` …; `values` are texts that only
    this message holds, such as `code`. Nothing of it is kept once it was sent. With `expires_at`
    it is dropped when it could not be sent by then.
    """

    event: str
    user: User
    brand: Brand | None
    host: str
    language: str
    values: Mapping[str, str] = field(default_factory=dict)
    expires_at: datetime | None = None


Sender = Callable[[LoginMessage, datetime], bool]

_senders: list[Sender] = []


def login_sender(sender: Sender) -> Sender:
    """Register who sends: it returns whether it took the message over. Asked in order."""
    if sender not in _senders:
        _senders.append(sender)
    return sender


def send_login_message(message: LoginMessage, now: datetime) -> bool:
    """Hand the message to the first sender that takes it; False if none does (then it is the
    caller's to send by itself).
    """
    return any(sender(message, now) for sender in _senders)

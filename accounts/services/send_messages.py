"""Send the messages that are due, each by its channel."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Message
from accounts.services.sending.claim_message import Claim, Verdict, claim_message
from accounts.services.sending.mail import MailServer, in_words
from accounts.services.sending.record_outcome import (
    ATTEMPTS_MAX,
    BACK_OFF,
    ERROR_LENGTH_MAX,
    Outcome,
    record_outcome,
    sweep_dead_senders,
)
from accounts.services.sending.text_messages import NoTextMessages, configured_sender, hand_over
from accounts.topics import EMAIL, IN_APP, SMS
from core.models.organisation import Brand

__all__ = ["ATTEMPTS_MAX", "BACK_OFF", "SendTotals", "send_messages"]

Clock = Callable[[], datetime]
Deliver = Callable[[Claim], Outcome]


@dataclass(slots=True)
class SendTotals:
    """What one round did. `refused` messages are tried again later, `failed` need a person.

    `waiting` ones were put off by quiet hours or caps. `server_error` says why the mail server
    or the text messages could not be reached; then the rest waits, untouched.
    """

    sent: int = 0
    dropped: int = 0
    waiting: int = 0
    refused: int = 0
    failed: int = 0
    server_error: str = ""

    @property
    def is_clean(self) -> bool:
        """Whether nothing is left that another round or a person must do."""
        return not (self.refused or self.failed or self.server_error)


def send_messages(
    *,
    clock: Clock,
    brand: Brand | None = None,
    events: Collection[str] = (),
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> SendTotals:
    """One round over the messages that are due (of the brand, of these events), oldest first.

    Any number of senders may run at once: a message is leased to one, others skip it. No lock is
    held while a server answers. A message is never handed over twice, but once more where it may
    have arrived and nobody said so. A server that can't be reached ends the round of its channel
    and costs no message an attempt.
    """
    totals = SendTotals()
    sweep_dead_senders(clock())
    due = _due(clock(), brand, events)
    total = sum(len(ids) for ids in due.values())
    done = 0
    for channel, ids in due.items():
        for _ in _ROUNDS[channel](ids, clock, totals):
            done += 1
            progress(done, total)
    return totals


def _due(now: datetime, brand: Brand | None, events: Collection[str]) -> dict[str, list[int]]:
    messages = Message.objects.filter(state=Message.State.QUEUED, next_attempt_at__lte=now)
    if brand is not None:
        messages = messages.filter(brand=brand)
    if events:
        messages = messages.filter(event__in=events)
    due: dict[str, list[int]] = {channel: [] for channel in _ROUNDS}
    for channel, key in messages.order_by("id").values_list("channel", "pk"):
        due[channel].append(key)
    return due


def _notices(ids: list[int], clock: Clock, totals: SendTotals) -> Iterator[None]:
    """Notices lie in the portal already: they only become visible."""
    for key in ids:
        _send_one(key, clock, totals, lambda _claim: Outcome())
        yield


def _mails(ids: list[int], clock: Clock, totals: SendTotals) -> Iterator[None]:
    if not ids:
        return
    server = MailServer()
    try:
        for key in ids:
            server.connect()
            _send_one(key, clock, totals, lambda one: server.hand_over(one.message, one.content))
            yield
    except (OSError, smtplib.SMTPException) as error:
        totals.server_error = in_words(error)[:ERROR_LENGTH_MAX]
    finally:
        server.close()


def _text_messages(ids: list[int], clock: Clock, totals: SendTotals) -> Iterator[None]:
    if not ids:
        return
    try:
        adapter = configured_sender()
    except NoTextMessages as error:
        totals.server_error = totals.server_error or str(error)
        return
    for key in ids:
        _send_one(
            key, clock, totals, lambda one: hand_over(adapter, one.message, one.content, clock())
        )
        yield


_ROUNDS = {IN_APP: _notices, EMAIL: _mails, SMS: _text_messages}


def _send_one(message_id: int, clock: Clock, totals: SendTotals, deliver: Deliver) -> None:
    verdict, claim = claim_message(message_id, clock)
    if verdict is Verdict.DROPPED:
        totals.dropped += 1
    elif verdict is Verdict.WAITS:
        totals.waiting += 1
    if claim is None:
        return
    outcome = deliver(claim)
    state = record_outcome(claim.message, outcome, clock())
    if state == Message.State.SENT:
        totals.sent += 1
    elif state == Message.State.FAILED:
        totals.failed += 1
    else:
        totals.refused += 1

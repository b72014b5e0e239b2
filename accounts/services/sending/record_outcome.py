"""Note what became of a message that was handed over, or of one whose sender died."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import Message

ATTEMPTS_MAX = 3
BACK_OFF = (timedelta(minutes=1), timedelta(minutes=15))
ERROR_LENGTH_MAX = 500
# A line that is lost after the text was handed over may hide that it was taken.
MAY_HAVE_ARRIVED = "It may have arrived; the connection was lost while sending:"
SENDER_DIED = "It may have arrived; its sender ended before it could say so."


@dataclass(frozen=True, slots=True)
class Outcome:
    """How handing over ended: `error` is empty where it was taken.

    `is_uncertain`: the text was on its way when the line was lost, so it may have been taken.
    """

    error: str = ""
    is_uncertain: bool = False


def record_outcome(message: Message, outcome: Outcome, at: datetime) -> str:
    """Store the outcome of our lease; returns the message's state then.

    What was refused is tried again after a while, three times in all. What may have arrived is
    tried once more as the same message, then a person looks at it. If the lease was lost
    meanwhile, nothing is stored: whoever swept it up has marked the message.
    """
    changes: dict[str, object] = {"leased_until": None}
    if not outcome.error:
        changes |= {"state": Message.State.SENT, "sent_at": at, "error": "", "secret": None}
    else:
        error = outcome.error[:ERROR_LENGTH_MAX]
        second_time = outcome.is_uncertain and message.may_have_arrived
        if outcome.is_uncertain:
            error = f"{MAY_HAVE_ARRIVED} {error}"
            changes["may_have_arrived"] = True
        changes["error"] = error
        if message.attempts >= ATTEMPTS_MAX or second_time:
            changes |= {"state": Message.State.FAILED, "secret": None}
        else:
            wait = BACK_OFF[min(message.attempts, len(BACK_OFF)) - 1]
            changes |= {"state": Message.State.QUEUED, "next_attempt_at": at + wait}
    held = Message.objects.filter(
        pk=message.pk, state=Message.State.SENDING, leased_until=message.leased_until
    )
    return str(changes.get("state", "")) if held.update(**changes) else Message.State.SENDING


def sweep_dead_senders(at: datetime) -> int:
    """Take back messages whose sender's lease ended: each is marked, and tried once more.

    One that was marked before failed twice without a word: a person looks at it.
    """
    expired = Message.objects.filter(state=Message.State.SENDING, leased_until__lte=at)
    with transaction.atomic():
        again = list(
            expired.select_for_update(skip_locked=True).values_list("pk", "may_have_arrived")
        )
        twice = [key for key, marked in again if marked]
        once = [key for key, marked in again if not marked]
        common = {"leased_until": None, "may_have_arrived": True, "error": SENDER_DIED}
        Message.objects.filter(pk__in=twice).update(
            **common, state=Message.State.FAILED, secret=None
        )
        Message.objects.filter(pk__in=once).update(
            **common, state=Message.State.QUEUED, next_attempt_at=at
        )
    return len(again)

"""What staff do with a flag of unusual usage: take it, note the contact, resolve or dismiss it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from billing.usage.alerts.spike_models import SpikeFlag
from core.errors import DomainError
from core.models import User

State = SpikeFlag.State


@transaction.atomic
def take_spike(flag: SpikeFlag, *, by: User, now: datetime) -> SpikeFlag:
    """Somebody looks after it from now on; also takes it over from a colleague."""
    flag = _locked(flag)
    if flag.state == State.IN_PROGRESS and flag.owner_id != by.pk:
        flag.owner = by
        flag.save()
        return flag
    return _move(flag, State.IN_PROGRESS, owner=by, taken_at=now)


@transaction.atomic
def note_contact(flag: SpikeFlag, *, by: User, now: datetime) -> SpikeFlag:
    """The customer was spoken to; the first time counts. A new flag becomes that person's."""
    flag = _locked(flag)
    if flag.state == State.NEW:
        flag = take_spike(flag, by=by, now=now)
    if flag.state != State.IN_PROGRESS:
        raise DomainError(f"The flag is {flag.get_state_display()}: it is closed.")
    if flag.first_contact_at is None:
        flag.first_contact_at = now
        flag.save()
    return flag


def resolve_spike(flag: SpikeFlag, *, outcome: str, by: User, now: datetime) -> SpikeFlag:
    """What came of it, in words; raises DomainError without any."""
    return _close(flag, State.RESOLVED, outcome, by, now)


def dismiss_spike(flag: SpikeFlag, *, outcome: str, by: User, now: datetime) -> SpikeFlag:
    """It was nothing, and why; raises DomainError without a reason."""
    return _close(flag, State.DISMISSED, outcome, by, now)


@transaction.atomic
def _close(
    flag: SpikeFlag, state: SpikeFlag.State, outcome: str, by: User, now: datetime
) -> SpikeFlag:
    if not outcome.strip():
        raise DomainError("Say what came of it.")
    flag = _locked(flag)
    return _move(flag, state, owner=flag.owner or by, outcome=outcome.strip()[:500], closed_at=now)


def _move(flag: SpikeFlag, state: SpikeFlag.State, **fields: Any) -> SpikeFlag:
    if state not in SpikeFlag.TRANSITIONS[State(flag.state)]:
        raise DomainError(
            f"The flag is {flag.get_state_display()}: it can't become {state.label} now."
        )
    for name, value in fields.items():
        setattr(flag, name, value)
    flag.state = state
    flag.save()
    return flag


def _locked(flag: SpikeFlag) -> SpikeFlag:
    """The flag as it is now; nobody else moves it until the transaction ends."""
    rows = SpikeFlag.objects.select_related("account", "subscription", "owner")
    return rows.select_for_update(of=("self",)).get(pk=flag.pk)

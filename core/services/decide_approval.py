"""A second person lets a request happen or refuses it; whoever asked may take it back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from core.approvals import Effect, kind_of
from core.errors import DomainError
from core.models import Approval, User

GONE = "What the request was about no longer exists."


def approve(approval: Approval, *, by: User, now: datetime, comment: str = "") -> Approval:
    """Carry out what was asked for, in one transaction with the decision.

    Refuses who asked for it, who lacks the kind's permission or the brand, and what is decided or
    expired. Where the subject is another one than when it was asked about, nothing is carried out:
    the returned approval is in the state `failed` ("moved on") and its `outcome` says what changed.
    A DomainError of carrying out leaves the request waiting.
    """
    with transaction.atomic():
        locked = _open(approval, now)
        _require_second_person(locked, by)
        kind = kind_of(locked.kind)
        subject = locked.subject
        changed = GONE if subject is None else _what_changed(locked, subject)
        if changed:
            return _decide(
                locked, Approval.State.FAILED, by=by, now=now, comment=comment, outcome=changed
            )
        decided = _decide(locked, Approval.State.APPROVED, by=by, now=now, comment=comment)
        kind.work.carry_out(decided, now)
        return decided


def reject(approval: Approval, *, by: User, now: datetime, comment: str = "") -> Approval:
    """Refuse the request; who refuses says why, and is a second person as for approving."""
    if not comment.strip():
        raise DomainError("Say why you reject it: whoever asked needs a reason.")
    with transaction.atomic():
        locked = _open(approval, now)
        _require_second_person(locked, by)
        return _decide(locked, Approval.State.REJECTED, by=by, now=now, comment=comment)


def withdraw(approval: Approval, *, by: User, now: datetime, comment: str = "") -> Approval:
    """Take a request back; only whoever asked may."""
    with transaction.atomic():
        locked = _open(approval, now)
        if by.pk != locked.requested_by_id:
            raise DomainError("Only who asked for it can withdraw it.")
        return _decide(locked, Approval.State.WITHDRAWN, by=None, now=now, comment=comment)


def expire_approvals(now: datetime) -> int:
    """Close what nobody decided in time; returns how many."""
    due = Approval.objects.filter(state=Approval.State.REQUESTED, expires_at__lte=now)
    return due.update(
        state=Approval.State.EXPIRED, decided_at=now, outcome="Nobody decided in time."
    )


def may_decide(approval: Approval, by: User) -> bool:
    """Whether this person may decide: the permission, the brand, and not who asked."""
    return why_not(approval, by) == ""


def why_not(approval: Approval, by: User) -> str:
    """Why this person may not decide on it; empty where they may."""
    if by.pk == approval.requested_by_id:
        return "You asked for it: a second person decides."
    if not by.has_perm(kind_of(approval.kind).permission):
        return "Your role does not decide on this."
    if not by.is_superuser and not by.brands.filter(pk=approval.brand_id).exists():
        return "Your role does not decide on this."
    return ""


def _open(approval: Approval, now: datetime) -> Approval:
    locked = Approval.objects.select_for_update().get(pk=approval.pk)
    if not locked.is_open:
        raise DomainError(f"It is already decided: {locked.get_state_display()}.")
    if locked.expires_at <= now:
        raise DomainError("It expired: ask anew.")
    return locked


def _require_second_person(approval: Approval, by: User) -> None:
    if refusal := why_not(approval, by):
        raise DomainError(refusal)


def _what_changed(approval: Approval, subject: Any) -> str:
    """Why the subject is no longer what was asked about; empty where it is."""
    work = kind_of(approval.kind).work
    if work.fingerprint(subject, approval.payload) == approval.fingerprint:
        return ""
    try:
        effect = work.effect(subject, approval.payload)
    except DomainError as error:
        return str(error)[:500]
    return (_difference(approval, effect) or "It was changed after the request.")[:500]


def _difference(approval: Approval, effect: Effect) -> str:
    then = {row[0]: row[1:] for row in approval.difference}
    now = {row[0]: list(row[1:]) for row in effect.rows}
    parts = [
        f"{label}: was {_words(then.get(label))}, is now {_words(now.get(label))}"
        for label in dict.fromkeys([*then, *now])
        if then.get(label) != now.get(label)
    ]
    return "It was changed after the request. " + "; ".join(parts) if parts else ""


def _words(values: list[str] | None) -> str:
    return "–" if values is None else " → ".join(values)


def _decide(
    approval: Approval,
    state: str,
    *,
    by: User | None,
    now: datetime,
    comment: str,
    outcome: str = "",
) -> Approval:
    approval.state = state
    approval.decided_by = by
    approval.decided_at = now
    approval.comment = comment.strip()[:500]
    approval.outcome = outcome
    approval.save(update_fields=["state", "decided_by", "decided_at", "comment", "outcome"])
    return approval

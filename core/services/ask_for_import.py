"""Ask a second person to let a tried file in."""

from __future__ import annotations

from datetime import datetime

from core.errors import DomainError
from core.imports.kinds import kind_of
from core.models import Approval, ImportBatch, User
from core.services.request_approval import request_approval


def ask_for_import(batch: ImportBatch, *, user: User, reason: str, now: datetime) -> Approval:
    """A request with the difference of the dry run; it is decided in the inbox of approvals.

    Raises DomainError where the file is for every brand at once, as approvals are of one brand.
    """
    if batch.brand is None:
        raise DomainError("Upload it again for one brand: a second person of that brand decides.")
    return request_approval(
        kind_of(batch.kind).approval,
        subject=batch,
        brand=batch.brand,
        requested_by=user,
        reason=reason,
        now=now,
    )


def request_waiting(batch: ImportBatch) -> Approval | None:
    """The request that waits for a decision on this file."""
    kind = kind_of(batch.kind).approval
    if not kind:
        return None
    waiting = Approval.objects.filter(kind=kind, subject_id=batch.pk, state="requested")
    return waiting.first()

"""Ask a second person to let something happen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.db.models import Model

from core.approvals import kind_of
from core.errors import DomainError
from core.models import Approval, Brand, User

REASON_MAX = 200


def request_approval(
    kind: str,
    *,
    subject: Model,
    brand: Brand,
    requested_by: User,
    reason: str,
    now: datetime,
    payload: Mapping[str, Any] | None = None,
) -> Approval:
    """Write down what is asked for, its difference and its money as of now.

    Refuses a request without a reason, and a second one of a kind for the same subject while one
    waits. `payload` holds identifiers and figures that JSON knows, never personal data.
    """
    reason = reason.strip()
    if not reason:
        raise DomainError("Say why: whoever decides needs a reason.")
    if len(reason) > REASON_MAX:
        raise DomainError(f"A reason has at most {REASON_MAX} characters.")
    facts = dict(payload or {})
    known = kind_of(kind)
    effect = known.work.effect(subject, facts)
    subject_type = ContentType.objects.get_for_model(subject)
    try:
        with transaction.atomic():
            return Approval.objects.create(
                kind=kind,
                brand=brand,
                subject_type=subject_type,
                subject_id=subject.pk,
                subject_label=str(subject)[:200],
                payload=facts,
                summary=effect.summary[:300],
                difference=[list(row) for row in effect.rows],
                amount=effect.money,
                currency=effect.currency if effect.money is not None else "",
                fingerprint=known.work.fingerprint(subject, facts),
                reason=reason,
                requested_by=requested_by,
                requested_at=now,
                expires_at=now + known.decided_within,
            )
    except IntegrityError as error:
        if "approval_open_once_per_subject" not in str(error):
            raise
        raise DomainError(
            f"A request of this kind already waits for {subject}; decide or withdraw it first."
        ) from None

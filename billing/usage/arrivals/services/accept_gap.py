"""Accept that a usage file will not come: billing goes on without it."""

from __future__ import annotations

from datetime import datetime

from billing.usage.arrivals.models import AcceptedUsageGap
from billing.usage.arrivals.queries import completeness_of
from billing.usage.models import UsageSource
from core.errors import DomainError
from core.models import User


def accept_gap(
    *, source: UsageSource, key: str, reason: str, by: User | None, now: datetime
) -> AcceptedUsageGap:
    """Accept the gap that `usage_gaps` lists as `key`, with the reason.

    Should the file come after all it is taken in as usual. Raises DomainError without a reason,
    and where there is no such gap.
    """
    reason = reason.strip()
    if not reason:
        raise DomainError("Say why the file will not come: the reason stands in the history.")
    known = AcceptedUsageGap.objects.filter(source=source, key=key).first()
    if known is not None:
        return known
    gaps = {gap.key for gap in completeness_of(source, now).gaps}
    if key not in gaps:
        raise DomainError(
            f"Source {source.code} has no gap {key}; it has {', '.join(sorted(gaps)) or 'none'}."
        )
    return AcceptedUsageGap.objects.create(
        source=source, key=key, reason=reason[:200], accepted_by=by, accepted_at=now
    )

"""What the usage room does again and again: it makes the months that usage is stored in."""

from __future__ import annotations

from datetime import UTC, datetime

from core.schedules import scheduled


@scheduled("ensure_partitions", daily_at=2)
def make_usual_months(now: datetime) -> None:
    """Make the partitions of the usage table from 14 months back to 3 ahead."""
    from billing.usage.partitions import usual_months
    from billing.usage.services.ensure_partitions import ensure_partitions

    ensure_partitions(usual_months(now.astimezone(UTC).date()))

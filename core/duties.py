"""What core itself does again and again."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.schedules import scheduled
from core.services.decide_approval import expire_approvals
from core.services.deliver_events import deliver_events
from core.services.sweep_jobs import sweep_jobs


@scheduled("sweep_jobs", every=timedelta(seconds=10))
def sweep(now: datetime) -> None:
    """Free the jobs of dead workers and wake workers for what is queued."""
    sweep_jobs(now)


@scheduled("deliver_events", every=timedelta(seconds=10))
def deliver(now: datetime) -> None:
    """Tell subscribers the events that wait."""
    deliver_events(now)


@scheduled("expire_approvals", every=timedelta(minutes=5))
def expire(now: datetime) -> None:
    """Close requests that nobody decided in time."""
    expire_approvals(now)

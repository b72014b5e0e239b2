"""What accounts have done in the background."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.contact import something_is_due
from accounts.services.send_messages import send_messages
from core.jobs import Report, job_kind
from core.models import Job
from core.schedules import scheduled
from core.services.enqueue_job import enqueue_job


@job_kind("send_messages")
def send_due_messages(job: Job, report: Report) -> dict[str, Any]:
    """One round over the outbox; `payload["events"]` and the job's brand narrow it."""
    totals = send_messages(
        clock=timezone.now,
        brand=job.brand,
        events=job.payload.get("events", ()),
        progress=report,
    )
    return {
        "sent": totals.sent,
        "dropped": totals.dropped,
        "waiting": totals.waiting,
        "refused": totals.refused,
        "failed": totals.failed,
        "server_error": totals.server_error,
    }


@scheduled("send_messages", every=timedelta(seconds=30))
def send_what_waits(now: datetime) -> None:
    """Look into the outbox again and again; one round at a time."""
    if something_is_due(now):
        enqueue_job("send_messages", payload={}, now=now, unique_key="send_messages")

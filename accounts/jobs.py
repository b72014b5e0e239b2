"""What accounts have done in the background."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from accounts.services.send_messages import send_messages
from core.jobs import Report, job_kind
from core.models import Job


@job_kind("send_messages")
def send_due_messages(job: Job, report: Report) -> dict[str, Any]:
    """One round over the outbox; `payload["events"]` and the job's brand narrow it."""
    totals = send_messages(
        clock=timezone.now,
        brand=job.brand,
        events=job.payload.get("events", ()),
        progress=lambda done, total: report(done, total),
    )
    return {
        "sent": totals.sent,
        "dropped": totals.dropped,
        "waiting": totals.waiting,
        "refused": totals.refused,
        "failed": totals.failed,
        "server_error": totals.server_error,
    }

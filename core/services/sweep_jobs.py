"""Free the jobs of dead workers, and remind Celery's workers of what is queued."""

from __future__ import annotations

from datetime import datetime

from core.models import Job
from core.services.claim_job import sweep_expired_leases
from core.services.enqueue_job import wake_workers
from core.services.send_hint import send_hint

HINTS_MAX = 20  # each hint that finds work sends the next one


def sweep_jobs(now: datetime) -> int:
    """Queue jobs again whose lease ran out, park those that died three times, send hints anew."""
    freed = sweep_expired_leases(now)
    waiting = Job.objects.filter(state=Job.State.QUEUED).order_by("id")
    queued = list(waiting.values_list("pk", flat=True)[:HINTS_MAX])
    if queued:
        wake_workers()
    for job_id in queued:
        if not send_hint(job_id):
            break
    return freed

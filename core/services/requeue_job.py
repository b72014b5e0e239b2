"""A person has looked at a parked job: it is tried again from where it stopped."""

from __future__ import annotations

from core.errors import DomainError
from core.models import Job
from core.services.enqueue_job import wake_workers


def requeue_job(job: Job) -> Job:
    """Queue a parked job again with three fresh attempts; refuses a job in any other state."""
    changed = Job.objects.filter(pk=job.pk, state=Job.State.PARKED).update(
        state=Job.State.QUEUED, attempts=0, error="", worker="", progress_text=""
    )
    if not changed:
        raise DomainError("Only a parked job can be tried again.")
    wake_workers(job)
    job.refresh_from_db()
    return job

"""Whose job it is: claims, leases that expire with a dead worker, and what ends a job.

A worker is known to a job by its name and the number of the attempt, so a worker that was thought
dead can no longer write anything once somebody else has taken the job up.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from core.models import Job

LEASE = timedelta(seconds=settings.JOB_LEASE_SECONDS)
ATTEMPTS_MAX = 3
DIED = "The worker died or was cut off {attempts} times while doing this job."


def sweep_expired_leases(now: datetime) -> int:
    """Put jobs of dead workers back into the queue, park those that died three times."""
    expired = Job.objects.filter(state=Job.State.RUNNING, leased_until__lt=now)
    parked = expired.filter(attempts__gte=ATTEMPTS_MAX).update(
        state=Job.State.PARKED,
        worker="",
        leased_until=None,
        error=DIED.format(attempts=ATTEMPTS_MAX),
    )
    queued = expired.filter(attempts__lt=ATTEMPTS_MAX).update(
        state=Job.State.QUEUED, worker="", leased_until=None
    )
    return parked + queued


def claim_job(worker: str, *, now: datetime, kinds: list[str] | None = None) -> Job | None:
    """Take the oldest queued job that no other worker is taking at this moment."""
    with transaction.atomic():
        queued = Job.objects.filter(state=Job.State.QUEUED)
        if kinds is not None:
            queued = queued.filter(kind__in=kinds)
        job = queued.order_by("id").select_for_update(skip_locked=True).first()
        if job is None:
            return None
        job.state = Job.State.RUNNING
        job.worker = worker
        job.attempts += 1
        job.leased_until = now + LEASE
        job.save(update_fields=["state", "worker", "attempts", "leased_until"])
    return job


def extend_lease(job: Job, *, now: datetime, **progress: Any) -> bool:
    """Keep the job for another lease and note its progress; False: it is no longer ours."""
    return bool(_ours(job).update(leased_until=now + LEASE, **progress))


def hold_job(job: Job, *, now: datetime) -> bool:
    """Lock the job's row for the caller's transaction and renew its lease; False: not ours.

    While the lock is held nobody else can take the job up, so what the transaction writes is the
    work of the one worker who has it.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A job is held inside the transaction of its effect.")
    return extend_lease(job, now=now)


def finish_job(job: Job, result: dict[str, Any], *, now: datetime) -> bool:
    """Mark the job done with its result; False: it is no longer ours."""
    return bool(
        _ours(job).update(
            state=Job.State.DONE,
            result=result,
            error="",
            worker="",
            leased_until=None,
            finished_at=now,
        )
    )


def release_job(job: Job) -> bool:
    """Give the job back unharmed: the attempt does not count."""
    return bool(
        _ours(job).update(
            state=Job.State.QUEUED, attempts=job.attempts - 1, worker="", leased_until=None
        )
    )


def fail_job(job: Job, error: str, *, for_good: bool) -> bool:
    """Queue the job again, or park it after three attempts, or at once where `for_good`."""
    park = for_good or job.attempts >= ATTEMPTS_MAX
    state = Job.State.PARKED if park else Job.State.QUEUED
    return bool(_ours(job).update(state=state, error=error, worker="", leased_until=None))


def _ours(job: Job) -> QuerySet[Job]:
    same_attempt = Q(worker=job.worker, attempts=job.attempts, state=Job.State.RUNNING)
    return Job.objects.filter(same_attempt, pk=job.pk)

"""Ask for long work: a row is written with the decision, a worker does it afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from core.models import Brand, Job, User
from core.services.send_hint import send_hint

CHANNEL = "trunkline_jobs"
UNFINISHED = (Job.State.QUEUED, Job.State.RUNNING, Job.State.PARKED)
_TRIES = 3


def enqueue_job(
    kind: str,
    *,
    payload: Mapping[str, Any],
    now: datetime,
    brand: Brand | None = None,
    requested_by: User | None = None,
    unique_key: str = "",
) -> Job:
    """Write a job and wake a worker when the caller's transaction commits.

    `payload` holds identifiers and dates, never personal data. While a job with the same
    `unique_key` is unfinished (queued, running or parked), that one is returned instead.
    """
    for _ in range(_TRIES):
        existing = unfinished_job(unique_key)
        if existing is not None:
            return existing
        try:
            with transaction.atomic():
                job = Job.objects.create(
                    kind=kind,
                    payload=dict(payload),
                    brand=brand,
                    requested_by=requested_by,
                    unique_key=unique_key,
                    created_at=now,
                )
        except IntegrityError:
            if not unique_key:
                raise
            continue  # another process asked for the same at this moment
        wake_workers(job)
        return job
    raise RuntimeError(f"Jobs with the key {unique_key} come and go too fast.")


def unfinished_job(unique_key: str) -> Job | None:
    """The unfinished job with this key, if there is one."""
    if not unique_key:
        return None
    return Job.objects.filter(unique_key=unique_key, state__in=UNFINISHED).first()


def wake_workers(job: Job | None = None) -> None:
    """Tell waiting workers to look once the transaction commits; only a hint.

    Workers without a broker look by themselves every second; with one, the sweeper hints again.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")
    if job is not None and settings.CELERY_BROKER_URL:
        job_id = job.pk
        transaction.on_commit(lambda: send_hint(job_id))

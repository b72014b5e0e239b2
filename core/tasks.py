"""What Celery runs: wake-up calls and the schedule. The rows in the database say what is to do."""

from __future__ import annotations

import os
import socket

from celery import shared_task
from django.utils import timezone

from core.models import Job
from core.services.fire_schedules import TASK as FIRE_SCHEDULE
from core.services.fire_schedules import fire_schedule
from core.services.send_hint import TASK as WORK_JOBS
from core.services.send_hint import send_hint
from core.services.work_jobs import work_one


@shared_task(name=WORK_JOBS)  # type: ignore[untyped-decorator]
def work_jobs(job_id: int) -> None:  # noqa: ARG001 – a hint says which job, the queue decides
    """Do the oldest queued job, which need not be `job_id`, and wake somebody for the next."""
    done = work_one(f"{socket.gethostname()}:{os.getpid()}", clock=timezone.now)
    if done is not None:
        following = Job.objects.filter(state=Job.State.QUEUED).order_by("id").first()
        if following is not None:
            send_hint(following.pk)


@shared_task(name=FIRE_SCHEDULE)  # type: ignore[untyped-decorator]
def fire(name: str) -> None:
    """Do one scheduled duty."""
    fire_schedule(name, now=timezone.now())

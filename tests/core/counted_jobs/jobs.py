"""Jobs whose effects are counted, for tests that kill whoever does them."""

from __future__ import annotations

import os
import random
import signal
import time

from django.db import connection, transaction

from core.jobs import Report, job_kind
from core.models import Job

STEPS = 3


@job_kind("counted")
def counted(job: Job, report: Report) -> None:
    """One effect that nothing but the job's lock keeps from happening twice."""
    time.sleep(random.uniform(0, 0.05))
    with transaction.atomic():
        report.still_ours()
        _effect(job, 0)
        time.sleep(random.uniform(0, 0.05))
        report.finish({"steps": 1})


@job_kind("stepped")
def stepped(job: Job, report: Report) -> None:
    """Several effects, each with its own transaction: it goes on where another worker stopped."""
    for step in range(STEPS):
        with transaction.atomic():
            report.still_ours()
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT 1 FROM counted_effect WHERE job = %s AND step = %s", [job.pk, step]
                )
                if cursor.fetchone() is None:
                    _effect(job, step)
            time.sleep(random.uniform(0, 0.03))
        report(step + 1, STEPS)


@job_kind("poison")
def poison(job: Job, report: Report) -> None:
    """Kills whoever does it."""
    os.kill(os.getpid(), signal.SIGKILL)


def _effect(job: Job, step: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO counted_effect (job, step) VALUES (%s, %s)", [job.pk, step])

"""Do the queued jobs, one at a time, keeping the lease while a job runs."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import Error as DatabaseFailure
from django.db import connection

from core.errors import DomainError
from core.history import changed_by
from core.jobs import LeaseLost, UnknownKindError, WorkInterrupted, handler_of, known_kinds
from core.models import Job
from core.services.claim_job import (
    LEASE,
    claim_job,
    extend_lease,
    fail_job,
    finish_job,
    hold_job,
    release_job,
    sweep_expired_leases,
)

Clock = Callable[[], datetime]

HEARTBEAT_SECONDS = LEASE.total_seconds() / 4
PROGRESS_SECONDS = min(0.5, HEARTBEAT_SECONDS)
TRACEBACK_CHARACTERS_MAX = 6000


class Progress:
    """What a handler reports; a thread of its own writes it, with its own connection.

    So progress is visible while the handler is inside a transaction, a report costs nothing, and
    the lease lives on through a long statement.
    """

    def __init__(self, job: Job, clock: Clock, stop: threading.Event) -> None:
        self._job = job
        self._clock = clock
        self._stop = stop
        self._lost = threading.Event()
        self._over = threading.Event()
        self._latest: dict[str, Any] = {}
        self._thread = threading.Thread(target=self._keep, name=f"job-{job.pk}", daemon=True)

    def __call__(self, done: int, total: int, text: str = "") -> None:
        """Note the progress; stop the handler where the job is lost or the worker must end."""
        self._latest = {
            "progress_done": done,
            "progress_total": total,
            "progress_text": text[:200],
        }
        if self._lost.is_set():
            raise LeaseLost
        if self._stop.is_set():
            raise WorkInterrupted

    def still_ours(self) -> None:
        """Lock the job for the handler's transaction; raises LeaseLost where it is another's."""
        if not hold_job(self._job, now=self._clock()):
            raise LeaseLost

    def finish(self, result: dict[str, Any] | None = None) -> None:
        """Mark the job done in the handler's transaction, together with its effect."""
        self.still_ours()
        finish_job(self._job, result or {}, now=self._clock())

    def __enter__(self) -> Progress:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _keep(self) -> None:
        written: dict[str, Any] = {}
        waited = 0.0
        try:
            while not self._over.wait(PROGRESS_SECONDS):
                waited += PROGRESS_SECONDS
                latest = self._latest
                if latest == written and waited < HEARTBEAT_SECONDS:
                    continue
                try:
                    if not extend_lease(self._job, now=self._clock(), **latest):
                        self._lost.set()
                        return
                except DatabaseFailure:
                    connection.close()  # the database restarts: tried again in half a second
                    continue
                written, waited = latest, 0.0
        finally:
            connection.close()

    @property
    def latest(self) -> dict[str, Any]:
        """The last figures reported, as fields of a job."""
        return self._latest


def work_one(
    worker: str,
    *,
    clock: Clock,
    stop: threading.Event | None = None,
    kinds: list[str] | None = None,
) -> Job | None:
    """Free the jobs of dead workers, then claim one job and do it; None: nothing is queued.

    Only kinds that this program knows are claimed. A DomainError parks the job at once, since
    trying again cannot mend it; anything else is tried three times.
    """
    sweep_expired_leases(clock())
    job = claim_job(worker, now=clock(), kinds=known_kinds() if kinds is None else kinds)
    if job is not None:
        do_job(job, clock=clock, stop=stop or threading.Event())
        job.refresh_from_db()
    return job


def do_job(job: Job, *, clock: Clock, stop: threading.Event) -> None:
    """Do one claimed job and write down how it ended."""
    try:
        context = changed_by(
            channel="job", user_id=job.requested_by_id, source=f"{job.kind} {job.pk}"
        )
        with context, Progress(job, clock, stop) as progress:
            result = handler_of(job.kind)(job, progress)
        if progress.latest:
            extend_lease(job, now=clock(), **progress.latest)
        finish_job(job, result or {}, now=clock())
    except LeaseLost:
        return
    except (DomainError, UnknownKindError) as error:
        fail_job(job, str(error), for_good=True)
    except Exception as error:  # noqa: BLE001 – whatever went wrong, a person can read it here
        connection.close_if_unusable_or_obsolete()
        fail_job(job, _in_words(error), for_good=False)
    except BaseException as interruption:
        release_job(job)
        if not isinstance(interruption, WorkInterrupted):
            raise


def _in_words(error: Exception) -> str:
    headline = " ".join(f"{type(error).__name__}: {error}".split())[:500]
    trace = "".join(traceback.format_exception(error))[-TRACEBACK_CHARACTERS_MAX:]
    return f"{headline}\n\n{trace}"

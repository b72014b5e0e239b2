"""Keeps the schedules in a thread beside a worker: in one process at a time, wherever it runs."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from types import TracebackType

from django.conf import settings
from django.db import Error as DatabaseFailure
from django.db import connection
from django.utils import timezone

from core.services.fire_schedules import BEATS_SILENCE, become_scheduler, fire_due_schedules

TICK_SECONDS = 1

log = logging.getLogger(__name__)


class Scheduler:
    """While it is entered, this process asks for the schedulers' lock and fires what is due.

    The lock belongs to the thread's own connection: it falls to another process when this one
    ends, however it ends. Where Celery's beat keeps the schedules, only what beat has plainly
    missed is done here.
    """

    def __init__(self) -> None:
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="scheduler", daemon=True)

    def __enter__(self) -> Scheduler:
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    def _keep(self) -> None:
        overdue_by = BEATS_SILENCE if settings.CELERY_BROKER_URL else timedelta(0)
        try:
            while not self._over.wait(TICK_SECONDS):
                try:
                    if become_scheduler():
                        fire_due_schedules(timezone.now(), overdue_by=overdue_by)
                except DatabaseFailure:
                    connection.close()  # the database restarts: tried again in a second
                except Exception:
                    log.exception("The schedules could not be kept; tried again in a second.")
        finally:
            connection.close()

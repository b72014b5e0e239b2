"""Tell Celery's workers that something is queued: a hint, which may get lost without harm."""

from __future__ import annotations

import logging
import threading
import time
from functools import cache

from celery import Celery
from django.conf import settings

TASK = "core.work_jobs"
QUIET_SECONDS = 10.0  # after a failure nobody waits for the broker again for so long
TIMEOUT_SECONDS = 1.0

log = logging.getLogger(__name__)
_quiet_until = 0.0
_lock = threading.Lock()


def send_hint(job_id: int) -> bool:
    """Send a wake-up call with the id of a job; False: there is no broker, or it doesn't answer.

    Never raises and waits for two seconds at most, since the job's row is the truth: the sweeper
    sends hints again for what stays queued.
    """
    global _quiet_until  # noqa: PLW0603 – what this process knows about the broker
    if not settings.CELERY_BROKER_URL or time.monotonic() < _quiet_until:
        return False
    try:
        with _lock, _sender().connection_for_write() as broker:
            _sender().send_task(
                TASK, args=[job_id], connection=broker, retry=False, ignore_result=True
            )
    except Exception as error:  # noqa: BLE001 – whatever is wrong with the broker, writes go on
        _quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning("The broker does not answer, workers look by themselves: %s", error)
        return False
    return True


@cache
def _sender() -> Celery:
    """An app that only sends: it gives up at once where a worker's app waits for the broker."""
    app = Celery("trunkline-hints", broker=settings.CELERY_BROKER_URL, set_as_current=False)
    app.conf.update(
        task_default_queue=settings.CELERY_TASK_DEFAULT_QUEUE,
        task_ignore_result=True,
        task_publish_retry=False,
        broker_transport_options={
            "socket_timeout": TIMEOUT_SECONDS,
            "socket_connect_timeout": TIMEOUT_SECONDS,
            "max_retries": 1,
            "interval_start": 0,
            "interval_step": 0,
            "interval_max": 0,
        },
    )
    return app

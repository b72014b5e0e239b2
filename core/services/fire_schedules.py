"""Do what is due by the clock: by the rows of django-celery-beat, with a broker and without."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F
from django_celery_beat.models import PeriodicTask

from core.schedules import schedule_of

TASK = "core.fire_schedule"
SCHEDULER_LOCK = 7_204_001  # held by the one process that fires schedules
DUTY_LOCKS = 7_204_002  # one lock for each duty, by the hash of its name
# Beat notes what it fired every three minutes: before that, its rows only look overdue.
BEATS_SILENCE = timedelta(minutes=4)

log = logging.getLogger(__name__)


def fire_due_schedules(now: datetime, *, overdue_by: timedelta = timedelta(0)) -> list[str]:
    """Do each enabled duty that is due, and note that it was; returns their names.

    A duty that was missed several times, because nothing ran, is done once. `overdue_by` leaves
    alone what is due for a shorter time.
    """
    fired = []
    rows = PeriodicTask.objects.filter(enabled=True, task=TASK).order_by("name")
    for row in rows.select_related("interval", "crontab"):
        if _is_due(row, now - overdue_by):
            PeriodicTask.objects.filter(pk=row.pk).update(
                last_run_at=now, total_run_count=F("total_run_count") + 1
            )
            name = str(json.loads(row.kwargs).get("name", ""))
            fire_schedule(name, now=now)
            fired.append(name)
    return fired


def fire_schedule(name: str, *, now: datetime) -> bool:
    """Do one duty now; False: nobody here knows it, or another process is doing it.

    What goes wrong is logged and left to the next time: the duty's rows hold what is undone.
    """
    known = schedule_of(name)
    if known is None:
        log.warning("Nothing here knows the schedule %s.", name)
        return False
    with _alone(name) as alone:
        if not alone:
            return False
        try:
            known.do(now)
        except Exception:
            log.exception("The schedule %s failed; it is tried again when it is due.", name)
    return True


def become_scheduler() -> bool:
    """Whether this connection is, or now becomes, the one that fires schedules."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [SCHEDULER_LOCK])
        return bool(cursor.fetchone()[0])


def _is_due(row: PeriodicTask, now: datetime) -> bool:
    last = row.last_run_at
    if last is None:
        if row.interval is not None:
            return True
        last = row.date_changed
    schedule = row.schedule
    schedule.nowfun = lambda: now
    return bool(schedule.is_due(last).is_due)


@contextmanager
def _alone(name: str) -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [DUTY_LOCKS, name])
        alone = bool(cursor.fetchone()[0])
    try:
        yield alone
    finally:
        # A connection that broke has given the lock back by itself.
        if alone and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [DUTY_LOCKS, name])

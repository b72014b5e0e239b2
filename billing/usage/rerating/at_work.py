"""Who is at a re-rating at this moment: so that one whose process was killed is told from others.

Whoever tries or carries a re-rating out holds a lock of its database session, which ends with the
process, however that ends. A row that says *being tried* or *being carried out* without that lock,
and without a job that a worker will take up, is interrupted. A second process that wants the same
row waits for the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from django.db import Error as DatabaseFailure
from django.db import connection

from billing.usage.rerating.models import Rerating
from core.models import Job

# The class of the lock: any number that nobody else uses.
_AT_WORK = 1_431_520_003
_OBJECTS = 2**31
_HELD = """
    SELECT objid::bigint FROM pg_locks
    WHERE locktype = 'advisory' AND classid = %s AND objsubid = 2 AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
# Of a parked job a worker does nothing until somebody has looked at it.
_WAITS_FOR_A_WORKER = (Job.State.QUEUED, Job.State.RUNNING)
_UNFINISHED = (Rerating.State.TRYING, Rerating.State.RUNNING)


def job_key(rerating: Rerating) -> str:
    """The key of the job that tries a re-rating or carries it out: one at a time."""
    return f"rerating:{rerating.pk}"


@contextmanager
def at_work(rerating: Rerating) -> Iterator[None]:
    """Be the one who is at this re-rating, which is stored, once another who is at it is done."""
    place = [_AT_WORK, rerating.pk % _OBJECTS]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", place)
    try:
        yield
    finally:
        # A session that broke off holds no lock any more.
        with suppress(DatabaseFailure), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", place)


def interrupted_of(reratings: Iterable[Rerating]) -> set[int]:
    """The ids of those whose work stopped half-way: nobody is at them, and nobody will be."""
    rows = [rerating for rerating in reratings if rerating.state in _UNFINISHED]
    if not rows:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [_AT_WORK])
        held = {int(place) for (place,) in cursor.fetchall()}
    keys = [job_key(rerating) for rerating in rows]
    jobs = Job.objects.filter(unique_key__in=keys, state__in=_WAITS_FOR_A_WORKER)
    waiting = set(jobs.values_list("unique_key", flat=True))
    return {
        rerating.pk
        for rerating in rows
        if rerating.pk % _OBJECTS not in held and job_key(rerating) not in waiting
    }


def is_interrupted(rerating: Rerating) -> bool:
    """Whether the work at this one stopped half-way."""
    return rerating.pk in interrupted_of([rerating])

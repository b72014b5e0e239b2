"""Who may write usage of a source: one importer with its workers, one release, or one request.

The importer holds a lock of its session while it imports a file. Its workers write in transactions
of their own; each shares a second lock, and then sees whether the importer still holds the first.
Whoever comes next takes both, so it waits for the importer, and, if that was killed, for what its
workers were just writing; what they would write later they no longer may. A request of the API
writes between what others write: it waits for what they are just writing, not for a whole import.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import DatabaseError, connection

from core.errors import DomainError

# The classes of the two locks: any numbers that nobody else uses.
_IMPORTING, _WRITING = 1_431_520_001, 1_431_520_002
_OBJECTS = 2**31

_HOLDS = """
    SELECT EXISTS (
        SELECT FROM pg_locks
        WHERE locktype = 'advisory' AND classid = %s AND objid = %s AND objsubid = 2
          AND pid = %s AND granted
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    )
"""


@contextmanager
def importing(source_id: int) -> Iterator[int]:
    """Be the only importer of the source, once all others are done; gives the session's number."""
    place = source_id % _OBJECTS
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [_IMPORTING, place])
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [_WRITING, place])
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_WRITING, place])
            cursor.execute("SELECT pg_backend_pid()")
            [session] = cursor.fetchone()
        yield session
    finally:
        # A session that broke off holds no lock any more.
        with suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_IMPORTING, place])


def write_for(source_id: int, session: int) -> None:
    """Write in this transaction for the importer of that session.

    Raises `DomainError` if it is gone: somebody else may import then.
    """
    place = source_id % _OBJECTS
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [_WRITING, place])
        cursor.execute(_HOLDS, [_IMPORTING, place, session])
        [holds] = cursor.fetchone()
    if not holds:
        raise DomainError("The import that this was part of has ended.")


def write_alone(source_id: int) -> None:
    """Be the only one to write usage of the source until the end of this transaction."""
    place = source_id % _OBJECTS
    with connection.cursor() as cursor:
        for lock in (_IMPORTING, _WRITING):
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [lock, place])


def write_between(source_id: int) -> None:
    """Be the only one to write usage of the source until the end of this transaction, which may
    fall between two slices of an import."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_WRITING, source_id % _OBJECTS])

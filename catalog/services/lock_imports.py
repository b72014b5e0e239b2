"""Lets one import of masters run at a time, so that each compares with what the last one left."""

from __future__ import annotations

from django.db import connection

IMPORT_LOCK = 7_310_001


def lock_imports() -> None:
    """Wait for other imports of masters; the lock goes with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])

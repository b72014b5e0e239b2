"""Empties the database after a test that commits: the rows go, the tables stay as they are.

Django's flush truncates every table, which makes a new file for each of them, its indexes and its
partitions: seconds of waiting for the disk, whatever the test had stored. Here only tables that
hold rows are emptied, without triggers, since rows that never change would refuse to go.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.test import TransactionTestCase
from psycopg import sql

# Made by migrate, and the same after every test: what Django's flush would make anew.
KEPT = ("django_migrations", "django_content_type", "auth_permission")
_flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]


def empty_instead_of_flushing() -> None:
    """Let every test that commits end with `empty_database`."""
    TransactionTestCase._fixture_teardown = _empty_or_flush  # type: ignore[attr-defined]


def empty_database() -> None:
    """Delete all rows of all tables but `KEPT`; needs the right to leave triggers out."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in _tables_with_rows(cursor):
            cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))


def _tables_with_rows(cursor: Any) -> list[str]:
    """Partitions count as their table, whose rows they hold."""
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
        " AND relnamespace = 'public'::regnamespace AND relname <> ALL(%s) ORDER BY relname",
        [list(KEPT)],
    )
    questions = [
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(
            sql.Literal(table), sql.Identifier(table)
        )
        for (table,) in cursor.fetchall()
    ]
    cursor.execute(sql.SQL(" UNION ALL ").join(questions))
    return [table for (table,) in cursor.fetchall()]


def _empty_or_flush(case: TransactionTestCase) -> None:
    if _may_leave_triggers_out():
        empty_database()
    else:  # a server of one's own, where the tests' role is no superuser
        _flush(case)


def _may_leave_triggers_out() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        return bool(cursor.fetchone()[0])

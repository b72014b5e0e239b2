"""What always holds in the books."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection

from core.audit import invariant


def rows(sql: str, *parameters: Any) -> list[tuple[object, ...]]:
    """The rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or None)
        return list(cursor.fetchall())


@invariant("I1", "the postings of an entry sum to zero by currency, and are at least two")
def entries_balance() -> Iterator[str]:
    """Entries that don't balance or have fewer than two postings."""
    for entry, count, total in rows("""
        SELECT e.id, count(p.id), coalesce(max(abs(s.total)), 0)
        FROM billing_journalentry e
        LEFT JOIN billing_posting p ON p.entry_id = e.id
        LEFT JOIN (
            SELECT entry_id, currency, sum(amount) AS total FROM billing_posting GROUP BY 1, 2
        ) s ON s.entry_id = e.id
        GROUP BY e.id HAVING count(p.id) < 2 OR coalesce(max(abs(s.total)), 0) <> 0
    """):
        yield f"journal entry {entry} has {count} postings and is off by {total}"


APPEND_ONLY = {
    ("billing_posting", "append_only"),
    ("billing_posting", "no_truncate"),
    ("billing_posting", "entry_balances"),
    ("billing_journalentry", "append_only"),
    ("billing_journalentry", "no_truncate"),
}


@invariant("I2", "the books only grow: the triggers that refuse changes are in force")
def books_are_append_only() -> Iterator[str]:
    """Triggers of the books that are missing or switched off."""
    yield from missing_triggers(APPEND_ONLY)


def missing_triggers(wanted: set[tuple[str, str]]) -> Iterator[str]:
    """Those of the wanted (table, trigger) that the database lacks or has switched off."""
    found = rows("""
        SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')
    """)
    for table, name in sorted(wanted):
        if not any(t == table and str(n).startswith(f"pgtrigger_{name}") for t, n in found):
            yield f"trigger {name} on {table} is missing or switched off"


@invariant("I3", "every issued invoice stands in the books with exactly its total")
def invoices_are_posted() -> Iterator[str]:
    """Issued invoices whose receivable in the books is not their total."""
    for number, total, posted in rows("""
        SELECT i.number, i.total, sum(p.amount)
        FROM billing_invoice i
        LEFT JOIN billing_journalentry e
            ON e.source = 'invoice' AND e.source_id = i.id AND e.reverses_id IS NULL
        LEFT JOIN billing_posting p ON p.entry_id = e.id AND p.account_id = i.account_id
        WHERE i.state = 'issued'
        GROUP BY i.id HAVING coalesce(sum(p.amount), 0) <> i.total OR count(e.id) = 0
    """):
        yield f"invoice {number}: total {total}, in the books {posted}"

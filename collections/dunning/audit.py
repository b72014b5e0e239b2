"""What always holds of reminders."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from core.audit import invariant

# A payment and the decision to send take the account's lock first and then the time: their order
# is certain. What was handed over may have arrived, whatever was heard of it.
REMINDED_WHILE_OPEN = """
    SELECT 'invoice ' || i.number || ' was reminded of on '
           || coalesce(m.decided_at, m.sent_at) || ' with nothing open'
      FROM dunning_dunningaction d
      JOIN accounts_message m ON m.id = d.message_id
       AND m.state IN ('sending', 'sent', 'delivered', 'bounced')
      JOIN billing_invoice i ON i.id = d.invoice_id
     WHERE i.total <= coalesce(
               (SELECT sum(a.amount) FROM payments_allocation a
                 WHERE a.invoice_id = i.id
                   AND a.allocated_at < coalesce(m.decided_at, m.sent_at)), 0)
    UNION ALL
    SELECT 'invoice ' || i.number || ', due ' || o.due_date || ', was reminded of for ' || d.as_of
      FROM dunning_dunningaction d
      JOIN billing_invoice i ON i.id = d.invoice_id
      JOIN billing_openitem o ON o.invoice_id = i.id
     WHERE d.as_of <= o.due_date
"""
ONCE_AND_TO_ITS_OWN = """
    SELECT 'invoice ' || i.number || ' has the step ' || d.step || ' ' || count(*) || ' times'
      FROM dunning_dunningaction d JOIN billing_invoice i ON i.id = d.invoice_id
     GROUP BY i.number, d.invoice_id, d.step HAVING count(*) > 1
    UNION ALL
    SELECT 'invoice ' || i.number || ' was reminded of in a message of another account'
      FROM dunning_dunningaction d
      JOIN accounts_message m ON m.id = d.message_id
      JOIN billing_invoice i ON i.id = d.invoice_id
     WHERE m.account_id <> i.account_id OR m.brand_id <> i.brand_id
    UNION ALL
    SELECT 'message ' || m.id || ' was sent without a step'
      FROM accounts_message m
     WHERE m.event = 'payment_reminder' AND m.state IN ('sent', 'delivered', 'bounced')
       AND NOT EXISTS (SELECT 1 FROM dunning_dunningaction d WHERE d.message_id = m.id)
"""


def _sentences(query: str) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        yield from (row[0] for row in cursor.fetchall())


@invariant("I18", "nobody is reminded of an invoice that is paid or not yet due")
def reminded_while_open() -> Iterator[str]:
    """Sent reminders against what was open at that moment."""
    return _sentences(REMINDED_WHILE_OPEN)


@invariant("I19", "an invoice is reminded of at most once a step, in a message to its own account")
def once_and_to_its_own() -> Iterator[str]:
    """Steps by invoice, and the messages that they were said in."""
    return _sentences(ONCE_AND_TO_ITS_OWN)

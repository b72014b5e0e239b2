"""What always holds of money that came in."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from core.audit import invariant

ALLOCATIONS_FIT = """
    SELECT 'allocation ' || a.id || ' joins two accounts, currencies or a draft'
      FROM payments_allocation a
      JOIN billing_invoice i ON i.id = a.invoice_id
      LEFT JOIN payments_payment p ON p.id = a.payment_id
      LEFT JOIN billing_invoice c ON c.id = a.credit_note_id
     WHERE (coalesce(p.account_id, c.account_id), coalesce(p.currency, c.currency))
           IS DISTINCT FROM (i.account_id, i.currency)
        OR i.state <> 'issued' OR a.amount <= 0
    UNION ALL
    SELECT 'payment ' || p.id || ' has ' || p.amount || ' and pays ' || sum(a.amount)
      FROM payments_payment p JOIN payments_allocation a ON a.payment_id = p.id
     GROUP BY p.id HAVING sum(a.amount) > p.amount
    UNION ALL
    SELECT 'credit note ' || c.number || ' gives ' || -c.total || ' and pays ' || sum(a.amount)
      FROM billing_invoice c JOIN payments_allocation a ON a.credit_note_id = c.id
     GROUP BY c.id HAVING sum(a.amount) > -c.total
    UNION ALL
    SELECT 'invoice ' || i.number || ' asks ' || i.total || ' and got ' || sum(a.amount)
      FROM billing_invoice i JOIN payments_allocation a ON a.invoice_id = i.id
     GROUP BY i.id HAVING sum(a.amount) > i.total
"""
STORED_AMOUNTS_AGREE = """
    SELECT 'payment ' || p.id || ' says ' || p.unallocated || ' is left of ' || p.amount
           || ', but it pays ' || coalesce(used.amount, 0)
      FROM payments_payment p
      LEFT JOIN (SELECT payment_id, sum(amount) AS amount FROM payments_allocation GROUP BY 1) used
        ON used.payment_id = p.id
     WHERE p.unallocated <> p.amount - coalesce(used.amount, 0)
    UNION ALL
    SELECT 'invoice ' || i.number || ' says ' || o.open_amount || ' is open of ' || o.total
           || ', but got ' || coalesce(got.amount, 0) || ' and gave ' || coalesce(gave.amount, 0)
      FROM billing_openitem o
      JOIN billing_invoice i ON i.id = o.invoice_id
      LEFT JOIN (SELECT invoice_id, sum(amount) AS amount FROM payments_allocation GROUP BY 1) got
        ON got.invoice_id = i.id
      LEFT JOIN (
          SELECT credit_note_id, sum(amount) AS amount FROM payments_allocation
           WHERE credit_note_id IS NOT NULL GROUP BY 1
      ) gave ON gave.credit_note_id = i.id
     WHERE o.open_amount <> i.total - coalesce(got.amount, 0) + coalesce(gave.amount, 0)
        OR o.total <> i.total
"""
BOOKS_AGREE = """
    SELECT 'account ' || account.number || ' owes ' || coalesce(books.amount, 0)
           || ' by the books, ' || coalesce(items.amount, 0) - coalesce(credit.amount, 0)
           || ' by its open items and payments'
      FROM accounts_account account
      LEFT JOIN (
          SELECT p.account_id, sum(p.amount) AS amount
            FROM billing_posting p JOIN billing_ledgeraccount l ON l.id = p.ledger_account_id
           WHERE l.kind = 'receivable' GROUP BY 1
      ) books ON books.account_id = account.id
      LEFT JOIN (
          SELECT account_id, sum(open_amount) AS amount FROM billing_openitem GROUP BY 1
      ) items ON items.account_id = account.id
      LEFT JOIN (
          SELECT account_id, sum(unallocated) AS amount FROM payments_payment GROUP BY 1
      ) credit ON credit.account_id = account.id
     WHERE coalesce(books.amount, 0) <> coalesce(items.amount, 0) - coalesce(credit.amount, 0)
"""
COUNTED_ONCE = """
    SELECT provider || ' ' || provider_reference || ' is stored ' || count(*) || ' times'
      FROM payments_payment GROUP BY provider, provider_reference HAVING count(*) > 1
    UNION ALL
    SELECT 'payment ' || p.id || ' of ' || p.amount || ' stands in the books with '
           || coalesce(sum(s.amount), 0)
      FROM payments_payment p
      LEFT JOIN billing_journalentry e ON e.source = 'payment' AND e.source_id = p.id
      LEFT JOIN billing_ledgeraccount l
        ON l.legal_entity_id = p.legal_entity_id AND l.kind = 'bank'
      LEFT JOIN billing_posting s
        ON s.entry_id = e.id AND s.ledger_account_id = l.id AND s.currency = p.currency
     GROUP BY p.id HAVING coalesce(sum(s.amount), 0) <> p.amount
"""
CREDIT_IS_USED = """
    SELECT 'account ' || account.number || ' has credit and open invoices side by side'
      FROM accounts_account account
     WHERE EXISTS (
               SELECT 1 FROM billing_openitem o
                WHERE o.account_id = account.id AND o.open_amount > 0
           )
       AND (EXISTS (
               SELECT 1 FROM payments_payment p
                WHERE p.account_id = account.id AND p.unallocated > 0
           ) OR EXISTS (
               SELECT 1 FROM billing_openitem o
                WHERE o.account_id = account.id AND o.open_amount < 0
           ))
"""


def _sentences(query: str) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        yield from (row[0] for row in cursor.fetchall())


@invariant("I12", "money pays invoices of its own account and currency, never more than there is")
def allocations_fit() -> Iterator[str]:
    """Allocations against their payments, credit notes and invoices."""
    return _sentences(ALLOCATIONS_FIT)


@invariant("I12b", "what is open or unallocated is the total less its allocations")
def stored_amounts_agree() -> Iterator[str]:
    """Stored open and unallocated amounts against the allocations."""
    return _sentences(STORED_AMOUNTS_AGREE)


@invariant("I12c", "account credit is used before money is asked for")
def credit_is_used() -> Iterator[str]:
    """No account has credit beside an open invoice."""
    return _sentences(CREDIT_IS_USED)


@invariant("I3b", "an account owes by the books what its open items and payments say")
def books_agree() -> Iterator[str]:
    """Receivable postings against open items less unallocated money, by account."""
    return _sentences(BOOKS_AGREE)


@invariant("I13", "a payment counts once, and stands in the books with its amount")
def counted_once() -> Iterator[str]:
    """Payments by provider and reference, and their bank postings."""
    return _sentences(COUNTED_ONCE)

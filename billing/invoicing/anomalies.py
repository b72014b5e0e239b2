"""What looks wrong in a bill run before it is approved, by the money at risk."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from billing.invoicing.models import BillRun

# An invoice over so many times the account's own median is looked at, of at least so many bills.
MEDIAN_TIMES = 3
MEDIAN_BILLS_MIN = 3
MEDIAN_BILLS_MAX = 12
PRORATIONS_MAX = 2

_FOUND = """
    WITH drafts AS MATERIALIZED (
        SELECT id, account_id, total, net_total FROM billing_invoice
        WHERE run_id = %(run)s AND state = 'draft'
    ), listed AS MATERIALIZED (
        SELECT id, account_id, state FROM billing_billrunaccount WHERE run_id = %(run)s
    ), usual AS MATERIALIZED (
        SELECT listed.account_id,
               percentile_disc(0.5) WITHIN GROUP (ORDER BY before.total) AS median,
               count(*) AS bills
        FROM listed CROSS JOIN LATERAL (
            SELECT total FROM billing_invoice
            WHERE account_id = listed.account_id AND state = 'issued' AND live AND kind = 'cycle'
              AND period_end < %(bill_date)s
            ORDER BY period_end DESC LIMIT %(bills_max)s
        ) before
        GROUP BY listed.account_id
    ), known_taxes AS MATERIALIZED (
        SELECT DISTINCT tax.category, tax.treatment, tax.rate
        FROM billing_invoicetax tax JOIN billing_invoice invoice ON invoice.id = tax.invoice_id
        WHERE invoice.brand_id = %(brand)s AND invoice.state = 'issued'
          AND invoice.period_end < %(bill_date)s
    ), found AS (
        SELECT 'above' AS kind, drafts.account_id, drafts.total - usual.median AS risk
        FROM drafts JOIN usual USING (account_id)
        WHERE usual.bills >= %(bills_min)s AND usual.median > 0
          AND drafts.total > %(times)s * usual.median
      UNION ALL
        SELECT CASE WHEN total = 0 THEN 'zero' ELSE 'negative' END, account_id, -total
        FROM drafts WHERE total <= 0
      UNION ALL
        SELECT 'nothing', listed.account_id, coalesce(usual.median, 0)
        FROM listed LEFT JOIN usual USING (account_id)
        WHERE listed.state = 'nothing' AND EXISTS (
            SELECT FROM accounts_subscription line
            WHERE line.account_id = listed.account_id AND line.starts_on < %(bill_date)s
              AND (line.ends_on IS NULL OR line.ends_on >= %(bill_date)s)
        )
      UNION ALL
        SELECT 'prorations', drafts.account_id, sum(abs(line.amount))
        FROM drafts JOIN billing_invoiceline line ON line.invoice_id = drafts.id
        WHERE line.kind IN ('recurring', 'credit') AND line.days <> line.days_in_period
        GROUP BY drafts.id, drafts.account_id HAVING count(*) > %(prorations)s
      UNION ALL
        SELECT 'undescribed', drafts.account_id, sum(abs(line.amount))
        FROM drafts JOIN billing_invoiceline line ON line.invoice_id = drafts.id
        WHERE trim(line.description) = '' GROUP BY drafts.id, drafts.account_id
      UNION ALL
        SELECT 'margin', drafts.account_id,
               round(sum(summary.cost) / 1000000, 3) - drafts.net_total
        FROM drafts
        JOIN billing_invoiceline line ON line.invoice_id = drafts.id
        JOIN billing_invoiceusage used ON used.line_id = line.id
        JOIN billing_usagesummary summary ON summary.id = used.summary_id
        GROUP BY drafts.id, drafts.account_id, drafts.net_total
        HAVING sum(summary.cost) > drafts.net_total * 1000000
      UNION ALL
        SELECT 'tax', drafts.account_id, sum(abs(tax.gross))
        FROM drafts JOIN billing_invoicetax tax ON tax.invoice_id = drafts.id
        WHERE EXISTS (SELECT FROM known_taxes)
          AND (tax.category, tax.treatment, tax.rate) NOT IN (SELECT * FROM known_taxes)
        GROUP BY drafts.id, drafts.account_id
    )
    SELECT found.kind, found.risk, account.id, account.number, account.name, listed.id,
           usual.median, count(*) OVER ()
    FROM found
    JOIN accounts_account account ON account.id = found.account_id
    JOIN listed ON listed.account_id = found.account_id
    LEFT JOIN usual ON usual.account_id = found.account_id
    ORDER BY found.risk DESC, account.number, found.kind
    LIMIT %(limit)s
"""

WORDS = {
    "above": f"more than {MEDIAN_TIMES} times its usual bill",
    "zero": "an invoice of nothing",
    "negative": "a credit note: more is given back than charged",
    "nothing": "has services, and nothing to bill",
    "prorations": f"more than {PRORATIONS_MAX} charges for a part of a period",
    "undescribed": "a charge without a description",
    "margin": "its usage costs more than all it is charged",
    "tax": "a tax code that the brand never billed before",
}


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One account that somebody should look at, `why`, and the money `at_risk` in the brand's
    currency; `usual` is the median of its bills of a year, if it had some. `row_id` is its row in
    the run."""

    kind: str
    account_id: int
    account: str
    row_id: int
    at_risk: Decimal
    usual: Decimal | None

    @property
    def why(self) -> str:
        """In words."""
        return WORDS[self.kind]


def anomalies_of(run: BillRun, *, limit: int = 50) -> tuple[list[Anomaly], int]:
    """The accounts that look wrong, most money at risk first, and how many there are in all.

    An account stands once for each reason. Only what isn't issued yet is looked at.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _FOUND,
            {
                "run": run.pk,
                "brand": run.brand_id,
                "bill_date": run.bill_date,
                "bills_min": MEDIAN_BILLS_MIN,
                "bills_max": MEDIAN_BILLS_MAX,
                "times": MEDIAN_TIMES,
                "prorations": PRORATIONS_MAX,
                "limit": limit,
            },
        )
        rows = cursor.fetchall()
    found = [
        Anomaly(kind, account_id, f"{number} {name}", row_id, risk, median)
        for kind, risk, account_id, number, name, row_id, median, _ in rows
    ]
    return found, rows[0][-1] if rows else 0

"""The digest of what a bill run publishes: what a second person approves, and nothing else."""

from __future__ import annotations

from django.db import connection

from billing.invoicing.models import BillRun

# Named one by one, so that a column that is added later leaves the digests of old runs alone.
# Not among them: keys, number, dates, reference and document bytes (rules.md 5).
_INVOICE = (
    "account_id",
    "document",
    "kind",
    "stream",
    "period_start",
    "period_end",
    "currency",
    "price_mode",
    "language",
    "terms_days",
    "seller",
    "recipient",
    "net_total",
    "tax_total",
    "total",
)
_LINE = (
    "position",
    "kind",
    "account_id",
    "subscription_id",
    "charge_id",
    "credits_id",
    "usage_period",
    "usage_origin",
    "usage_category_id",
    "description",
    "period_start",
    "period_end",
    "quantity",
    "unit_price",
    "exact_amount",
    "amount",
    "net",
    "tax_category",
    "tax_treatment",
    "tax_rate",
    "revenue_account",
)
_TAX = ("category", "treatment", "rate", "net", "tax", "gross", "reason")


def _values(table: str, names: tuple[str, ...]) -> str:
    return f"jsonb_build_array({', '.join(f'{table}.{name}' for name in names)})::text"


_HASH = f"""
    SELECT encode(sha256(convert_to(coalesce(string_agg(
        {_values("i", _INVOICE)} || lines.texts || taxes.texts,
        E'\\n' ORDER BY i.account_id, i.stream, i.id
    ), ''), 'UTF8')), 'hex')
    FROM billing_invoice i
    CROSS JOIN LATERAL (
        SELECT coalesce(string_agg({_values("l", _LINE)}, ';' ORDER BY l.position), '') AS texts
        FROM billing_invoiceline l WHERE l.invoice_id = i.id
    ) lines
    CROSS JOIN LATERAL (
        SELECT coalesce(string_agg({_values("t", _TAX)}, ';'
                                   ORDER BY t.category, t.treatment, t.rate), '') AS texts
        FROM billing_invoicetax t WHERE t.invoice_id = i.id
    ) taxes
    WHERE i.run_id = %s
"""  # noqa: S608 – the names are those above


def run_hash(run: BillRun) -> str:
    """SHA-256, in hex, over the run's invoices by account: lines, quantities, amounts, tax groups,
    totals, recipient and terms; not number, dates, reference or document bytes.

    It is the same for a draft and for the invoice issued from it, and for accounts calculated
    again to the same result.
    """
    with connection.cursor() as cursor:
        cursor.execute(_HASH, [run.pk])
        row = cursor.fetchone()
    assert row is not None
    return str(row[0])

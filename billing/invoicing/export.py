"""Invoices as plain data, for checking and for other systems: every amount as exact text."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from billing.invoicing.models import Invoice, InvoiceLine, InvoiceTax, InvoiceUsage
from core.money import exponent, from_micro


def export_invoices(invoices: QuerySet[Invoice]) -> Iterator[dict[str, Any]]:
    """Each issued invoice with lines, tax groups, totals and the usage summaries behind them.

    Amounts are texts in the invoice's currency with its own decimals; exact amounts and prices
    have six. Dates are ISO; periods are half-open. What was taken over from the system before was
    issued there and is not among them.
    """
    ready = (
        invoices.filter(state=Invoice.State.ISSUED)
        .exclude(kind=Invoice.Kind.OPENING)
        .select_related("account", "brand", "legal_entity", "open_item")
        .prefetch_related(
            "taxes",
            "lines__account",
            "lines__subscription",
            "lines__usage_category",
            "lines__credits__invoice",
            "lines__summaries__summary__plan_version__plan",
        )
        .order_by("legal_entity__code", "series__code", "sequence")
    )
    for invoice in ready.iterator(chunk_size=200):
        yield _invoice(invoice)


def _invoice(invoice: Invoice) -> dict[str, Any]:
    places = exponent(invoice.currency)
    return {
        "number": invoice.number,
        "document": invoice.document,
        "kind": invoice.kind,
        "live": invoice.live,
        "legal_entity": invoice.legal_entity.code,
        "brand": invoice.brand.code,
        "account": invoice.account.number,
        "issue_date": str(invoice.issue_date),
        "due_date": str(invoice.due_date),
        "period_start": str(invoice.period_start),
        "period_end": str(invoice.period_end),
        "currency": invoice.currency,
        "price_mode": invoice.price_mode,
        "language": invoice.language,
        "reference": invoice.reference,
        "terms_days": invoice.terms_days,
        "seller": invoice.seller,
        "recipient": invoice.recipient,
        "net_total": money(invoice.net_total, places),
        "tax_total": money(invoice.tax_total, places),
        "total": money(invoice.total, places),
        "open_amount": money(invoice.open_item.open_amount, places),
        "taxes": [_tax(tax, places) for tax in invoice.taxes.all()],
        "lines": [_line(line, places) for line in invoice.lines.all()],
    }


def _tax(tax: InvoiceTax, places: int) -> dict[str, Any]:
    return {
        "category": tax.category,
        "treatment": tax.treatment,
        "rate": str(tax.rate.normalize() if tax.rate else Decimal(0)),
        "net": money(tax.net, places),
        "tax": money(tax.tax, places),
        "gross": money(tax.gross, places),
        "reason": tax.reason,
    }


def _line(line: InvoiceLine, places: int) -> dict[str, Any]:
    return {
        "position": line.position,
        "kind": line.kind,
        "account": line.account.number,
        "location": line.location_label,
        "subscription": line.subscription.code,
        "label": line.subscription_label,
        "description": line.description,
        "charge": line.charge_code,
        "period_start": _date(line.period_start),
        "period_end": _date(line.period_end),
        "days": line.days,
        "days_in_period": line.days_in_period,
        "quantity": line.quantity,
        "unit_price": None if line.unit_price is None else str(line.unit_price),
        "exact_amount": str(line.exact_amount),
        "amount": money(line.amount, places),
        "net": money(line.net, places),
        "tax_category": line.tax_category,
        "tax_treatment": line.tax_treatment,
        "tax_rate": str(line.tax_rate.normalize() if line.tax_rate else Decimal(0)),
        "revenue_account": line.revenue_account,
        "credits_position": None if line.credits is None else line.credits.position,
        "credits_invoice": None if line.credits is None else line.credits.invoice.number,
        "usage": [_usage(link) for link in line.summaries.all()],
        **_usage_key(line),
    }


def _usage_key(line: InvoiceLine) -> dict[str, Any]:
    if line.kind != InvoiceLine.Kind.USAGE or line.usage_category is None:
        return {}
    return {
        "usage_period": _date(line.usage_period),
        "usage_origin": _date(line.usage_origin),
        "usage_category": line.usage_category.code,
        "records": line.records,
        "late": line.usage_period != line.usage_origin,
    }


def _usage(link: InvoiceUsage) -> dict[str, Any]:
    summary = link.summary
    return {
        "plan": summary.plan_version.plan.code,
        "price_version": str(summary.plan_version.starts_on),
        "records": link.records,
        "quantity": link.quantity,
        "billed": link.billed,
        "amount": f"{from_micro(link.amount):.6f}",
    }


def _date(day: Any) -> str | None:
    return None if day is None else str(day)


def money(amount: Decimal, places: int) -> str:
    """An amount already rounded to `places`, with exactly so many decimals."""
    return f"{amount:.{places}f}"

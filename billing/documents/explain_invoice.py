"""A whole invoice explained: each line with its reasons, the tax groups, the totals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from billing.documents.explain import LineExplanation, explain_line
from billing.documents.formats import Formats
from billing.invoicing.models import Invoice, InvoiceTax
from core.money import exponent


@dataclass(frozen=True, slots=True)
class InvoiceExplanation:
    """An invoice's lines explained in order, how each tax follows, and all of it as data."""

    lines: tuple[LineExplanation, ...]
    taxes: tuple[str, ...]
    facts: dict[str, Any]


def explain_invoice(invoice: Invoice, *, language: str = "en") -> InvoiceExplanation:
    """Explain every line and tax of an issued invoice in `language`."""
    rows = invoice.lines.select_related(
        "invoice__brand", "charge__version__plan", "credits__invoice", "usage_category"
    ).order_by("position")
    lines = tuple(explain_line(line, language=language) for line in rows)
    formats = Formats(language, invoice.currency, invoice.brand.zone)
    places = exponent(invoice.currency)
    taxes = list(invoice.taxes.all())
    facts = {
        "number": invoice.number,
        "document": invoice.document,
        "account": invoice.account.number,
        "issue_date": str(invoice.issue_date),
        "due_date": str(invoice.due_date),
        "period_start": str(invoice.period_start),
        "period_end": str(invoice.period_end),
        "currency": invoice.currency,
        "price_mode": invoice.price_mode,
        "lines": [line.as_dict() for line in lines],
        "taxes": [_tax_facts(tax, places) for tax in taxes],
        "net_total": f"{invoice.net_total:.{places}f}",
        "tax_total": f"{invoice.tax_total:.{places}f}",
        "total": f"{invoice.total:.{places}f}",
    }
    words = tuple(_tax_words(tax, invoice, formats) for tax in taxes)
    return InvoiceExplanation(lines, words, facts)


def _tax_words(tax: InvoiceTax, invoice: Invoice, formats: Formats) -> str:
    """The formula of a group: of the gross sum where prices include tax, else of the net sum."""
    rate = formats.percent(tax.rate)
    net, amount, gross = (formats.amount(value) for value in (tax.net, tax.tax, tax.gross))
    if invoice.price_mode == "gross":
        formula = f"{gross} × {rate} / (1 + {rate})"
    else:
        formula = f"{net} × {rate}"
    text = f"{tax.category} {rate}: {formula} = {amount}; {net} + {amount} = {gross}"
    return text + (f" ({tax.reason})" if tax.reason else "")


def _tax_facts(tax: InvoiceTax, places: int) -> dict[str, Any]:
    return {
        "category": tax.category,
        "treatment": tax.treatment,
        "rate": f"{tax.rate.normalize():f}",
        "net": f"{tax.net:.{places}f}",
        "tax": f"{tax.tax:.{places}f}",
        "gross": f"{tax.gross:.{places}f}",
        "reason": tax.reason,
    }

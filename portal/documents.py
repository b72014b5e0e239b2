"""The PDF of a bill as it is stored."""

from __future__ import annotations

from billing.models import Invoice, InvoiceDocument


def document_of(invoice: Invoice) -> InvoiceDocument | None:
    """The bill's PDF in its own language, or None while it isn't made."""
    return invoice.documents.filter(kind="pdf").first()

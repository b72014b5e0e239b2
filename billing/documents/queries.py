"""Reads of documents: which file an invoice has, its checked content, what still has none."""

from __future__ import annotations

import hashlib
import io
import re
from datetime import date
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import ContractSummary
from billing.documents.models import InvoiceDocument, SummaryDocument
from billing.invoicing.models import Invoice
from core.errors import DomainError
from core.models.organisation import Brand


class DocumentDamaged(DomainError):
    """A stored document is missing, cut short or changed: it is never shown."""


def document_of(invoice: Invoice) -> InvoiceDocument | None:
    """The invoice's PDF in its own language; None while it has not been made."""
    return InvoiceDocument.objects.filter(
        invoice=invoice, kind=InvoiceDocument.Kind.PDF, language=invoice.language
    ).first()


def summary_document_of(summary: ContractSummary) -> SummaryDocument | None:
    """The contract summary's PDF; None while it has not been made."""
    return SummaryDocument.objects.filter(summary=summary).first()


def open_document(document: InvoiceDocument | SummaryDocument) -> BinaryIO:
    """The document's content, checked against its size and SHA-256.

    Raises DocumentDamaged when the file is missing, truncated or changed.
    """
    path = document_path(document.sha256)
    try:
        content = path.read_bytes()
    except OSError:
        raise DocumentDamaged(
            f"The file of {document} is missing: restore {path} from the backup."
        ) from None
    if len(content) != document.size or hashlib.sha256(content).hexdigest() != document.sha256:
        raise DocumentDamaged(
            f"The file of {document} is not what was stored: restore {path} from the backup."
        )
    return io.BytesIO(content)


def documents_folder() -> Path:
    """Where documents are stored."""
    return Path(settings.MEDIA_ROOT) / "documents"


def document_path(sha256: str) -> Path:
    """Where the document with this hash is stored."""
    return documents_folder() / sha256[:2] / f"{sha256}.pdf"


def document_file_name(invoice: Invoice) -> str:
    """The name under which people save it: the invoice's number, with safe signs only."""
    return _safe_name(invoice.number or f"draft-{invoice.pk}")


def summary_file_name(summary: ContractSummary) -> str:
    """The name under which people save a contract summary: its order's number."""
    return _safe_name(f"{summary.order.number}-{summary.pk}")


def _safe_name(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text) + ".pdf"


def summaries_without_document() -> QuerySet[ContractSummary]:
    """Contract summaries whose PDF has not been made, oldest first."""
    return ContractSummary.objects.filter(document__isnull=True).order_by("pk")


def invoices_without_document(
    *,
    brand: Brand | None = None,
    bill_date: date | None = None,
    number: str | None = None,
    run_id: int | None = None,
) -> QuerySet[Invoice]:
    """Issued invoices whose PDF has not been made, in the order of their numbers.

    What was taken over was printed by the system before and has no PDF here.
    """
    own = InvoiceDocument.objects.filter(
        invoice=OuterRef("pk"), kind=InvoiceDocument.Kind.PDF, language=OuterRef("language")
    )
    invoices = Invoice.objects.filter(~Exists(own), state=Invoice.State.ISSUED).exclude(
        kind=Invoice.Kind.OPENING
    )
    if brand is not None:
        invoices = invoices.filter(brand=brand)
    if bill_date is not None:
        invoices = invoices.filter(period_end=bill_date)
    if number is not None:
        invoices = invoices.filter(number=number)
    if run_id is not None:
        invoices = invoices.filter(run_id=run_id)
    return invoices.order_by("series", "sequence")

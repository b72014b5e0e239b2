"""What must hold of stored documents."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from billing.documents.models import InvoiceDocument, SummaryDocument
from billing.documents.queries import DocumentDamaged, open_document
from core.audit import invariant


@invariant("I10b", "every stored document's file exists and has the recorded hash")
def documents_are_whole() -> Iterator[str]:
    """Each document whose file is missing, truncated or changed."""
    invoices = InvoiceDocument.objects.select_related("invoice").iterator()
    summaries = SummaryDocument.objects.select_related("summary__order").iterator()
    documents: Iterator[InvoiceDocument | SummaryDocument] = chain(invoices, summaries)
    for document in documents:
        try:
            open_document(document)
        except DocumentDamaged as error:
            yield str(error)

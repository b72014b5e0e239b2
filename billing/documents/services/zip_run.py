"""All PDFs of a bill run as one zip, streamed while it is read."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator

from billing.documents.models import InvoiceDocument
from billing.documents.queries import (
    document_file_name,
    invoices_without_document,
    open_document,
)
from billing.invoicing.models import BillRun, Invoice
from core.errors import DomainError


def zip_run(run: BillRun) -> Iterator[bytes]:
    """The zip's bytes, piece by piece: one PDF for each invoice, named by its number.

    PDFs are stored as they are (they are compressed already) and checked before they go in.
    Raises DomainError at once when the run has no invoices or some have no PDF yet.
    """
    missing = invoices_without_document(run_id=run.pk).count()
    if missing:
        raise DomainError(f"{missing} invoices of this run have no PDF yet: render them first.")
    if not Invoice.objects.filter(run=run, state=Invoice.State.ISSUED).exists():
        raise DomainError("This run has no issued invoices.")
    return _pieces(run)


def zip_file_name(run: BillRun) -> str:
    """The name under which the zip is saved: brand and bill date."""
    return f"{run.brand.code}-{run.bill_date}.zip"


def _pieces(run: BillRun) -> Iterator[bytes]:
    buffer = _Buffer()
    documents = (
        InvoiceDocument.objects.filter(invoice__run=run, kind=InvoiceDocument.Kind.PDF)
        .select_related("invoice")
        .order_by("invoice__sequence")
    )
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for document in documents.iterator(chunk_size=200):
            issue_date = document.invoice.issue_date
            assert issue_date is not None
            entry = zipfile.ZipInfo(
                document_file_name(document.invoice),
                (issue_date.year, issue_date.month, issue_date.day, 0, 0, 0),
            )
            archive.writestr(entry, open_document(document).read())
            yield buffer.take()
    yield buffer.take()


class _Buffer:
    """A file that can only be written on; what was written is taken away in pieces."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: bytes, /) -> int:
        """Keep the part until it is taken."""
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """There is nothing to flush."""

    def close(self) -> None:
        """There is nothing to close."""

    def take(self) -> bytes:
        """What was written since the last time."""
        content = b"".join(self._parts)
        self._parts.clear()
        return content

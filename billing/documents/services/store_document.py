"""Store a finished document once: the file under its hash, then the row that names it."""

from __future__ import annotations

import hashlib
import os
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from accounts.models import ContractSummary
from billing.documents.models import InvoiceDocument, SummaryDocument
from billing.documents.queries import document_of, document_path, documents_folder
from billing.invoicing.models import Invoice

UNFINISHED = ".part"
UNFINISHED_KEPT = timedelta(hours=1)


def store_document(
    invoice: Invoice, content: bytes, *, pages: int, now: datetime
) -> InvoiceDocument:
    """Store the PDF of an issued invoice; the one that is there already stays and is returned.

    The file is complete and on disk before the row exists, so a crash at any moment leaves either
    no document or a whole one. The same invoice printed again gives the same bytes, so a file
    without a row is found again by its name.
    """
    stored = document_of(invoice)
    if stored is not None:
        return stored
    sha256 = hashlib.sha256(content).hexdigest()
    write_whole(document_path(sha256), content)
    with transaction.atomic():
        document, _created = InvoiceDocument.objects.get_or_create(
            invoice=invoice,
            kind=InvoiceDocument.Kind.PDF,
            language=invoice.language,
            defaults={
                "sha256": sha256,
                "size": len(content),
                "pages": pages,
                "created_at": now,
            },
        )
    return document


def store_summary(
    summary: ContractSummary, content: bytes, *, pages: int, now: datetime
) -> SummaryDocument:
    """Store the PDF of a contract summary, as `store_document` does those of invoices."""
    sha256 = hashlib.sha256(content).hexdigest()
    write_whole(document_path(sha256), content)
    values = {"sha256": sha256, "size": len(content), "pages": pages, "created_at": now}
    with transaction.atomic():
        document, _created = SummaryDocument.objects.get_or_create(summary=summary, defaults=values)
    return document


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is either complete under its name or not there at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(8)}{UNFINISHED}")
    try:
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def remove_unfinished_files(*, now: datetime) -> int:
    """Delete what crashes left half-written more than an hour ago; returns how many."""
    removed = 0
    for path in documents_folder().glob(f"*/*{UNFINISHED}"):
        if path.stat().st_mtime < (now - UNFINISHED_KEPT).timestamp():
            path.unlink(missing_ok=True)
            removed += 1
    return removed

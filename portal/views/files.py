"""Files that customers fetch: documents as they were made."""

from __future__ import annotations

import logging
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render

from billing.documents.models import InvoiceDocument, SummaryDocument
from billing.documents.queries import open_document
from core.errors import DomainError

logger = logging.getLogger(__name__)


def pdf_answer(
    request: HttpRequest,
    document: InvoiceDocument | SummaryDocument | None,
    file_name: str,
    context: dict[str, Any],
) -> HttpResponseBase:
    """The document's PDF as it was made; 404 where there is none yet.

    A file that is gone, or is not what was stored, is told with `context` and logged for staff.
    """
    if document is None:
        raise Http404
    try:
        content = open_document(document)
    except DomainError:
        logger.exception("%s can't be shown", file_name)
        return render(request, "portal/file_missing.html", context, status=503)
    return FileResponse(
        content, as_attachment=True, filename=file_name, content_type="application/pdf"
    )

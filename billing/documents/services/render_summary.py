"""Make the PDF of a contract summary: composed from what was frozen, printed in the fence."""

from __future__ import annotations

from datetime import datetime

from accounts.models import ContractSummary
from billing.documents.composition.summary_content import summary_content
from billing.documents.models import SummaryDocument
from billing.documents.page import summary_page
from billing.documents.queries import summary_document_of
from billing.documents.renderer.pool import RendererPool
from billing.documents.renderer.process import RendererMissing, RenderFailed
from billing.documents.services.store_document import store_summary
from core.errors import DomainError


def render_summary(summary: ContractSummary, *, now: datetime) -> SummaryDocument:
    """The summary's PDF, made now unless it is there; raises DomainError when it can't be made."""
    stored = summary_document_of(summary)
    if stored is not None:
        return stored
    page = summary_page(summary_content(summary))
    try:
        with RendererPool(1) as pool:
            printed = pool.submit(page).result()
    except RendererMissing as error:
        raise DomainError(str(error)) from None
    except RenderFailed as error:
        raise DomainError(f"The PDF of {summary} could not be made: {error}.") from None
    return store_summary(summary, printed.pdf, pages=printed.pages, now=now)

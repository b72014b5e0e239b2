"""Renderers that the tests of documents share: starting one takes longer than a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO

import pytest
from pypdf import PdfReader

from billing.documents.composition.invoice_content import invoice_content
from billing.documents.content import InvoiceContent
from billing.documents.page import invoice_page
from billing.documents.renderer.pool import RendererPool
from billing.invoicing.models import Invoice, InvoiceLine
from tests.billing.documents.cases import CASES

Render = Callable[[Invoice], PdfReader]


@dataclass(frozen=True)
class Printed:
    """A case that was printed: its rows, its words, its PDF."""

    invoice: Invoice
    lines: list[InvoiceLine]
    content: InvoiceContent
    pdf: PdfReader


@pytest.fixture(scope="session")
def renderers() -> Iterator[RendererPool]:
    with RendererPool(1) as pool:
        yield pool


@pytest.fixture
def render(renderers: RendererPool) -> Render:
    """The invoice's PDF, read back."""

    def rendered(invoice: Invoice) -> PdfReader:
        page = invoice_page(invoice_content(invoice))
        return PdfReader(BytesIO(renderers.submit(page).result().pdf))

    return rendered


_printed: dict[str, Printed] = {}


@pytest.fixture(params=list(CASES))
def printed(request: pytest.FixtureRequest, db: None, render: Render) -> Printed:
    """Each of the cases in turn; its PDF is made once, whoever asks for it."""
    name = request.param
    if name not in _printed:
        invoice = CASES[name]()
        content = invoice_content(invoice)
        _printed[name] = Printed(invoice, list(invoice.lines.all()), content, render(invoice))
    return _printed[name]

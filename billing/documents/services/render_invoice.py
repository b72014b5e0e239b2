"""Make the PDFs of issued invoices: each once, several at a time, none stopping the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from dataclasses import dataclass, field
from datetime import datetime

from billing.documents.composition.invoice_content import invoice_content
from billing.documents.models import InvoiceDocument
from billing.documents.page import invoice_page
from billing.documents.queries import document_of
from billing.documents.renderer.limits import Limits
from billing.documents.renderer.pool import Printed, RendererPool
from billing.documents.renderer.process import RendererMissing, RenderFailed
from billing.documents.services.store_document import remove_unfinished_files, store_document
from billing.invoicing.models import Invoice
from core.errors import DomainError

Progress = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class RenderProblem:
    """An invoice whose PDF could not be made, and why. The invoice itself stays as issued."""

    invoice_id: int
    number: str
    reason: str

    def __str__(self) -> str:
        """`FT-100001: it took too long and was stopped`."""
        return f"{self.number}: {self.reason}"


@dataclass(slots=True)
class RenderReport:
    """What became of a rendering: documents in the order they were stored, and problems."""

    documents: list[InvoiceDocument] = field(default_factory=list)
    problems: list[RenderProblem] = field(default_factory=list)


def render_invoice(invoice: Invoice, *, now: datetime) -> InvoiceDocument:
    """The invoice's PDF, made now unless it is there; raises DomainError when it can't be made.

    For many invoices use `render_invoices`: starting a renderer takes longer than one page.
    """
    report = render_invoices([invoice.pk], workers=1, now=now)
    if report.problems:
        raise DomainError(f"The PDF of {report.problems[0]} could not be made.")
    return report.documents[0]


def render_invoices(
    invoice_ids: Iterable[int],
    *,
    now: datetime,
    workers: int | None = None,
    progress: Progress | None = None,
    limits: Limits | None = None,
) -> RenderReport:
    """Make and store the PDFs of these invoices; one that is there already is kept.

    `workers` is the number of renderer processes (all cores unless told), `progress` is called
    with (done, total) after each invoice. A rendering that fails, hangs or takes too much memory
    is reported and the others go on. Raises DomainError only where no PDF can be made at all.
    """
    keys = list(invoice_ids)
    report = RenderReport()
    remove_unfinished_files(now=now)
    done = 0
    with RendererPool(workers, limits) as pool:
        printing: dict[Future[Printed], Invoice] = {}
        for key in [*keys, None]:
            if key is not None:
                invoice = _invoice(key)
                printing[_start(invoice, pool)] = invoice
            # Composing runs ahead of printing, but not so far that pages pile up in memory.
            while printing and (key is None or len(printing) > 2 * pool.workers):
                for printed in wait(printing, return_when=FIRST_COMPLETED).done:
                    _collect(printing.pop(printed), printed, report, now)
                    done += 1
                    if progress:
                        progress(done, len(keys))
    return report


def _invoice(key: int) -> Invoice:
    return Invoice.objects.select_related("brand", "account").get(pk=key)


def _start(invoice: Invoice, pool: RendererPool) -> Future[Printed]:
    """Put the invoice's words on a page and give it to a renderer."""
    ready: Future[Printed] = Future()
    if document_of(invoice) is not None:
        ready.cancel()
        ready.set_running_or_notify_cancel()
        return ready
    try:
        return pool.submit(invoice_page(invoice_content(invoice)))
    except Exception as error:  # noqa: BLE001 – one invoice never stops the others
        ready.set_exception(RenderFailed(str(error) or type(error).__name__))
        return ready


def _collect(
    invoice: Invoice, printed: Future[Printed], report: RenderReport, now: datetime
) -> None:
    """Store what a renderer made, or note why there is nothing."""
    try:
        result = printed.result()
        document = store_document(invoice, result.pdf, pages=result.pages, now=now)
    except CancelledError:
        stored = document_of(invoice)
        assert stored is not None
        document = stored
    except RendererMissing as error:
        raise DomainError(str(error)) from None
    except RenderFailed as error:
        number = invoice.number or f"draft {invoice.pk}"
        report.problems.append(RenderProblem(invoice.pk, number, str(error)))
        return
    report.documents.append(document)

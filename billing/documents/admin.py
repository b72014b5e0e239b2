"""PDFs in the back office: made by a job, downloaded one by one or a run at once."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils import timezone

from billing.documents.models import InvoiceDocument
from billing.documents.queries import (
    document_file_name,
    document_of,
    invoices_without_document,
    open_document,
)
from billing.documents.services.zip_run import zip_file_name, zip_run
from billing.invoicing.models import BillRun, Invoice
from core.backoffice import columns
from core.backoffice.actions import post_only, row_of, url
from core.backoffice.registry import Link, Panel, link, panel
from core.backoffice.scoping import ScopedAdmin
from core.errors import DomainError
from core.formatting import format_number
from core.services.enqueue_job import enqueue_job


@admin.register(InvoiceDocument)
class InvoiceDocumentAdmin(ScopedAdmin):
    """Files of invoices, and the downloads that the invoices' and runs' pages link to."""

    brand_path = "invoice__brand"
    empty_text = "No PDFs yet. A bill run's page makes them, or: manage.py render_documents"
    list_display = (
        "invoice",
        "kind",
        "language",
        columns.count("pages"),
        columns.count("size", "bytes"),
        "created_at",
    )
    list_select_related = ("invoice",)
    list_filter = ("invoice__brand", "kind", "language")
    search_fields = ("invoice__number", "sha256")
    date_hierarchy = "created_at"

    def get_urls(self) -> list[URLPattern]:
        return [
            url(self, "invoice/<int:key>/pdf/", self.pdf_view, "pdf"),
            url(self, "run/<int:key>/render/", self.render_view, "render"),
            url(self, "run/<int:key>/pdfs.zip", self.zip_view, "zip"),
            *super().get_urls(),
        ]

    def page_of(self, model: Any) -> ScopedAdmin:
        """The page whose scope decides who may see a row of `model`."""
        page = self.admin_site._registry[model]
        assert isinstance(page, ScopedAdmin)
        return page

    def pdf_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """An issued invoice's PDF."""
        page = self.page_of(Invoice)
        invoice: Invoice = row_of(page, request, str(key), "billing.view_invoice")
        document = document_of(invoice)
        if document is None:
            raise Http404
        try:
            content = open_document(document)
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("admin:billing_invoice_change", invoice.pk)
        return FileResponse(  # type: ignore[return-value]
            content,
            as_attachment=True,
            filename=document_file_name(invoice),
            content_type="application/pdf",
        )

    def zip_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """All PDFs of a run."""
        run: BillRun = row_of(self.page_of(BillRun), request, str(key), "billing.export_invoice")
        try:
            pieces = zip_run(run)
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("admin:billing_billrun_change", run.pk)
        response = StreamingHttpResponse(pieces, content_type="application/zip")
        response["Content-Disposition"] = f'attachment; filename="{zip_file_name(run)}"'
        return response  # type: ignore[return-value]

    def render_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Ask for the missing PDFs of a run; a worker makes them."""
        run: BillRun = row_of(self.page_of(BillRun), request, str(key), "billing.add_billrun")
        if answer := post_only(request):
            return answer
        user: Any = request.user
        job = enqueue_job(
            "render_documents",
            payload={"run": run.pk},
            brand=run.brand,
            requested_by=user,
            unique_key=f"render_documents:{run.pk}",
            now=timezone.now(),
        )
        if job.state == job.State.PARKED:
            messages.error(request, "Rendering is parked: see why, mend it, and try it again.")
            return redirect("admin:core_job_change", job.pk)
        messages.success(request, "The PDFs are being made.")
        return redirect("admin:billing_billrun_change", run.pk)


@link("billing.invoice", position=10, permission="billing.view_invoice")
def pdf_of_invoice(invoice: Invoice) -> list[Link]:
    """The PDF, where it was made."""
    if document_of(invoice) is None:
        return []
    address = reverse("admin:billing_invoicedocument_pdf", args=[invoice.pk])
    return [Link("Download PDF", address, primary=True)]


@link("billing.billrun", position=10, permission="billing.add_billrun")
def render_run(run: BillRun) -> list[Link]:
    """Make the PDFs that are missing."""
    if not invoices_without_document(run_id=run.pk).exists():
        return []
    address = reverse("admin:billing_invoicedocument_render", args=[run.pk])
    return [Link("Render PDFs", address, post=True, primary=True)]


@link("billing.billrun", position=20, permission="billing.export_invoice")
def pdfs_of_run(run: BillRun) -> list[Link]:
    """All PDFs, once all are there."""
    issued = run.invoices.filter(state=Invoice.State.ISSUED).exists()
    if not issued or invoices_without_document(run_id=run.pk).exists():
        return []
    address = reverse("admin:billing_invoicedocument_zip", args=[run.pk])
    return [Link("Download all PDFs of this run", address, primary=True)]


@panel("billing.billrun", position=20, permission="billing.view_invoice")
def documents_of_run(run: BillRun) -> Panel | None:
    """How many of the run's invoices have their PDF."""
    issued = run.invoices.filter(state=Invoice.State.ISSUED).count()
    if not issued:
        return None
    missing = invoices_without_document(run_id=run.pk).count()
    return Panel(
        title="PDFs",
        columns=("Made", "Missing"),
        rows=[(format_number(issued - missing, "en"), format_number(missing, "en"))],
        empty="",
    )

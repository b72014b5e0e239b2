"""PDFs of contract summaries in the back office: downloaded on the order's page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils import timezone

from accounts.models import ContractSummary, Order
from billing.documents.models import SummaryDocument
from billing.documents.queries import open_document, summary_file_name
from billing.documents.services.ask_for_summary import ask_for_summary
from core.backoffice import columns
from core.backoffice.actions import post_only, row_of, url
from core.backoffice.registry import Link, link
from core.backoffice.scoping import ScopedAdmin
from core.errors import DomainError

SEE, MAKE = "accounts.view_order", "billing.add_billrun"


@admin.register(SummaryDocument)
class SummaryDocumentAdmin(ScopedAdmin):
    """Files of contract summaries, and the downloads that orders' pages link to."""

    brand_path = "summary__order__account__brand"
    empty_text = "No contract summaries were printed yet. They are made as orders are submitted."
    list_display = (
        "summary",
        columns.count("pages"),
        columns.count("size", "bytes"),
        "created_at",
    )
    list_select_related = ("summary__order",)
    search_fields = ("summary__order__number", "sha256")
    date_hierarchy = "created_at"

    def get_urls(self) -> list[URLPattern]:
        return [
            url(self, "<path:object_id>/pdf/", self.pdf_view, "pdf"),
            url(self, "order/<int:key>/print/", self.print_view, "print"),
            *super().get_urls(),
        ]

    def pdf_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The PDF as it was made when the order was submitted."""
        document: SummaryDocument = row_of(self, request, object_id, SEE)
        try:
            content = open_document(document)
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("admin:accounts_order_change", document.summary.order_id)
        return FileResponse(  # type: ignore[return-value]
            content,
            as_attachment=True,
            filename=summary_file_name(document.summary),
            content_type="application/pdf",
        )

    def print_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Ask for the PDFs that an order's summaries lack; a worker makes them."""
        page: Any = self.admin_site._registry[Order]
        order: Order = row_of(page, request, str(key), MAKE)
        if answer := post_only(request):
            return answer
        user: Any = request.user
        for summary in order.summaries.filter(document__isnull=True):
            ask_for_summary(summary=summary, now=timezone.now(), requested_by=user)
        messages.success(request, "The contract summary is being printed.")
        return redirect("admin:accounts_order_change", order.pk)


@link("accounts.order", position=10, permission=SEE)
def contract_of_order(order: Order) -> list[Link]:
    """The PDF of each contract summary that was shown, the latest first."""
    made = SummaryDocument.objects.filter(summary__order=order).order_by("-summary")
    return [
        Link(
            "Download the contract summary" if not place else f"Summary {document.summary_id}",
            reverse("admin:billing_summarydocument_pdf", args=[document.pk]),
            primary=not place,
        )
        for place, document in enumerate(made)
    ]


@link("accounts.order", position=20, permission=MAKE)
def print_contract(order: Order) -> list[Link]:
    """Print what lacks its PDF."""
    if not ContractSummary.objects.filter(order=order, document__isnull=True).exists():
        return []
    address = reverse("admin:billing_summarydocument_print", args=[order.pk])
    return [Link("Print the contract summary", address, post=True)]

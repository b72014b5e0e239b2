"""Orders: what was ordered, how it stands, and the contract summary as it was shown."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from accounts.models import ContractSummary, Order
from billing.documents.queries import summary_document_of, summary_file_name
from portal.access import Visit, customer_page
from portal.views.files import pdf_answer


@customer_page
def order_list(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The orders of the chosen account and those on its invoice, newest first; no drafts."""
    orders = Order.objects.filter(account__in=visit.ids, submitted_at__isnull=False)
    rows = orders.select_related("account", "acceptance").prefetch_related("summaries__document")
    context = {"visit": visit, "orders": rows, "words": _state_words()}
    return render(request, "portal/orders.html", context)


@customer_page
def contract_pdf(request: HttpRequest, visit: Visit, summary_id: int) -> HttpResponseBase:
    """The PDF of a contract summary as it was made; 404 until then."""
    own = ContractSummary.objects.filter(order__account__in=visit.all_ids)
    summary = get_object_or_404(own.select_related("order"), pk=summary_id)
    document = summary_document_of(summary)
    return pdf_answer(request, document, summary_file_name(summary), {"visit": visit})


def _state_words() -> dict[str, str]:
    return {
        Order.State.SUBMITTED: _("waits for your answer"),
        Order.State.ACCEPTED: _("accepted"),
        Order.State.DONE: _("done"),
        Order.State.REJECTED: _("rejected"),
        Order.State.CANCELLED: _("cancelled"),
    }

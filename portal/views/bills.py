"""Bills: the list, one bill as a page, and its PDF."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render

from billing.documents.queries import document_file_name, document_of
from core.periods import next_anchor
from portal.access import Visit, customer_page
from portal.bill_status import bill_status
from portal.queries import debt_of, issued_bills, payments_of, sections_of
from portal.views.files import pdf_answer

# So many bills are listed without a filter; more than a year of monthly ones.
ALL_AT_ONCE = 15


@customer_page
def bill_list(request: HttpRequest, visit: Visit) -> HttpResponse:
    """All bills, newest first; by year where there are many."""
    bills = issued_bills(visit.ids)
    years = [day.year for day in bills.order_by().dates("issue_date", "year", order="DESC")]
    year = _year(request.GET.get("year"), years)
    many = len(years) > 1 and bills.count() > ALL_AT_ONCE
    if many:
        bills = bills.filter(issue_date__year=year)
    context = {
        "visit": visit,
        "debt": debt_of(visit.scope, visit.today),
        "rows": [(one, bill_status(one, visit.today)) for one in bills],
        "years": years if many else [],
        "year": year,
        "next_bill_on": next_anchor(visit.today, visit.account.bill_day),
    }
    return render(request, "portal/bills.html", context)


@customer_page
def bill(request: HttpRequest, visit: Visit, invoice_id: int) -> HttpResponse:
    """One bill, complete: it never waits for its PDF."""
    invoice = get_object_or_404(issued_bills(visit.all_ids), pk=invoice_id)
    context = {
        "visit": visit,
        "invoice": invoice,
        "status": bill_status(invoice, visit.today),
        "sections": sections_of(invoice),
        "taxes": list(invoice.taxes.all()),
        "payments": payments_of(invoice),
        "document": document_of(invoice),
        "seller": invoice.seller,
        "recipient": invoice.recipient,
        "visible_services": visit.all_ids,
    }
    return render(request, "portal/bill.html", context)


@customer_page
def bill_pdf(request: HttpRequest, visit: Visit, invoice_id: int) -> HttpResponseBase:
    """The PDF as it was made when the bill was issued; 404 until then."""
    invoice = get_object_or_404(issued_bills(visit.all_ids), pk=invoice_id)
    document = document_of(invoice)
    return pdf_answer(request, document, document_file_name(invoice), {"invoice": invoice})


def _year(wish: str | None, years: list[int]) -> int | None:
    """The asked year if there are bills of it, else the newest."""
    if wish and wish.isascii() and wish.isdigit() and int(wish) in years:
        return int(wish)
    return years[0] if years else None

"""Home: what do I owe, until when, and what have I used."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.queries import lines_of_user
from billing.models import Invoice
from core.context import brand_of
from core.periods import next_anchor
from portal.access import visit_of
from portal.live import live_page
from portal.queries import debt_of, issued_bills, open_period, services_so_far, subscriptions_of

SERVICES_SHOWN = 6


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The three answers people come for, in this order; who has lines alone is led to these."""
    try:
        visit = visit_of(request)
    except Http404:
        brand = brand_of(request)
        if brand is None or not lines_of_user(request.user, brand).exists():
            raise
        return redirect("lines")
    period = open_period(visit.account, visit.today)
    services = services_so_far(visit, period, subscriptions_of(visit))
    services.sort(key=lambda service: not service.rows)  # those that were used come first
    last_two = list(issued_bills(visit.ids).filter(document=Invoice.Document.INVOICE)[:2])
    context = {
        "visit": visit,
        "debt": debt_of(visit.scope, visit.today),
        "last_bill": last_two[0] if last_two else None,
        "difference": last_two[0].total - last_two[1].total if len(last_two) > 1 else None,
        "period": period,
        "live": live_page(visit, now=timezone.now()),
        "next_bill_on": next_anchor(visit.today, visit.account.bill_day),
        "services": services[:SERVICES_SHOWN],
        "more_services": max(0, len(services) - SERVICES_SHOWN),
    }
    return render(request, "portal/home.html", context)

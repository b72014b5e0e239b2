"""What a service is: the plan sheet of what the customer has, as staff and documents show it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from portal.access import Visit, customer_page
from portal.queries import label_of, sheets_of, subscriptions_of


@customer_page
def service_plan(request: HttpRequest, visit: Visit, subscription_id: int) -> HttpResponse:
    """The sheets of a service's plan and of the add-ons it has today."""
    subscription = next((row for row in subscriptions_of(visit) if row.pk == subscription_id), None)
    if subscription is None:
        raise Http404
    context = {
        "visit": visit,
        "subscription": subscription,
        "label": label_of(subscription, visit.today),
        "sheets": sheets_of(subscription, visit.today, visit.language),
    }
    return render(request, "portal/service_plan.html", context)

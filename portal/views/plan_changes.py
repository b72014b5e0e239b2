"""What another plan would cost: the lines it brings to the next bill; nothing is ordered."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.queries import plans_to_choose
from accounts.services.change_plan import When
from billing.invoicing.services.preview_plan_change import preview_plan_change
from core.errors import DomainError
from core.localised import localised
from portal.access import Visit, customer_page
from portal.queries import label_of, plan_of, subscriptions_of

WHEN = ("next_period", "now")


@customer_page
def plan_change(request: HttpRequest, visit: Visit, subscription_id: int) -> HttpResponse:
    """Choose a plan and a day, and see what the next bill says with it. Nothing is stored."""
    line = next((row for row in subscriptions_of(visit) if row.pk == subscription_id), None)
    if line is None:
        raise Http404
    plans = {plan.code: plan for plan in plans_to_choose(line.account, as_of=visit.today)}
    current = {row.plan.code for row in line.plan_history.all() if visit.today in row.during}
    wanted = plans.get(request.GET.get("plan", ""))
    when = request.GET.get("when", "")
    when = when if when in WHEN else WHEN[0]
    preview, error = None, ""
    if wanted is not None:
        try:
            preview = preview_plan_change(
                line,
                plan=wanted,
                when=cast(When, when),
                now=timezone.now(),
                language=visit.language,
            )
        except DomainError as refusal:
            error = str(refusal)
    context = {
        "visit": visit,
        "line": line,
        "label": label_of(line, visit.today),
        "plan": plan_of(line, visit.today, visit.language),
        "plans": [
            (code, localised(plan.name, visit.language))
            for code, plan in plans.items()
            if code not in current
        ],
        "wanted": wanted.code if wanted else "",
        "wanted_name": localised(wanted.name, visit.language) if wanted else "",
        "when": when,
        "preview": preview,
        "error": error,
    }
    return render(request, "portal/plan_change.html", context)

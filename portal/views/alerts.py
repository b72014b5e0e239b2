"""Alerts and spend caps: what was told, what holds for each service, and changing it."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Subscription
from accounts.queries import has_right
from accounts.rights import Right
from billing.usage.alerts.caps import default_cap, settings_of
from billing.usage.alerts.models import ExtrasBar
from billing.usage.services.bar_extras import lift_bar
from billing.usage.services.set_spend_cap import set_spend_cap
from core.errors import DomainError
from portal.access import Visit, customer_page, visit_of
from portal.caps import capped_lines, sent_alerts
from portal.queries import open_period, subscriptions_of

LINES_A_PAGE = 40


@customer_page
def alert_list(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Every service with its cap, then what was told."""
    pages = Paginator(_running(visit), LINES_A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    period = open_period(visit.account, visit.today)
    context = {
        "visit": visit,
        "period": period,
        "lines": capped_lines(visit, period, list(page.object_list)),
        "page": page,
        "alerts": sent_alerts(visit),
    }
    return render(request, "portal/alerts.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def service_cap(request: HttpRequest, subscription_id: int) -> HttpResponse:
    """A service's cap; POST sets it, or opens the service again."""
    visit = visit_of(request)
    line = next((row for row in _running(visit) if row.pk == subscription_id), None)
    if line is None:
        raise Http404
    may_change = has_right(visit.person, line.account, Right.CHANGE_SERVICES)
    error = ""
    if request.method == "POST":
        try:
            if not may_change:
                raise DomainError(_("You may see this, and not change it."))
            _change(request, visit, line)
        except DomainError as refusal:
            error = str(refusal)
        else:
            return redirect("alerts")
    return render(
        request,
        "portal/service_cap.html",
        _page(request, visit, line) | {"error": error, "may_change": may_change},
        status=400 if error else 200,
    )


def _page(request: HttpRequest, visit: Visit, line: Subscription) -> dict[str, Any]:
    period = open_period(visit.account, visit.today)
    [shown] = capped_lines(visit, period, [line])
    settings = settings_of(visit.brand)
    own = shown.cap is not None and shown.cap.own
    usual = default_cap(settings)
    kind = shown.cap.kind if shown.cap else "none"
    return {
        "visit": visit,
        "period": period,
        "line": shown,
        "usual": usual,
        "least": settings.cap_least,
        "most": settings.cap_most,
        "kind": request.POST.get("kind", "" if usual and shown.cap and not own else kind),
        "amount": request.POST.get("amount", _bare(shown.cap.amount) if shown.cap else ""),
    }


def _change(request: HttpRequest, visit: Visit, line: Subscription) -> None:
    by = visit.person.name if visit.person else visit.user.email
    if request.POST.get("form") == "open":
        bar = ExtrasBar.objects.filter(subscription=line, lifted_at=None).first()
        if bar is None:
            raise DomainError(_("The bar is lifted already."))
        lift_bar(bar, because=ExtrasBar.Lifted.PERSON, by=by, now=timezone.now())
        return
    kind = request.POST.get("kind", "")
    set_spend_cap(
        line,
        kind=kind,
        amount=_amount(request) if kind in ("notify", "block") else None,
        by=by,
        now=timezone.now(),
    )


def _amount(request: HttpRequest) -> Decimal | None:
    """What was typed, with a point or a comma; None for what is no number."""
    text = "".join(request.POST.get("amount", "").split()).replace(",", ".")
    try:
        return Decimal(text) if len(text) <= 20 else None
    except InvalidOperation:
        return None


def _bare(amount: Decimal) -> str:
    """An amount without needless zeros, as people type it."""
    text = f"{amount:.3f}".rstrip("0").rstrip(".")
    return text if "." not in text else f"{amount:.2f}"


def _running(visit: Visit) -> list[Subscription]:
    """The services that run today."""
    return [
        row for row in subscriptions_of(visit) if row.ends_on is None or row.ends_on > visit.today
    ]

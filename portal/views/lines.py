"""The pages of who owns a line of somebody else's account: its usage, and nothing of the money."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.queries import lines_of_user
from billing.usage.queries import UsagePage, UsageSoFar, records_page, usage_so_far
from core.context import brand_of
from core.localised import localised
from core.models import Brand, User
from core.periods import Period, local_date
from portal.access import ONLY_LINES_KEY
from portal.queries import label_of, open_period, plan_of

PAGE_SIZE = 40


@dataclass(frozen=True, slots=True)
class Line:
    """A line with what it used in its open usage period; no amounts."""

    label: str
    plan: str
    period: Period
    rows: list[UsageSoFar]


@login_required
@require_safe
def own_lines(request: HttpRequest) -> HttpResponse:
    """Each line with its usage so far, then every record of this month; 404 for who has none."""
    brand = brand_of(request)
    if brand is None or not isinstance(request.user, User):
        raise Http404
    today = local_date(timezone.now(), brand.zone)
    subscriptions = list(lines_of_user(request.user, brand).filter(starts_on__lte=today))
    if not subscriptions:
        raise Http404
    request.session.setdefault(ONLY_LINES_KEY, True)
    language = getattr(request, "LANGUAGE_CODE", "en")
    lines = []
    for subscription in subscriptions:
        period = open_period(subscription.account, today)
        used = usage_so_far([subscription.account_id], period.start)
        mine = [row for row in used if row.subscription_id == subscription.pk]
        plan = plan_of(subscription, today, language)
        lines.append(Line(label_of(subscription, today), plan, period, mine))
    page = _records(request, brand, [subscription.pk for subscription in subscriptions])
    labels = {one.pk: line.label for one, line in zip(subscriptions, lines, strict=True)}
    context = {
        "lines": lines,
        "month": today.replace(day=1),
        "page": page,
        "rows": [
            {
                "item": item,
                "day": local_date(item.start_at, brand.zone),
                "what": item.destination or localised(item.category.name, language),
                "label": labels[item.subscription_id] if len(labels) > 1 else "",
            }
            for item in page.items
        ],
    }
    return render(request, "portal/lines.html", context)


def _records(request: HttpRequest, brand: Brand, subscription_ids: list[int]) -> UsagePage:
    today = local_date(timezone.now(), brand.zone)
    wish = request.GET.get("page", "1")
    number = int(wish) if wish.isascii() and wish.isdigit() and len(wish) < 8 else 1
    return records_page(
        subscription_ids,
        zone=brand.zone,
        since=today.replace(day=1),
        until=today,
        page=number,
        size=PAGE_SIZE,
    )

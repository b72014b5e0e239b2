"""Usage: so far in the open period, the list of records, and the same as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode

from accounts.models import Subscription
from billing.documents.composition.itemisation import how_priced
from billing.documents.formats import DATA, SMS
from billing.usage.queries import UsageItem, records_page
from core.localised import localised
from core.periods import local_date
from portal.access import Visit, customer_page
from portal.live import live_page
from portal.queries import (
    label_of,
    months_of_usage,
    open_period,
    services_so_far,
    subscriptions_of,
    sum_of,
)
from portal.spreadsheet import csv_line
from portal.templatetags.portal import formats_of

PAGE_SIZE = 40
EXPORT_SLICE = 2_000
UNITS = {SMS: "messages", DATA: "bytes"}
COLUMNS = (
    "date", "time", "service", "number", "called", "destination", "category",
    "quantity", "unit", "amount", "currency", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Selection:
    """What the visitor filtered by: a month, and one service or all of them."""

    month: date
    months: list[date]
    service: Subscription | None
    services: list[Subscription]

    @property
    def last_day(self) -> date:
        """The month's last day."""
        return (self.month + timedelta(days=31)).replace(day=1) - timedelta(days=1)

    @property
    def query(self) -> str:
        """The filter as a query string."""
        chosen = {"service": str(self.service.pk)} if self.service else {}
        return urlencode({"month": f"{self.month:%Y-%m}"} | chosen)


@dataclass(frozen=True, slots=True)
class Row:
    """A record as the list shows it; `day` and `label` as the customer knows them."""

    item: UsageItem
    day: date
    label: str
    what: str


@customer_page
def usage_list(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What was used so far, then every record of a month."""
    subscriptions = subscriptions_of(visit)
    selection = _selection(request, visit, subscriptions)
    period = open_period(visit.account, visit.today)
    labels = {one.pk: label_of(one, visit.today) for one in selection.services}
    page = records_page(
        list(labels),
        zone=visit.brand.zone,
        since=selection.month,
        until=selection.last_day,
        subscription_id=selection.service.pk if selection.service else None,
        page=_page(request),
        size=PAGE_SIZE,
    )
    so_far = services_so_far(visit, period, subscriptions)
    live = live_page(visit, now=timezone.now())
    context = {
        "visit": visit,
        "period": period,
        "live": live,
        "services_so_far": [
            service for service in so_far if service.rows or service.subscription.pk in live.meters
        ],
        "total_so_far": sum_of(service.amount for service in so_far),
        "selection": selection,
        "labels": labels,
        "rows": [_row(item, labels, visit) for item in page.items],
        "page": page,
    }
    return render(request, "portal/usage.html", context)


@customer_page
def usage_export(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """The records of a month as CSV: UTF-8, ISO dates, decimal points, for machines and sheets."""
    selection = _selection(request, visit, subscriptions_of(visit))
    response = StreamingHttpResponse(
        _lines(visit, selection), content_type="text/csv; charset=utf-8"
    )
    name = f"usage-{visit.account.number}-{selection.month:%Y-%m}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _row(item: UsageItem, labels: dict[int, str], visit: Visit) -> Row:
    return Row(
        item=item,
        day=local_date(item.start_at, visit.brand.zone),
        label=labels.get(item.subscription_id, ""),
        what=item.destination or localised(item.category.name, visit.language),
    )


def _lines(visit: Visit, selection: Selection) -> Iterator[str]:
    zone = ZoneInfo(visit.brand.zone)
    labels = {one.pk: label_of(one, visit.today) for one in selection.services}
    yield "\ufeff" + csv_line(COLUMNS)  # the mark tells spreadsheets that this is UTF-8
    number, pages = 1, 1
    while number <= pages:
        page = records_page(
            list(labels),
            zone=visit.brand.zone,
            since=selection.month,
            until=selection.last_day,
            subscription_id=selection.service.pk if selection.service else None,
            page=number,
            size=EXPORT_SLICE,
        )
        for item in page.items:
            yield csv_line(_cells(item, labels, visit, zone))
        number, pages = number + 1, page.pages


def _cells(
    item: UsageItem, labels: dict[int, str], visit: Visit, zone: ZoneInfo
) -> tuple[object, ...]:
    start = item.start_at.astimezone(zone)
    return (
        f"{start:%Y-%m-%d}",
        f"{start:%H:%M:%S}",
        labels.get(item.subscription_id, ""),
        item.number,
        item.called,
        item.destination,
        localised(item.category.name, visit.language),
        item.quantity,
        UNITS.get(item.usage_type, "seconds"),
        # Its share of the whole period's price is no price of its own: empty, and not 0.
        "" if item.priced_together else item.amount,
        visit.account.currency,
        how_priced(item, formats_of(visit.language)),
    )


def _selection(request: HttpRequest, visit: Visit, subscriptions: list[Subscription]) -> Selection:
    """The filter that was asked for: this month unless told, 404 for a service not one's own."""
    services = [one for one in subscriptions if getattr(one, "ever_used", False)]
    service = None
    wish = request.GET.get("service", "")
    if wish:
        service = next((one for one in services if str(one.pk) == wish), None)
        if service is None:
            raise Http404
    months = months_of_usage(visit)
    return Selection(_month(request, months), months, service, services)


def _month(request: HttpRequest, months: list[date]) -> date:
    wish = request.GET.get("month", "")
    return next((month for month in months if f"{month:%Y-%m}" == wish), months[0])


def _page(request: HttpRequest) -> int:
    wish = request.GET.get("page", "1")
    return int(wish) if wish.isascii() and wish.isdigit() and len(wish) < 8 else 1

"""The list of usage records: one account and some weeks at a time, never the whole table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts.models import Account, Subscription
from billing.usage.admin_quotes import QuoteForm, quote_facts, record_zone
from billing.usage.explain_records import explain_record
from billing.usage.models import UsageRecord
from billing.usage.quantity_words import quantity_in_words
from billing.usage.queries import UsagePage, records_page
from core.backoffice.actions import refusals_as_messages, row_of, url
from core.backoffice.forms import DayInput
from core.backoffice.scoping import ScopedAdmin, scoped
from core.formatting import format_price
from core.models import Brand
from core.periods import local_date

DAYS_MAX = 93
DAYS_SHOWN_FIRST = 31


class RecordsForm(forms.Form):
    """Whose records, and of which days."""

    brand = forms.ModelChoiceField(
        Brand.objects.none(), widget=UnfoldAdminSelectWidget, empty_label=None
    )
    account = forms.CharField(label="Account number", widget=UnfoldAdminTextInputWidget)
    subscription = forms.CharField(
        label="Subscription", required=False, widget=UnfoldAdminTextInputWidget
    )
    since = forms.DateField(label="From", widget=DayInput)
    until = forms.DateField(label="Until", widget=DayInput)

    def __init__(self, request: HttpRequest) -> None:
        brands = scoped(Brand.objects.all(), "pk", request)
        super().__init__(self.with_defaults(request) if "account" in request.GET else None)
        self.fields["brand"].queryset = brands  # type: ignore[attr-defined]
        if not self.is_bound:
            self.initial = dict(self.last_days().items())

    @classmethod
    def with_defaults(cls, request: HttpRequest) -> dict[str, str]:
        """What was asked, the last weeks where no days were named."""
        return cls.last_days() | {key: str(value) for key, value in request.GET.items() if value}

    @staticmethod
    def last_days() -> dict[str, str]:
        """The last month up to today."""
        today = local_date(timezone.now(), "UTC")
        return {
            "since": str(today - timedelta(days=DAYS_SHOWN_FIRST)),
            "until": str(today),
        }

    def clean(self) -> dict[str, Any]:
        """Find the account and its subscription; what is not there is said at its field."""
        data = self.cleaned_data
        since, until = data.get("since"), data.get("until")
        if since and until and not since <= until <= since + timedelta(days=DAYS_MAX):
            self.add_error("until", f"Choose at most {DAYS_MAX} days, the first one first.")
        if data.get("brand") and data.get("account"):
            self._find(data)
        return data

    def _find(self, data: dict[str, Any]) -> None:
        account = Account.objects.filter(brand=data["brand"], number=data["account"]).first()
        if account is None:
            self.add_error("account", "This brand has no account with that number.")
            return
        data["account_row"] = account
        subscriptions = account.subscriptions.all()
        if data.get("subscription"):
            subscriptions = subscriptions.filter(code=data["subscription"])
            if not subscriptions:
                self.add_error("subscription", "This account has no such subscription.")
        data["subscription_rows"] = list(subscriptions)


@dataclass(frozen=True, slots=True)
class Row:
    """One record as the list shows it."""

    id: int
    start: Any
    subscription: Subscription
    number: str
    called: str
    destination: str
    category: str
    quantity: str
    billed: str
    amount: str
    late: bool


@admin.register(UsageRecord)
class UsageRecordAdmin(ScopedAdmin):
    """A plain list in place of Django's: the table is partitioned and far too long to count."""

    brand_path = "brand_id"

    def get_urls(self) -> list[URLPattern]:
        return [
            url(self, "", self.records_view, "changelist"),
            url(self, "quote/", self.quote_view, "quote"),
            url(self, "<int:key>/explain/", self.explain_view, "explain"),
        ]

    def quote_view(self, request: HttpRequest) -> HttpResponse:
        """What an event would cost."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = QuoteForm(request)
        context = {"title": "What would it cost?", "form": form}
        if form.is_bound and form.is_valid():
            data = form.cleaned_data
            context |= quote_facts(data["quote"], data["brand"].zone)
        return self.page_of(request, "admin/billing/usagerecord/quote.html", context)

    def explain_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Why a record costs what it costs."""
        record: UsageRecord = row_of(self, request, str(key), "billing.view_usagerecord")
        context: dict[str, Any] = {"title": "Why it costs this"}
        with refusals_as_messages(request):
            context |= quote_facts(explain_record(record), record_zone(record))
        return self.page_of(request, "admin/billing/usagerecord/quote.html", context)

    def page_of(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        """A page of this list."""
        shell = self.admin_site.each_context(request) | {"opts": self.opts}
        return TemplateResponse(request, template, shell | context)

    def records_view(self, request: HttpRequest) -> HttpResponse:
        """The records of one account within some weeks."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = RecordsForm(request)
        context: dict[str, Any] = {"title": "Usage records", "form": form}
        if form.is_bound and form.is_valid():
            context |= self.found(request, form.cleaned_data)
        return self.page_of(request, "admin/billing/usagerecord/list.html", context)

    def found(self, request: HttpRequest, data: dict[str, Any]) -> dict[str, Any]:
        """One page of records, in words."""
        account: Account = data["account_row"]
        subscriptions = {row.pk: row for row in data["subscription_rows"]}
        number = request.GET.get("page", "1")
        page = records_page(
            list(subscriptions),
            zone=data["brand"].zone,
            since=data["since"],
            until=data["until"],
            page=int(number) if number.isdecimal() else 1,
        )
        return {
            "account": account,
            "zone": data["brand"].zone,
            "rows": rows_of(page, subscriptions, account.currency),
            "page": page,
            "query": query_of(data),
        }


def rows_of(page: UsagePage, subscriptions: dict[int, Subscription], currency: str) -> list[Row]:
    """The records of a page as rows."""
    return [
        Row(
            id=item.id,
            start=item.start_at,
            subscription=subscriptions[item.subscription_id],
            number=item.number,
            called=item.called,
            destination=item.destination,
            category=item.category.code,
            quantity=quantity_in_words(item.quantity, item.usage_type),
            billed=quantity_in_words(item.billed, item.usage_type),
            amount=format_price(item.amount, currency, "en"),
            late=item.late,
        )
        for item in page.items
    ]


def query_of(data: dict[str, Any]) -> dict[str, str | date]:
    """The question as a link repeats it."""
    return {
        "brand": data["brand"].pk,
        "account": data["account"],
        "subscription": data.get("subscription", ""),
        "since": data["since"],
        "until": data["until"],
    }

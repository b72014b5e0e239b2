"""Back office pages of usage: where it comes from, what was taken in, what waits for mending."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Max, Min
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.models import Account
from billing.usage.models import (
    SuspendedUsage,
    UsageFile,
    UsagePeriod,
    UsageSource,
    UsageSummary,
)
from billing.usage.quantity_words import quantity_in_words
from core.backoffice import columns
from core.backoffice.registry import Cell, Panel, Tile, panel, tile
from core.backoffice.scoping import ScopedAdmin, scoped
from core.formatting import format_money, format_number
from core.money import from_micro

SUMMARIES_SHOWN_MAX = 12


@admin.register(UsageSource)
class UsageSourceAdmin(ScopedAdmin):
    brand_path = "brand"
    empty_text = "Sources come in with a catalogue: manage.py import_catalog FILE.yaml"
    list_display = ("code", "name", "brand", "format", "usage_type", "supplier", "zone")
    list_select_related = ("brand", "supplier")
    list_filter = ("brand", "format", "usage_type")
    search_fields = ("code", "name")


@admin.register(UsageFile)
class UsageFileAdmin(ScopedAdmin):
    brand_path = "source__brand"
    empty_text = "No usage yet. Files come in by: manage.py import_usage SOURCE FILE…"
    list_display = (
        "name",
        "source",
        columns.state(),
        columns.count("rows"),
        columns.count("rated"),
        columns.count("duplicates"),
        columns.count("suspended"),
        columns.count("ignored"),
        "imported_at",
    )
    list_select_related = ("source",)
    list_filter = ("source__brand", "source", "state")
    search_fields = ("name", "sha256")
    date_hierarchy = "imported_at"


@admin.register(SuspendedUsage)
class SuspendedUsageAdmin(ScopedAdmin):
    """Lines that could not be rated, by cause: raw beside what was read of it."""

    brand_path = "brand"
    empty_text = "Nothing is suspended: every line of every file was rated."
    list_display = (
        "place",
        "reason",
        "detail",
        "service",
        "called",
        "start_at",
        columns.state(),
    )
    list_select_related = ("file",)
    list_filter = ("state", "reason", "brand", "source")
    search_fields = ("service", "called", "raw", "detail")
    search_help_text = "Number, called number, or any part of the raw line."
    list_before_template = "admin/backoffice/suspense_reasons.html"
    raw_raw = staticmethod(columns.raw("raw"))
    readonly_fields = ("raw_raw",)
    fieldsets = (
        ("As it came", {"fields": (("source", "file"), "line_number", "raw_raw")}),
        (
            "As it was read",
            {
                "fields": (
                    ("reason", "state"),
                    "detail",
                    ("service", "called"),
                    ("start_at", "quantity"),
                    "key",
                )
            },
        ),
    )

    @admin.display(description="file and line", ordering=("file"))
    def place(self, line: SuspendedUsage) -> str:
        return f"{line.file.name}:{line.line_number}"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"suspense_reasons": open_by_reason(request)} | (extra_context or {})
        response: HttpResponse = super().changelist_view(request, context)
        return response


def open_by_reason(request: HttpRequest) -> list[dict[str, Any]]:
    """The open lines grouped by what to mend, the most frequent cause first."""
    rows = (
        scoped(SuspendedUsage.objects.filter(state="open"), "brand", request)
        .order_by()
        .values("reason")
        .annotate(lines=Count("pk"), oldest=Min("start_at"), newest=Max("start_at"))
        .order_by("-lines")
    )
    base = reverse("admin:billing_suspendedusage_changelist")
    return [
        row
        | {
            "label": SuspendedUsage.Reason(row["reason"]).label,
            "lines": format_number(row["lines"], "en"),
            "url": f"{base}?state__exact=open&reason__exact={row['reason']}",
        }
        for row in rows
    ]


@tile(position=20, permission="billing.view_suspendedusage")
def suspended(request: HttpRequest) -> list[Tile]:
    """Usage that nobody is charged for until somebody mends its cause."""
    base = reverse("admin:billing_suspendedusage_changelist")
    found = [
        Tile(
            title="Suspended usage",
            value=row["lines"],
            detail=str(row["label"]),
            url=row["url"],
            tone="warning",
        )
        for row in open_by_reason(request)
    ]
    nothing = Tile("Suspended usage", "0", "every line was rated", base, tone="good")
    return found or [nothing]


@admin.register(UsagePeriod)
class UsagePeriodAdmin(ScopedAdmin):
    brand_path = "account__brand"
    empty_text = "No usage period is closed yet: the first bill run closes them."
    list_display = ("account", "start", "end", "closed_at")
    list_select_related = ("account",)
    list_filter = ("account__brand", "start")
    search_fields = ("account__number", "account__name")


@admin.register(UsageSummary)
class UsageSummaryAdmin(ScopedAdmin):
    brand_path = "account__brand"
    empty_text = "No usage yet. Summaries are added to as records are rated."
    list_display = (
        "account",
        "subscription",
        "period_start",
        "origin_start",
        "category",
        columns.count("records"),
        "quantity_count",
        columns.micro_money("amount", currency="account.currency"),
    )
    list_select_related = ("account", "subscription", "category")
    list_filter = ("account__brand", "category", "period_start")
    search_fields = ("account__number", "account__name", "subscription__code")
    date_hierarchy = "period_start"

    @admin.display(description="used", ordering="quantity")
    def quantity_count(self, summary: UsageSummary) -> str:
        return quantity_in_words(summary.quantity, summary.usage_type)


@panel("accounts.account", position=60, permission="billing.view_usagesummary")
def latest_usage(account: Account) -> Panel:
    """What was used lately, and the way to every record."""
    summaries = account.usage_summaries.select_related("subscription", "category").order_by(
        "-period_start", "subscription__code", "category__code"
    )[:SUMMARIES_SHOWN_MAX]
    records = reverse("admin:billing_usagerecord_changelist")
    return Panel(
        title="Usage",
        columns=("Period from", "Subscription", "Category", "Used", "Records", "Amount"),
        rows=[
            (
                str(item.period_start),
                str(item.subscription),
                item.category.code,
                Cell(quantity_in_words(item.quantity, item.usage_type), figure=True),
                Cell(format_number(item.records, "en"), figure=True),
                Cell(format_money(from_micro(item.amount), account.currency, "en"), figure=True),
            )
            for item in summaries
        ],
        empty="No usage yet.",
        url=f"{records}?brand={account.brand_id}&account={account.number}",
    )

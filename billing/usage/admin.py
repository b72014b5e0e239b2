"""Back office pages of usage: where it comes from, what was taken in, what waits for mending."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, reverse
from django.utils import timezone
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.models import Account
from billing.usage.models import UsageFile, UsagePeriod, UsageSummary
from billing.usage.quantity_words import quantity_in_words
from billing.usage.services.roll_back_file import roll_back_file
from core.backoffice import columns
from core.backoffice.actions import row_of, url
from core.backoffice.registry import Cell, Link, Panel, link, panel
from core.backoffice.scoping import ScopedAdmin
from core.errors import DomainError
from core.formatting import format_money, format_number
from core.money import from_micro

SUMMARIES_SHOWN_MAX = 12
ROLL_BACK = "billing.roll_back_usagefile"


class RollBackForm(forms.Form):
    """Why a file goes."""

    reason = forms.CharField(
        widget=UnfoldAdminTextInputWidget, max_length=200, help_text="It stays on the file's page."
    )


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
        columns.count("discarded"),
        columns.count("ignored"),
        "imported_at",
    )
    list_select_related = ("source",)
    list_filter = ("source__brand", "source", "state")
    search_fields = ("name", "sha256")
    date_hierarchy = "imported_at"

    def get_urls(self) -> list[URLPattern]:
        own = url(self, "<path:object_id>/roll-back/", self.roll_back, "roll_back")
        return [own, *super().get_urls()]

    def roll_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take all that the file brought away, while nothing of it is billed."""
        file: UsageFile = row_of(self, request, object_id, ROLL_BACK)
        form = RollBackForm(request.POST or None)
        address = reverse("admin:billing_usagefile_change", args=[file.pk])
        if form.is_bound and form.is_valid():
            try:
                done = roll_back_file(
                    file,
                    by_id=request.user.pk,
                    reason=form.cleaned_data["reason"],
                    now=timezone.now(),
                )
            except DomainError as error:
                form.add_error(None, str(error))
            else:
                messages.success(
                    request,
                    f"Rolled back: {done.records} records and {done.suspended} lines in suspense "
                    f"of {done.accounts} accounts went. The same file may come again.",
                )
                return redirect(address)
        context = self.admin_site.each_context(request) | {
            "title": f"Roll back {file.name}: {file.rated} records, {file.suspended} in suspense",
            "form": form,
            "plain": True,
            "button": "Roll back",
            "back": address,
            "opts": self.opts,
        }
        return render(request, "admin/backoffice/step.html", context)


@link("billing.usagefile", position=10, permission=ROLL_BACK)
def roll_back_button(file: UsageFile) -> list[Link]:
    """The way to the roll-back."""
    if file.state == UsageFile.State.ROLLED_BACK:
        return []
    return [Link("Roll back", reverse("admin:billing_usagefile_roll_back", args=[file.pk]))]


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

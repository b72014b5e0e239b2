"""The queue of unusual usage: what was seen, who looks after it, what came of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, reverse
from django.utils import timezone
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from accounts.models import Account
from billing.usage.alerts.spike_models import SpikeFlag
from billing.usage.alerts.spikes import OFF
from billing.usage.alerts.words import figure_in_words
from billing.usage.services.work_spike import (
    dismiss_spike,
    note_contact,
    resolve_spike,
    take_spike,
)
from core.backoffice import columns
from core.backoffice.actions import post_only, refusals_as_messages, row_of, url
from core.backoffice.registry import Cell, Link, Panel, Tile, link, panel, tile
from core.backoffice.scoping import ScopedAdmin, scoped
from core.errors import DomainError
from core.formatting import format_number

CHANGE = "billing.change_spikeflag"
PANEL_ROWS_MAX = 10
TONES = columns.TONES | {
    "new": "warning",
    "in_progress": "info",
    "resolved": "success",
    "dismissed": "info",
}


class OutcomeForm(forms.Form):
    """How a flag is closed, and what came of it."""

    closed_as = forms.ChoiceField(
        choices=(
            ("resolved", "resolved: it was unusual, and is dealt with"),
            ("dismissed", "dismissed: it was nothing"),
        ),
        widget=UnfoldAdminSelectWidget,
    )
    outcome = forms.CharField(widget=UnfoldAdminTextareaWidget, max_length=500)


@admin.register(SpikeFlag)
class SpikeFlagAdmin(ScopedAdmin):
    """New ones first; each shows what was seen beside the limit and the line's own median."""

    brand_path = "account__brand"
    empty_text = "Nothing unusual. Lines are compared with the limits as their usage is rated."
    list_display = (
        "flagged_at",
        "account",
        "subscription",
        "kind",
        "day",
        "seen_words",
        "limit_words",
        "median_words",
        columns.state(tones=TONES),
        "owner",
        "until_contact",
    )
    list_select_related = ("account", "subscription", "owner")
    list_filter = ("state", "kind", "account__brand", "day")
    search_fields = ("account__number", "account__name", "subscription__code", "outcome")
    date_hierarchy = "day"
    readonly_fields = ("seen_words", "limit_words", "median_words", "until_contact")
    fieldsets = (
        (
            "What was seen",
            {
                "fields": (
                    ("account", "subscription"),
                    ("kind", "day"),
                    "seen_words",
                    "limit_words",
                    "median_words",
                    "flagged_at",
                )
            },
        ),
        (
            "What was done",
            {
                "fields": (
                    ("state", "owner"),
                    "taken_at",
                    ("first_contact_at", "until_contact"),
                    "closed_at",
                    "outcome",
                )
            },
        ),
    )

    @admin.display(description="seen", ordering="seen")
    def seen_words(self, flag: SpikeFlag) -> str:
        return _words(flag, flag.seen)

    @admin.display(description="limit", ordering="limit")
    def limit_words(self, flag: SpikeFlag) -> str:
        return _words(flag, flag.limit) if flag.limit < OFF else "none"

    @admin.display(description="usual (median)", ordering="median")
    def median_words(self, flag: SpikeFlag) -> str:
        if flag.median is None:
            return "too few days"
        return f"{_words(flag, flag.median)} of {flag.days} days"

    @admin.display(description="time to first contact")
    def until_contact(self, flag: SpikeFlag) -> str:
        if flag.first_contact_at is None:
            return "–"
        return _span(flag.first_contact_at - flag.flagged_at)

    def get_urls(self) -> list[URLPattern]:
        own = [
            url(self, "<path:object_id>/take/", self.take, "take"),
            url(self, "<path:object_id>/contact/", self.contact, "contact"),
            url(self, "<path:object_id>/close/", self.close, "close"),
        ]
        return [*own, *super().get_urls()]

    def take(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The signed-in member of staff looks after it from now on."""
        flag = row_of(self, request, object_id, CHANGE)
        if answer := post_only(request):
            return answer
        with refusals_as_messages(request):
            take_spike(flag, by=_staff(request), now=timezone.now())
            messages.success(request, "It is yours.")
        return redirect("admin:billing_spikeflag_change", flag.pk)

    def contact(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The customer was spoken to."""
        flag = row_of(self, request, object_id, CHANGE)
        if answer := post_only(request):
            return answer
        with refusals_as_messages(request):
            note_contact(flag, by=_staff(request), now=timezone.now())
            messages.success(request, "The first contact is noted.")
        return redirect("admin:billing_spikeflag_change", flag.pk)

    def close(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Say what came of it."""
        flag = row_of(self, request, object_id, CHANGE)
        form = OutcomeForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            end = resolve_spike if data["closed_as"] == "resolved" else dismiss_spike
            try:
                end(flag, outcome=data["outcome"], by=_staff(request), now=timezone.now())
            except DomainError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, "The flag is closed.")
                return redirect("admin:billing_spikeflag_change", flag.pk)
        context = self.admin_site.each_context(request) | {
            "title": f"Close: {flag}",
            "form": form,
            "plain": True,
            "button": "Close",
            "back": reverse("admin:billing_spikeflag_change", args=[flag.pk]),
            "opts": self.opts,
        }
        return render(request, "admin/backoffice/step.html", context)


@link("billing.spikeflag", position=10, permission=CHANGE)
def steps(flag: SpikeFlag) -> list[Link]:
    """What can be done in its state."""
    if flag.state not in (SpikeFlag.State.NEW, SpikeFlag.State.IN_PROGRESS):
        return []
    links = [Link("Take", _address("take", flag), post=True, primary=True)]
    if flag.first_contact_at is None:
        links.append(Link("Customer was contacted", _address("contact", flag), post=True))
    return [*links, Link("Close", _address("close", flag))]


@panel("accounts.account", position=58, permission="billing.view_spikeflag")
def unusual_usage(account: Account) -> Panel | None:
    """The account's flags, newest first."""
    rows = account.spike_flags.select_related("subscription", "owner")[:PANEL_ROWS_MAX]
    if not rows:
        return None
    return Panel(
        title="Unusual usage",
        columns=("Day", "Line", "Kind", "Seen", "State", "Owner"),
        rows=[
            (
                Cell(str(row.day), url=reverse("admin:billing_spikeflag_change", args=[row.pk])),
                str(row.subscription),
                row.get_kind_display(),
                Cell(_words(row, row.seen, account), figure=True),
                row.get_state_display(),
                str(row.owner or "–"),
            )
            for row in rows
        ],
        empty="Nothing unusual.",
        url=f"{reverse('admin:billing_spikeflag_changelist')}?account__id__exact={account.pk}",
    )


@tile(position=22, permission="billing.view_spikeflag")
def to_call(request: HttpRequest) -> list[Tile]:
    """Unusual usage that nobody looks after yet."""
    waiting = scoped(SpikeFlag.objects.filter(state="new"), "account__brand", request).count()
    address = f"{reverse('admin:billing_spikeflag_changelist')}?state__exact=new"
    if not waiting:
        return [Tile("Unusual usage", "0", "nobody waits for a call", address, tone="good")]
    return [Tile("Unusual usage", format_number(waiting, "en"), "nobody's yet", address, "warning")]


def _words(flag: SpikeFlag, quantity: int, account: Account | None = None) -> str:
    currency = (account or flag.account).currency
    return figure_in_words(flag.kind, quantity, currency, "en")


def _address(view: str, flag: SpikeFlag) -> str:
    return reverse(f"admin:billing_spikeflag_{view}", args=[flag.pk])


def _span(length: timedelta) -> str:
    hours, rest = divmod(int(length.total_seconds()), 3600)
    return f"{hours} h {rest // 60} min" if hours else f"{rest // 60} min"


def _staff(request: HttpRequest) -> Any:
    return request.user

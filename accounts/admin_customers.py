"""Back office pages of numbers, SIMs, orders and contacts, and the buttons of a subscription."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.models import (
    Acceptance,
    Account,
    ContractSummary,
    Interaction,
    NumberPool,
    Order,
    OrderItem,
    Sim,
    SimAssignment,
    SimPool,
    SubscriptionCancellation,
    SubscriptionPause,
    SubscriptionTerm,
)
from accounts.services.record_interaction import record_interaction
from core.backoffice import columns
from core.backoffice.actions import row_of
from core.backoffice.registry import Cell, Link, Panel, link, panel
from core.backoffice.scoping import ScopedAdmin, ScopedInline
from core.errors import DomainError

PANEL_ROWS_MAX = 20
TONES = columns.TONES | {
    "in_stock": "info",
    "assigned": "success",
    "blocked": "danger",
    "submitted": "info",
    "accepted": "warning",
    "rejected": "danger",
}


class SubscriptionPauseInline(ScopedInline):
    model = SubscriptionPause
    brand_path = "subscription__account__brand"
    fields = (columns.span(), "reason")
    verbose_name_plural = "pauses"


class SubscriptionTermInline(ScopedInline):
    model = SubscriptionTerm
    brand_path = "subscription__account__brand"
    fields = ("bound_from", "months", "bound_until", "notice_days")
    verbose_name_plural = "terms agreed"


class SubscriptionCancellationInline(ScopedInline):
    model = SubscriptionCancellation
    brand_path = "subscription__account__brand"
    fields = ("requested_at", "requested_by", "effective_on", "reason", "note", "taken_back_at")
    verbose_name_plural = "cancellations"


class SimAssignmentInline(ScopedInline):
    model = SimAssignment
    brand_path = "subscription__account__brand"
    fields = ("sim", "subscription", columns.span())
    verbose_name_plural = "SIMs over time"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("sim", "subscription__account")


@admin.register(NumberPool)
class NumberPoolAdmin(ScopedAdmin):
    brand_path = "brand"
    empty_text = "No pools of numbers."
    list_display = ("code", "name", "brand", "quarantine_days")
    list_select_related = ("brand",)
    search_fields = ("code", "name")


@admin.register(SimPool)
class SimPoolAdmin(ScopedAdmin):
    brand_path = "brand"
    empty_text = "No stocks of SIMs."
    list_display = ("code", "name", "brand")
    list_select_related = ("brand",)
    search_fields = ("code", "name")


@admin.register(Sim)
class SimAdmin(ScopedAdmin):
    """The PUK is on no page."""

    brand_path = "brand"
    empty_text = "SIMs come in with their subscriptions: manage.py import_accounts FILE.yaml"
    list_display = ("iccid", "imsi", "brand", "kind", "pool", columns.state(tones=TONES))
    list_select_related = ("brand", "pool")
    list_filter = ("brand", "state", "kind")
    search_fields = ("iccid", "imsi")
    fields = ("iccid", "imsi", "brand", "kind", "pool", "state")
    inlines = (SimAssignmentInline,)


class OrderItemInline(ScopedInline):
    model = OrderItem
    brand_path = "order__account__brand"
    fields = ("position", "kind", "subscription", "plan", "code", "details")
    verbose_name_plural = "what is ordered"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("subscription__account", "plan")


class ContractSummaryInline(ScopedInline):
    model = ContractSummary
    brand_path = "order__account__brand"
    fields = ("made_at", "language", "text", "sha256")
    verbose_name_plural = "contract summaries shown"


class AcceptanceInline(ScopedInline):
    model = Acceptance
    brand_path = "order__account__brand"
    fields = (
        "accepted_at",
        "accepted_by",
        "method",
        "evidence",
        "ip_address",
        "withdrawal_until",
    )
    verbose_name_plural = "acceptance"


@admin.register(Order)
class OrderAdmin(ScopedAdmin):
    brand_path = "account__brand"
    empty_text = "No orders yet."
    list_display = ("number", "account", "wanted_on", columns.state(tones=TONES), "created_at")
    list_select_related = ("account",)
    list_filter = ("state", "account__brand")
    search_fields = ("number", "account__number", "account__name")
    inlines = (OrderItemInline, ContractSummaryInline, AcceptanceInline)


class ContactForm(forms.Form):
    """A contact that a member of staff writes down."""

    channel = forms.ChoiceField(choices=Interaction.Channel.choices, widget=UnfoldAdminSelectWidget)
    direction = forms.ChoiceField(
        choices=Interaction.Direction.choices, widget=UnfoldAdminSelectWidget
    )
    topic = forms.ChoiceField(choices=Interaction.Topic.choices, widget=UnfoldAdminSelectWidget)
    text = forms.CharField(widget=UnfoldAdminTextareaWidget, max_length=4000)
    outcome = forms.CharField(widget=UnfoldAdminTextInputWidget, max_length=300, required=False)


@admin.register(Interaction)
class InteractionAdmin(ScopedAdmin):
    brand_path = "brand"
    empty_text = "No contacts yet. Log one on the customer's page."
    list_display = (
        "happened_at",
        "account",
        "channel",
        "direction",
        "topic",
        "outcome",
        "staff_name",
    )
    list_select_related = ("account",)
    list_filter = ("channel", "topic", "direction", "brand")
    search_fields = ("text", "outcome", "account__number", "account__name")
    date_hierarchy = "happened_at"


@panel("accounts.account", position=22, permission="accounts.view_sim")
def sims(account: Account) -> Panel | None:
    """The SIMs of the account's subscriptions."""
    rows = SimAssignment.objects.filter(subscription__account=account)
    held = rows.select_related("sim", "subscription").order_by("-during")[:PANEL_ROWS_MAX]
    if not held:
        return None
    return Panel(
        title="SIMs",
        columns=("SIM", "Subscription", "State", "From"),
        rows=[
            (
                Cell(row.sim.iccid, url=reverse("admin:accounts_sim_change", args=[row.sim_id])),
                str(row.subscription),
                row.sim.get_state_display(),
                str(row.during.lower),
            )
            for row in held
        ],
        empty="",
    )


@panel("accounts.account", position=36, permission="accounts.view_order")
def orders(account: Account) -> Panel | None:
    """What the customer has ordered."""
    rows = account.orders.all()[:PANEL_ROWS_MAX]
    if not rows:
        return None
    return Panel(
        title="Orders",
        columns=("Order", "State", "Wanted on"),
        rows=[
            (
                Cell(row.number, url=reverse("admin:accounts_order_change", args=[row.pk])),
                row.get_state_display(),
                str(row.wanted_on),
            )
            for row in rows
        ],
        empty="",
        url=f"{reverse('admin:accounts_order_changelist')}?account__id__exact={account.pk}",
    )


@panel("accounts.account", position=37, permission="accounts.view_interaction")
def contacts(account: Account) -> Panel:
    """What was said, latest first."""
    rows = account.interactions.all()[:PANEL_ROWS_MAX]
    return Panel(
        title="Contacts",
        columns=("When", "How", "About", "What", "Outcome"),
        rows=[
            (
                Cell(
                    f"{row.happened_at:%Y-%m-%d %H:%M}",
                    url=reverse("admin:accounts_interaction_change", args=[row.pk]),
                ),
                f"{row.get_channel_display()}, {row.get_direction_display()}",
                row.get_topic_display(),
                row.text[:120],
                row.outcome,
            )
            for row in rows
        ],
        empty="Nobody has written down a contact yet.",
    )


@link("accounts.account", position=15, permission="accounts.add_interaction")
def log_a_contact(account: Account) -> list[Link]:
    """Write down a contact."""
    return [Link("Log a contact", reverse("admin:accounts_account_contact", args=[account.pk]))]


def contact_view(page: ScopedAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """Write down a contact with the account's customer."""
    account: Account = row_of(page, request, object_id, "accounts.add_interaction")
    form = ContactForm(request.POST or None)
    back = reverse("admin:accounts_account_change", args=[account.pk])
    if request.method == "POST" and form.is_valid():
        now, user = timezone.now(), request.user
        try:
            record_interaction(
                brand=account.brand,
                account=account,
                staff=user,  # type: ignore[arg-type]
                happened_at=now,
                now=now,
                **form.cleaned_data,
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The contact is written down.")
            return redirect(back)
    context = page.admin_site.each_context(request) | {
        "title": f"Contact with {account}",
        "form": form,
        "preview": "",
        "button": "Write it down",
        "plain": True,
        "back": back,
        "opts": page.opts,
    }
    return render(request, "admin/backoffice/step.html", context)

"""Back office pages of alerts: a brand's limits, spend caps, bars, thresholds that were crossed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, reverse
from django.utils import timezone
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminSelectWidget

from accounts.models import Subscription
from accounts.queries import today_of
from billing.usage.alerts.caps import cap_on, usual_limits
from billing.usage.alerts.models import CapKind, ExtrasBar, SpendCap, UsageAlert
from billing.usage.alerts.spike_models import AlertSettings
from billing.usage.alerts.words import words_of
from billing.usage.queries import spent_in
from billing.usage.services.bar_extras import lift_bar
from billing.usage.services.set_spend_cap import set_spend_cap
from core.backoffice import columns
from core.backoffice.actions import post_only, refusals_as_messages, row_of, url
from core.backoffice.registry import Cell, Link, Panel, link, panel
from core.backoffice.scoping import ScopedAdmin, scoped
from core.errors import DomainError
from core.formatting import format_money
from core.periods import period_containing

CHANGE = "billing.change_spendcap"
PANEL_ROWS_MAX = 10


class CapForm(forms.Form):
    """What a line's cap shall be from today on."""

    kind = forms.ChoiceField(
        choices=(("", "the brand's usual cap"), *CapKind.choices),
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    amount = forms.DecimalField(
        required=False,
        max_digits=12,
        decimal_places=3,
        widget=UnfoldAdminDecimalFieldWidget,
        help_text="In the account's currency and the brand's price mode, for a usage period.",
    )


@admin.register(AlertSettings)
class AlertSettingsAdmin(ScopedAdmin):
    brand_path = "brand"
    editable = addable = True
    empty_text = "All brands watch as usual: no cap by default, spikes at the usual limits."
    list_display = ("brand", "default_cap_kind", "default_cap_amount", "watch_spikes")
    list_select_related = ("brand",)
    fieldsets = (
        (None, {"fields": ("brand",)}),
        (
            "Spend caps",
            {
                "fields": (
                    ("default_cap_kind", "default_cap_amount"),
                    ("cap_least", "cap_most"),
                )
            },
        ),
        (
            "Unusual usage, for a line and a day",
            {
                "fields": (
                    ("watch_spikes", "tell_customers"),
                    ("voice_minutes", "messages", "data_megabytes"),
                    ("cost", "night_calls"),
                    ("night_from", "night_until"),
                    ("destination_cost", "expensive_destinations", "expensive_minute"),
                    ("roaming_cost", "roaming_category"),
                    ("median_factor", "median_days"),
                    ("days_least", "floor_per_cent"),
                )
            },
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else ("brand",)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The amounts that hold where nobody set any, by the worth of the brand's currency."""
        brands: Any = self.get_field_queryset("default", AlertSettings._meta.get_field("brand"),
                                              request)  # fmt: skip
        brand = brands.filter(alert_settings=None).first()
        return {} if brand is None else {"brand": brand.pk, **usual_limits(brand.currency)}


@admin.register(SpendCap)
class SpendCapAdmin(ScopedAdmin):
    """Caps over time; they are set on the subscription's page."""

    brand_path = "subscription__account__brand"
    empty_text = "No line has a cap of its own. Set one on a subscription's page."
    list_display = ("subscription", "account", "kind", "amount", columns.span())
    list_select_related = ("subscription__account",)
    list_filter = ("kind", "subscription__account__brand")
    search_fields = ("subscription__code", "subscription__account__number")

    @admin.display(ordering="subscription__account__number")
    def account(self, cap: SpendCap) -> str:
        return str(cap.subscription.account)

    def get_urls(self) -> list[URLPattern]:
        own = url(self, "set/<int:subscription_id>/", self.set_cap, "set")
        return [own, *super().get_urls()]

    def set_cap(self, request: HttpRequest, subscription_id: int) -> HttpResponse:
        """Ask for a line's cap, show what would happen, and set it when confirmed."""
        line = _line(request, subscription_id, CHANGE)
        cap = cap_on(line, today_of(line.account.brand, timezone.now()))
        start = {"kind": cap.kind, "amount": cap.amount} if cap and cap.own else None
        form = CapForm(request.POST or None, initial=start)
        preview = ""
        back = reverse("admin:accounts_subscription_change", args=[line.pk])
        if request.method == "POST" and form.is_valid():
            confirmed = "confirmed" in request.POST
            try:
                preview = _set(request, line, form.cleaned_data, keep=confirmed)
            except DomainError as error:
                form.add_error(None, str(error))
            else:
                if confirmed:
                    messages.success(request, preview)
                    return redirect(back)
        context = self.admin_site.each_context(request) | {
            "title": f"Spend cap: {line}",
            "form": form,
            "preview": preview,
            "button": "Set the cap",
            "back": back,
            "opts": self.opts,
        }
        return render(request, "admin/backoffice/step.html", context)


@admin.register(ExtrasBar)
class ExtrasBarAdmin(ScopedAdmin):
    """Bars that caps brought about, with the orders for the network side."""

    brand_path = "subscription__account__brand"
    empty_text = "Nothing is barred: no cap that blocks extras was reached."
    list_display = (
        "subscription",
        "cap_amount",
        "barred_at",
        "until",
        "bar_order",
        "lifted_at",
        "lifted_because",
        "lift_order",
    )
    list_select_related = ("subscription__account", "bar_order", "lift_order")
    list_filter = ("subscription__account__brand", "lifted_because")
    search_fields = ("subscription__code", "subscription__account__number")

    def get_urls(self) -> list[URLPattern]:
        return [url(self, "<path:object_id>/lift/", self.lift, "lift"), *super().get_urls()]

    def lift(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Order the end of the bar."""
        bar = row_of(self, request, object_id, CHANGE)
        if answer := post_only(request):
            return answer
        user: Any = request.user
        with refusals_as_messages(request):
            lift_bar(bar, because=ExtrasBar.Lifted.PERSON, by=user.email[:200], now=timezone.now())
            messages.success(request, "The end of the bar is ordered.")
        return redirect("admin:accounts_subscription_change", bar.subscription_id)


@admin.register(UsageAlert)
class UsageAlertAdmin(ScopedAdmin):
    """Thresholds that were crossed, told or not."""

    brand_path = "account__brand"
    empty_text = "No allowance and no cap has reached half of what there is."
    list_display = (
        "crossed_at",
        "account",
        "subscription",
        "subject",
        "code",
        "threshold",
        "period_start",
        "told",
    )
    list_select_related = ("account", "subscription")
    list_filter = ("subject", "threshold", "told", "account__brand", "period_start")
    search_fields = ("account__number", "account__name", "subscription__code", "code")
    date_hierarchy = "crossed_at"


@link("accounts.subscription", position=30, permission=CHANGE)
def cap_links(line: Subscription) -> list[Link]:
    """Set the cap, and open what it has barred."""
    links = [Link("Set spend cap", reverse("admin:billing_spendcap_set", args=[line.pk]))]
    bar = line.extras_bars.filter(lifted_at=None).first()
    if bar is not None:
        address = reverse("admin:billing_extrasbar_lift", args=[bar.pk])
        links.append(Link("Lift the bar on extras", address, post=True))
    return links


@panel("accounts.subscription", position=30, permission="billing.view_spendcap")
def cap_panel(line: Subscription) -> Panel:
    """The cap that holds today, what usage costs so far, and caps and bars before."""
    account = line.account
    today = today_of(account.brand, timezone.now())
    cap = cap_on(line, today)
    period = period_containing(today, account.bill_day)

    def money(amount: Any) -> str:
        return "–" if amount is None else format_money(amount, account.currency, "en")

    holds = "no cap"
    if cap is not None:
        usual = "" if cap.own else ", as usual for the brand"
        holds = f"{money(cap.amount)}: {CapKind(cap.kind).label}{usual}"
    bar = line.extras_bars.filter(lifted_at=None).select_related("bar_order").first()
    barred = f" Extras are barred until {bar.until} (order {bar.bar_order})." if bar else ""
    rows = line.spend_caps.order_by("-during")[:PANEL_ROWS_MAX]
    return Panel(
        title="Spend cap",
        columns=("From", "Until before", "What it does", "Amount"),
        rows=[
            (
                str(row.during.lower),
                str(row.during.upper or "–"),
                row.get_kind_display(),
                Cell(money(row.amount), figure=True),
            )
            for row in rows
        ],
        empty="The line never had a cap of its own.",
        note=f"Today: {holds}. Usage since {period.start} costs"
        f" {money(spent_in(line.pk, period.start))} so far.{barred}",
    )


@panel("accounts.subscription", position=31, permission="billing.view_usagealert")
def alerts_panel(line: Subscription) -> Panel | None:
    """The thresholds that the line crossed last."""
    rows = list(line.usage_alerts.select_related("account")[:PANEL_ROWS_MAX])
    if not rows:
        return None
    words = words_of(rows, "en")
    return Panel(
        title="Usage alerts",
        columns=("Period from", "What", "Threshold", "Used", "Of", "Told"),
        rows=[
            (
                str(row.period_start),
                words[row.pk].subject,
                Cell(f"{row.threshold} %", figure=True),
                Cell(words[row.pk].used, figure=True),
                Cell(words[row.pk].limit, figure=True),
                "yes" if row.told else "no",
            )
            for row in rows
        ],
        empty="None.",
    )


def _line(request: HttpRequest, subscription_id: int, permission: str) -> Subscription:
    """The subscription, if it is of the member of staff's brands; else 404, or 403."""
    user: Any = request.user
    if not user.has_perm(permission):
        raise PermissionDenied
    rows = Subscription.objects.select_related("account__brand")
    line: Subscription | None = (
        scoped(rows, "account__brand", request).filter(pk=subscription_id).first()
    )
    if line is None:
        raise Http404
    return line


def _set(request: HttpRequest, line: Subscription, data: dict[str, Any], *, keep: bool) -> str:
    """Set the cap; without `keep` it is undone again, and only told."""
    user: Any = request.user
    before = line.extras_bars.filter(lifted_at=None).exists()
    with transaction.atomic():
        cap = set_spend_cap(
            line,
            kind=data["kind"],
            amount=data["amount"],
            by=user.email[:200],
            now=timezone.now(),
            within_bounds=False,
        )
        after = line.extras_bars.filter(lifted_at=None).exists()
        transaction.set_rollback(not keep)
    told = "From today on there is no cap."
    if cap is not None:
        amount = format_money(cap.amount, line.account.currency, "en")
        told = f"From today on: {amount}, {CapKind(cap.kind).label}."
    if after and not before:
        told += " As much was spent already: extras are barred at once."
    if before and not after:
        told += " The bar on extras is lifted."
    return told

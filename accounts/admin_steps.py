"""The buttons of a subscription: each asks, shows what would happen, and calls its service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.models import Subscription, SubscriptionCancellation
from accounts.queries import today_of
from accounts.services.cancel_subscription import (
    cancel_subscription,
    cancellation_costs,
    take_back_cancellation,
)
from accounts.services.change_plan import change_plan
from accounts.services.pause_subscription import pause_subscription
from accounts.services.resume_subscription import resume_subscription
from accounts.states import SubscriptionState, state_on
from catalog.models import Plan
from core.backoffice.actions import row_of
from core.backoffice.forms import DayInput
from core.backoffice.registry import Link, Panel, effects_of, link
from core.backoffice.scoping import ScopedAdmin
from core.errors import DomainError
from core.formatting import format_day, format_money
from core.history import changed_by

CHANGE = "accounts.change_subscription"


class NoForm(forms.Form):
    """Nothing is asked."""


class PauseForm(forms.Form):
    """Until when, and why."""

    until = forms.DateField(
        widget=DayInput, required=False, help_text="The first day that is charged again."
    )
    reason = forms.CharField(widget=UnfoldAdminTextInputWidget, max_length=200, required=False)


class CancelForm(forms.Form):
    """When it ends, and why."""

    effective_on = forms.DateField(
        widget=DayInput,
        required=False,
        help_text="The first day without it. Empty: the earliest that costs nothing.",
    )
    reason = forms.ChoiceField(
        choices=SubscriptionCancellation.Reason.choices, widget=UnfoldAdminSelectWidget
    )
    note = forms.CharField(widget=UnfoldAdminTextareaWidget, required=False, max_length=4000)
    accept_costs = forms.BooleanField(
        required=False, help_text="The customer was told what leaving early costs, and accepts."
    )


class PlanForm(forms.Form):
    """Which plan, and from when."""

    plan = forms.ModelChoiceField(Plan.objects.none(), widget=UnfoldAdminSelectWidget)
    when = forms.ChoiceField(
        choices=(("next_period", "from the next bill day"), ("now", "from today")),
        widget=UnfoldAdminSelectWidget,
    )


@dataclass(frozen=True, slots=True)
class Step:
    """A change of a subscription: its words, its form, and the service that does it."""

    title: str
    form: type[forms.Form]
    carry_out: Callable[[Subscription, dict[str, Any], date, datetime], object]
    states: frozenset[str]


def _pause(line: Subscription, data: dict[str, Any], today: date, _now: datetime) -> str:
    pause = pause_subscription(line, as_of=today, until=data["until"], reason=data["reason"])
    until = pause.during.upper
    end = f"until {format_day(until, 'en')}" if until else "until it is resumed"
    return f"Paused from {format_day(pause.during.lower, 'en')} {end}; paid days are credited."


def _resume(line: Subscription, _data: dict[str, Any], today: date, _now: datetime) -> str:
    day = resume_subscription(line, as_of=today)
    return f"Resumed from {format_day(day, 'en')}, which is charged again."


def _cancel(line: Subscription, data: dict[str, Any], today: date, now: datetime) -> str:
    costs = cancellation_costs(line, as_of=today, effective_on=data["effective_on"])
    row = cancel_subscription(
        line,
        as_of=today,
        now=now,
        effective_on=data["effective_on"],
        reason=data["reason"],
        note=data["note"],
        accept_costs=data["accept_costs"],
    )
    fee = format_money(costs.fee, costs.currency, "en")
    return (
        f"Ends: {format_day(row.effective_on, 'en')} is the first day without it."
        f" Months left: {costs.months_left}; fee: {fee}."
    )


def _take_back(line: Subscription, _data: dict[str, Any], today: date, now: datetime) -> str:
    take_back_cancellation(line, as_of=today, now=now)
    return "It goes on with its numbers and its SIM."


def _plan(line: Subscription, data: dict[str, Any], today: date, _now: datetime) -> str:
    change = change_plan(line, plan=data["plan"], when=data["when"], as_of=today)
    before = change.before.code if change.before else "no plan"
    return f"From {format_day(change.starts_on, 'en')}: {data['plan'].code} instead of {before}."


RUNS = frozenset({SubscriptionState.ACTIVE, SubscriptionState.PAUSED})
STEPS = {
    "plan": Step("Change plan", PlanForm, _plan, RUNS),
    "pause": Step("Pause", PauseForm, _pause, frozenset({SubscriptionState.ACTIVE})),
    "resume": Step("Resume", NoForm, _resume, frozenset({SubscriptionState.PAUSED})),
    "cancel": Step("Cancel", CancelForm, _cancel, RUNS | {SubscriptionState.ORDERED}),
    "take_back": Step("Take cancellation back", NoForm, _take_back, RUNS),
}


@link("accounts.subscription", position=10, permission=CHANGE)
def steps_of(line: Subscription) -> list[Link]:
    """The changes that make sense in the subscription's state."""
    state = state_on(line, today_of(line.account.brand, timezone.now()))
    names = [name for name, step in STEPS.items() if state in step.states]
    unwanted = "take_back" if line.ends_on is None else "cancel"
    return [
        Link(
            STEPS[name].title,
            reverse("admin:accounts_subscription_step", args=[line.pk, name]),
        )
        for name in names
        if name != unwanted
    ]


def step_view(page: ScopedAdmin, request: HttpRequest, object_id: str, step: str) -> HttpResponse:
    """Ask, show what would happen, and do it when confirmed; each by the same service."""
    line: Subscription = row_of(page, request, object_id, CHANGE)
    if step not in STEPS:
        raise Http404
    chosen = STEPS[step]
    form = chosen.form(request.POST or None)
    if isinstance(form, PlanForm):
        plans: Any = form.fields["plan"]
        plans.queryset = Plan.objects.filter(brand=line.account.brand, kind=Plan.Kind.PLAN)
    preview, panels = "", list[Panel]()
    if request.method == "POST" and form.is_valid():
        confirmed = "confirmed" in request.POST
        try:
            preview, panels = _do(request, line, chosen, form.cleaned_data, keep=confirmed)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            if confirmed:
                messages.success(request, preview)
                return redirect("admin:accounts_subscription_change", line.pk)
    context = page.admin_site.each_context(request) | {
        "title": f"{chosen.title}: {line}",
        "form": form,
        "preview": preview,
        "page_panels": panels,
        "button": chosen.title,
        "back": reverse("admin:accounts_subscription_change", args=[line.pk]),
        "opts": page.opts,
    }
    return render(request, "admin/backoffice/step.html", context)


def _do(
    request: HttpRequest, line: Subscription, step: Step, data: dict[str, Any], *, keep: bool
) -> tuple[str, list[Panel]]:
    """Carry the step out; without `keep` it is undone again, and told with what it changes."""
    now = timezone.now()
    today = today_of(line.account.brand, now)
    user_id = request.user.pk
    with (
        transaction.atomic(),
        changed_by(channel="back_office", user_id=user_id, reason=step.title),
    ):
        effects = [] if keep else effects_of("accounts.subscription", request, line)
        told = str(step.carry_out(line, data, today, now))
        panels = [panel for tell in effects if (panel := tell()) is not None]
        transaction.set_rollback(not keep)
    return told, panels

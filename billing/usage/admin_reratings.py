"""Usage rated again, in the back office: requested, tried customer by customer, carried out."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, reverse
from django.utils import timezone
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from billing.usage.rerating.at_work import interrupted_of, is_interrupted, job_key
from billing.usage.rerating.candidates import candidates
from billing.usage.rerating.effects import csv_text, greatest_first
from billing.usage.rerating.models import Rerating, ReratingEffect
from billing.usage.services.run_rerating import (
    REASON_MAX,
    carry_out_rerating,
    keep_rerating,
    request_rerating,
    try_rerating,
)
from catalog.models import RateDeck, RateImport
from core.backoffice import columns
from core.backoffice.actions import post_only, refusals_as_messages, row_of, url
from core.backoffice.forms import DayInput
from core.backoffice.registry import Cell, Link, Panel, link, panel
from core.backoffice.scoping import ScopedAdmin, scoped
from core.errors import DomainError
from core.formatting import format_exact_money, format_number
from core.money import from_micro
from core.services.enqueue_job import enqueue_job
from core.services.requeue_job import requeue_job

RERATE = "billing.rerate_usage"
EFFECTS_SHOWN_MAX = 200
# More accounts are left to a worker.
ACCOUNTS_AT_ONCE_MAX = 50
ABOUT_COLUMNS = (
    "Open usage is what isn't billed yet; next invoice is what that adds or takes away for usage"
    " that was billed before. Amounts are with or without tax, as the brand's prices are."
)

ABOUT_REQUEST = (
    "What a deck has priced is priced again at its rates of today. It is only tried at first: you"
    " see whom it would affect and by how much, and nothing changes until you carry it out."
)

_State = Rerating.State
TONES = columns.TONES | {"trying": "warning", "tried": "info", "interrupted": "danger"}
WHAT_NEXT = {
    _State.TRYING: "It is being tried. Reload the page to see whom it would affect.",
    _State.TRIED: "Nothing has changed yet. Look at who would be affected, then carry it out.",
    _State.RUNNING: "It is being carried out. Reload the page to see how far it is.",
    _State.DONE: "Nothing: the usage is rated again.",
    _State.FAILED: "Mend that, then carry it out: what was done stays, and is not done twice.",
}
INTERRUPTED = {
    _State.TRYING: "The process that tried it ended before it was through. Nothing has changed."
    " Try it again.",
    _State.RUNNING: "The process that carried it out ended before it was through. What it did"
    " stays; carry it out to do the rest. Nothing is done twice.",
}


class DeckField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A sell deck, by code, name and brand."""

    def label_from_instance(self, obj: RateDeck) -> str:
        """`VOICE: Calls (Fjordtel)`."""
        return f"{obj.code}: {obj.name} ({obj.brand})"


class ReratingForm(forms.Form):
    """Which deck's usage, from which day on, and why."""

    deck = DeckField(
        RateDeck.objects.none(),
        widget=UnfoldAdminSelectWidget,
        help_text="Correct its rates first: what it says today counts.",
    )
    starts_on = forms.DateField(
        label="From",
        widget=DayInput,
        help_text="Usage that started on this day of the deck's zone, or later.",
    )
    reason = forms.CharField(
        widget=UnfoldAdminTextInputWidget,
        max_length=REASON_MAX,
        help_text="It stays on the re-rating's page: customers may ask.",
    )

    def __init__(self, request: HttpRequest) -> None:
        asked = request.GET
        super().__init__(
            request.POST if request.method == "POST" else None,
            initial={"deck": asked.get("deck"), "starts_on": asked.get("from")},
        )
        decks = RateDeck.objects.filter(direction=RateDeck.Direction.SELL)
        self.fields["deck"].queryset = scoped(  # type: ignore[attr-defined]
            decks, "brand", request
        ).select_related("brand")


def _has_stopped(rerating: Rerating) -> bool:
    """Whether its work stopped half-way; lists have asked for all of their rows at once."""
    known: bool | None = vars(rerating).get("has_stopped")
    return is_interrupted(rerating) if known is None else known


def standing_of(rerating: Rerating) -> tuple[str, str]:
    """Its state, or that its work stopped half-way."""
    if _has_stopped(rerating):
        is_trial = rerating.state == _State.TRYING
        return "interrupted", "trial interrupted" if is_trial else "interrupted"
    return rerating.state, rerating.get_state_display()


@admin.register(Rerating)
class ReratingAdmin(ScopedAdmin):
    """Re-ratings: what each would change, or has changed."""

    brand_path = "deck__brand"
    empty_text = "Nothing was rated again. Correct a deck's rates, then press “Rate usage again”."
    list_display = (
        "deck",
        "starts_on",
        columns.label("state", "state", standing_of, TONES),
        columns.count("replaced", "not billed yet"),
        columns.count("adjusted", "billed"),
        "reason",
        "requested_at",
    )
    list_select_related = ("deck",)
    list_filter = ("state", "deck__brand")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "state_now",
                    "what_next",
                    ("deck", "starts_on"),
                    "reason",
                    "requested_at",
                    "requested_by",
                    "finished_at",
                )
            },
        ),
        (
            "How many records are rated again",
            {
                "description": "Until it is carried out these are the figures of its trial.",
                "fields": ("replaced", "adjusted", "unpriced", "masked", "left"),
            },
        ),
    )

    readonly_fields = ("state_now", "what_next")

    @admin.display(description="state")
    def state_now(self, rerating: Rerating) -> str:
        """Its state, in words."""
        return standing_of(rerating)[1]

    @admin.display(description="what next")
    def what_next(self, rerating: Rerating) -> str:
        """What staff can do now."""
        if _has_stopped(rerating):
            return INTERRUPTED[_State(rerating.state)]
        told = WHAT_NEXT[_State(rerating.state)]
        return f"{rerating.refusal} {told}" if rerating.refusal else told

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Ask once for all rows which of them have stopped half-way."""
        shown = super().get_changelist_instance(request)
        stopped = interrupted_of(shown.result_list)
        for rerating in shown.result_list:
            rerating.has_stopped = rerating.pk in stopped
        return shown

    def get_urls(self) -> list[URLPattern]:
        return [
            url(self, "request/", self.request_view, "request"),
            url(self, "<path:object_id>/try/", self.try_view, "try"),
            url(self, "<path:object_id>/carry-out/", self.carry_out_view, "carry_out"),
            url(self, "<path:object_id>/export/", self.export_view, "export"),
            *super().get_urls(),
        ]

    def request_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for a deck's usage to be rated again: it is tried first."""
        user: Any = request.user
        if not user.has_perm(RERATE):
            raise PermissionDenied
        form = ReratingForm(request)
        if form.is_bound and form.is_valid():
            data = form.cleaned_data
            try:
                rerating = request_rerating(
                    data["deck"],
                    data["starts_on"],
                    reason=data["reason"],
                    by_id=user.pk,
                    now=timezone.now(),
                )
            except DomainError as error:
                form.add_error("starts_on", str(error))
            else:
                _start(request, keep_rerating(rerating), "try_rerating")
                return redirect("admin:billing_rerating_change", rerating.pk)
        context = self.admin_site.each_context(request) | {
            "title": "Rate usage again",
            "intro": ABOUT_REQUEST,
            "form": form,
            "plain": True,
            "button": "Try it",
            "back": reverse("admin:billing_rerating_changelist"),
            "opts": self.opts,
        }
        return render(request, "admin/backoffice/step.html", context)

    def try_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Try again what was interrupted while it was tried."""
        rerating: Rerating = row_of(self, request, object_id, RERATE)
        if answer := post_only(request):
            return answer
        with refusals_as_messages(request):
            if rerating.state != _State.TRYING or not _has_stopped(rerating):
                raise DomainError(f"This re-rating is {rerating.get_state_display()}.")
            _start(request, rerating, "try_rerating")
        return redirect("admin:billing_rerating_change", rerating.pk)

    def carry_out_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Carry out what was tried."""
        rerating: Rerating = row_of(self, request, object_id, RERATE)
        if answer := post_only(request):
            return answer
        with refusals_as_messages(request):
            if not _may_be_carried_out(rerating):
                raise DomainError(f"This re-rating is {rerating.get_state_display()}.")
            _start(request, rerating, "carry_out_rerating")
        return redirect("admin:billing_rerating_change", rerating.pk)

    def export_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """All customers and their amounts as CSV."""
        rerating: Rerating = row_of(self, request, object_id, "billing.view_rerating")
        effects = greatest_first(rerating.effects.select_related("account"))
        response = HttpResponse(csv_text(effects), content_type="text/csv; charset=utf-8")
        name = f"rerating-{rerating.pk}.csv"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


def _may_be_carried_out(rerating: Rerating) -> bool:
    stopped = rerating.state == _State.RUNNING and _has_stopped(rerating)
    return stopped or rerating.state in {_State.TRIED, _State.FAILED}


def _start(request: HttpRequest, rerating: Rerating, kind: str) -> None:
    """Do it while somebody waits, if few accounts are touched; else ask a worker."""
    now = timezone.now()
    if candidates(rerating.deck, rerating.starts_on).account_count() > ACCOUNTS_AT_ONCE_MAX:
        user: Any = request.user
        job = enqueue_job(
            kind,
            payload={"rerating": rerating.pk},
            brand=rerating.deck.brand,
            requested_by=user,
            unique_key=job_key(rerating),
            now=now,
        )
        if job.state == job.State.PARKED:
            requeue_job(job)  # whoever presses the button has looked at it
        messages.info(request, "A worker does it; see Jobs for how far it is, and reload the page.")
    elif kind == "try_rerating":
        try_rerating(rerating, now=now)
    else:
        carry_out_rerating(rerating, now=now)
        messages.success(request, "The usage is rated again.")


@panel("billing.rerating", position=10, permission="billing.view_rerating")
def effects_panel(rerating: Rerating) -> Panel:
    """Who is affected, the greatest change first."""
    effects = greatest_first(rerating.effects.select_related("account"))
    return Panel(
        title="Who is affected",
        columns=("Account", "In all", "Next invoice", "Open usage before", "After", "Records"),
        rows=[_row(effect) for effect in effects[:EFFECTS_SHOWN_MAX]],
        empty=_why_nobody(rerating),
        note=_in_all(rerating, effects) if effects else "",
    )


def _why_nobody(rerating: Rerating) -> str:
    """What it means that no effect is known: nothing to change, or nobody has looked yet."""
    stopped = _has_stopped(rerating)
    if rerating.state == _State.TRYING:
        return "It isn't known yet: the trial " + (
            "stopped half-way." if stopped else "is running."
        )
    if rerating.state == _State.RUNNING:
        return "Nobody so far" + (", but it stopped half-way." if stopped else ": it is running.")
    if rerating.state == _State.FAILED:
        return "It isn't known: the re-rating failed before it was through."
    if any(count for _, count in rerating.kept_as_they_are):
        return "Nobody: what can be rated again has the prices of today."
    return "Nobody: all usage has the prices of today."


def _in_all(rerating: Rerating, effects: list[ReratingEffect]) -> str:
    """How many customers, what it comes to in each currency, and what the columns mean."""
    sums: Counter[str] = Counter()
    for effect in effects:
        sums[effect.account.currency] += effect.change
    amounts = " and ".join(_money(micro, currency) for currency, micro in sorted(sums.items()))
    count = len(effects)
    whose = "one customer" if count == 1 else f"{format_number(count, 'en')} customers"
    told = {
        _State.DONE: f"The charges of {whose} changed, in all by {amounts}.",
        _State.TRIED: f"The charges of {whose} would change, in all by {amounts}.",
    }.get(_State(rerating.state), f"So far the charges of {whose} changed, in all by {amounts}.")
    if count > EFFECTS_SHOWN_MAX:
        told += f" The first {EFFECTS_SHOWN_MAX} are shown; the file has all."
    return f"{told} {ABOUT_COLUMNS}"


def _row(effect: ReratingEffect) -> list[Cell | str]:
    account = effect.account
    amounts = (effect.change, effect.adjustment, effect.open_before, effect.open_after)
    return [
        Cell(str(account), url=reverse("admin:accounts_account_change", args=[account.pk])),
        *(Cell(_money(micro, account.currency), figure=True) for micro in amounts),
        Cell(format_number(effect.replaced + effect.adjusted, "en"), figure=True),
    ]


def _money(micro: int, currency: str) -> str:
    return format_exact_money(from_micro(micro), currency, "en")


@link("billing.rerating", position=10, permission=RERATE)
def steps(rerating: Rerating) -> list[Link]:
    """What can be done with a re-rating in its state."""
    if _may_be_carried_out(rerating):
        title, view = "Carry it out", "carry_out"
    elif rerating.state == _State.TRYING and _has_stopped(rerating):
        title, view = "Try it again", "try"
    else:
        return []
    address = reverse(f"admin:billing_rerating_{view}", args=[rerating.pk])
    return [Link(title, address, post=True, primary=True)]


@link("billing.rerating", position=20, permission="billing.view_rerating")
def export(rerating: Rerating) -> list[Link]:
    """The list of customers as a file."""
    if not rerating.effects.exists():
        return []
    return [Link("List as CSV", reverse("admin:billing_rerating_export", args=[rerating.pk]))]


@link("catalog.ratedeck", position=30, permission=RERATE)
def rerate(deck: RateDeck) -> list[Link]:
    """The way from a corrected deck to what was rated by it."""
    if deck.brand_id is None:
        return []
    address = reverse("admin:billing_rerating_request")
    return [Link("Rate usage again", f"{address}?deck={deck.pk}")]


@link("catalog.rateimport", position=20, permission=RERATE)
def rerate_corrected(record: RateImport) -> list[Link]:
    """The way from rates that superseded wrong ones to what was rated by those."""
    if not record.superseded or record.reverted_at is not None or record.deck.brand_id is None:
        return []
    address = reverse("admin:billing_rerating_request")
    asked = urlencode({"deck": record.deck_id, "from": record.starts_on})
    return [Link("Rate usage again", f"{address}?{asked}")]

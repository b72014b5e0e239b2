"""The exceptions queue: what waits by cause, tried, released, discarded; raw beside parsed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from billing.usage.models import SuspendedUsage
from billing.usage.quantity_words import quantities_in_words
from billing.usage.services.discard_suspended import (
    REASON_MAX,
    discard_suspended,
    take_up_again,
)
from billing.usage.services.release_suspended import RELEASABLE, release_suspended
from billing.usage.services.try_release import TriedRelease, try_release
from billing.usage.suspense import Cause, causes_of
from core.backoffice import columns
from core.backoffice.actions import post_only, refusals_as_messages, row_of, url
from core.backoffice.registry import Cell, Link, Panel, Tile, link, tile
from core.backoffice.scoping import ScopedAdmin, scoped
from core.errors import DomainError
from core.formatting import format_day, format_exact_money, format_money, format_number
from core.money import from_micro
from core.services.enqueue_job import enqueue_job

CHANGE = "billing.change_suspendedusage"
CAUSES_SHOWN_MAX = 50
EFFECTS_SHOWN_MAX = 200
# More lines are released by a worker, and not tried while somebody waits for the page.
LINES_AT_ONCE_MAX = 5_000


class DiscardForm(forms.Form):
    """Which lines go, and why."""

    lines = forms.ChoiceField(
        choices=(("one", "this line"), ("cause", "all lines of its cause")),
        widget=UnfoldAdminSelectWidget,
    )
    reason = forms.CharField(widget=UnfoldAdminTextInputWidget, max_length=REASON_MAX)


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
    list_before_template = "admin/billing/suspendedusage/causes.html"
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
                    "cause",
                    "key",
                )
            },
        ),
        (
            "Discarded",
            {"fields": (("discarded_at", "discarded_by"), "discard_reason")},
        ),
    )

    @admin.display(description="file and line", ordering=("file"))
    def place(self, line: SuspendedUsage) -> str:
        return f"{line.file.name}:{line.line_number}"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"causes": causes_panel(request)} | (extra_context or {})
        response: HttpResponse = super().changelist_view(request, context)
        return response

    def get_urls(self) -> list[URLPattern]:
        return [
            url(self, "<path:object_id>/cause/", self.cause_view, "cause"),
            url(self, "<path:object_id>/discard/", self.discard_view, "discard"),
            url(self, "<path:object_id>/take-up/", self.take_up_view, "take_up"),
            *super().get_urls(),
        ]

    def cause_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Try the release of all lines of this one's cause, then release them."""
        line: SuspendedUsage = row_of(self, request, object_id, CHANGE)
        lines = lines_of_cause(line)
        found = causes_of(lines)
        if not found or line.reason not in RELEASABLE:
            messages.info(request, "Nothing of this cause waits to be released.")
            return redirect("admin:billing_suspendedusage_change", line.pk)
        is_small = found[0].lines <= LINES_AT_ONCE_MAX
        with refusals_as_messages(request):
            if request.method == "POST":
                release_now(request, line) if is_small else release_later(request, line)
                return redirect("admin:billing_suspendedusage_changelist")
        context: dict[str, Any] = {"title": f"{found[0].label}: {found[0].cause or line.detail}"}
        context |= {"cause": found[0], "line": line, "facts": cause_facts(found[0])}
        if is_small:
            with refusals_as_messages(request):
                tried = try_release(
                    source=line.source,
                    now=timezone.now(),
                    reasons=(line.reason,),
                    cause=line.cause,
                )
                context |= {"tried": tried, "panel": effects_panel(tried)}
        shell = self.admin_site.each_context(request) | {"opts": self.opts}
        template = "admin/billing/suspendedusage/cause.html"
        return TemplateResponse(request, template, shell | context)

    def discard_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Discard a line, or all of its cause, with the reason."""
        line: SuspendedUsage = row_of(self, request, object_id, CHANGE)
        form = DiscardForm(request.POST or None)
        address = reverse("admin:billing_suspendedusage_change", args=[line.pk])
        if form.is_bound and form.is_valid():
            data = form.cleaned_data
            one = SuspendedUsage.objects.filter(pk=line.pk)
            chosen = one if data["lines"] == "one" else lines_of_cause(line)
            try:
                count = discard_suspended(
                    chosen, by_id=request.user.pk, reason=data["reason"], now=timezone.now()
                )
            except DomainError as error:
                form.add_error("reason", str(error))
            else:
                messages.success(request, f"{count} lines are discarded.")
                return redirect(address)
        count = lines_of_cause(line).count()
        context = self.admin_site.each_context(request) | {
            "title": f"Discard: {line} ({count} open lines of its cause)",
            "form": form,
            "plain": True,
            "button": "Discard",
            "back": address,
            "opts": self.opts,
        }
        return render(request, "admin/backoffice/step.html", context)

    def take_up_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Put a discarded line back into suspense."""
        line: SuspendedUsage = row_of(self, request, object_id, CHANGE)
        if answer := post_only(request):
            return answer
        with refusals_as_messages(request):
            count = take_up_again(SuspendedUsage.objects.filter(pk=line.pk))
            messages.success(request, f"{count} lines are back in suspense.")
        return redirect("admin:billing_suspendedusage_change", line.pk)


def lines_of_cause(line: SuspendedUsage) -> QuerySet[SuspendedUsage]:
    """The open lines that the same mend helps."""
    return SuspendedUsage.objects.filter(
        source=line.source_id,
        reason=line.reason,
        cause=line.cause,
        state=SuspendedUsage.State.OPEN,
    )


def release_now(request: HttpRequest, line: SuspendedUsage) -> None:
    """Release the lines of a cause while somebody waits."""
    released = release_suspended(
        source=line.source, now=timezone.now(), reasons=(line.reason,), cause=line.cause
    )
    stay = released.suspended.total()
    said = f"{released.rated} lines are rated, {released.duplicates} were duplicates"
    messages.success(request, f"{said}, {stay} still wait.")


def release_later(request: HttpRequest, line: SuspendedUsage) -> None:
    """Ask a worker to release the lines of a cause."""
    user: Any = request.user
    enqueue_job(
        "release_suspense",
        payload={"line": line.pk},
        brand=line.brand,
        requested_by=user,
        unique_key=f"release_suspense:{line.source_id}",
        now=timezone.now(),
    )
    messages.success(request, "A worker releases them; see Jobs.")


def causes_panel(request: HttpRequest) -> Panel | None:
    """What waits by cause, the most lines first; a cause's page says how to mend it."""
    lines = scoped(SuspendedUsage.objects.all(), "brand", request)
    found = causes_of(lines, CAUSES_SHOWN_MAX)
    if not found:
        return None
    return Panel(
        title="By cause",
        columns=("Cause", "Source", "Lines", "Used", "Oldest", "At risk"),
        rows=[
            (
                Cell(f"{each.label}: {each.cause}" if each.cause else each.label, _address(each)),
                str(each.source),
                Cell(format_number(each.lines, "en"), figure=True),
                Cell(_used(each), figure=True),
                format_day(each.oldest.date(), "en") if each.oldest else "no readable time",
                Cell(_at_risk(each), figure=True),
            )
            for each in found
        ],
        empty="",
    )


def _address(cause: Cause) -> str:
    """The cause's page; of conflicts, which no release mends, the first line's."""
    view = "cause" if cause.reason in RELEASABLE else "change"
    return reverse(f"admin:billing_suspendedusage_{view}", args=[cause.first_id])


def _used(cause: Cause) -> str:
    return quantities_in_words(cause.units.items()) or "–"


def _at_risk(cause: Cause) -> str:
    if cause.at_risk is None:
        return "unknown"
    money = format_money(from_micro(cause.at_risk), cause.source.brand.currency, "en")
    return f"≈ {money}"


def cause_facts(cause: Cause) -> list[tuple[str, str]]:
    """What a cause's page says of it."""
    return [
        ("Source", str(cause.source)),
        ("Lines", format_number(cause.lines, "en")),
        ("Used", _used(cause)),
        ("Oldest", f"{cause.oldest:%Y-%m-%d %H:%M} UTC" if cause.oldest else "no readable time"),
        ("At risk", f"{_at_risk(cause)} (at the brand's average price)"),
        ("Mend", cause.fix),
    ]


def effects_panel(tried: TriedRelease) -> Panel:
    """Whose unbilled usage would cost something else."""
    return Panel(
        title="Effect per customer",
        columns=("Account", "Unbilled before", "After", "Change"),
        rows=[
            (
                Cell(
                    str(effect.account),
                    url=reverse("admin:accounts_account_change", args=[effect.account.pk]),
                ),
                *(
                    Cell(
                        format_exact_money(from_micro(micro), effect.account.currency, "en"),
                        figure=True,
                    )
                    for micro in (effect.before, effect.after, effect.change)
                ),
            )
            for effect in tried.effects[:EFFECTS_SHOWN_MAX]
        ],
        empty="Nobody's charges change.",
    )


@link("billing.suspendedusage", position=10, permission=CHANGE)
def steps(line: SuspendedUsage) -> list[Link]:
    """What can be done with a line in its state."""

    def address(view: str) -> str:
        return reverse(f"admin:billing_suspendedusage_{view}", args=[line.pk])

    if line.state == SuspendedUsage.State.DISCARDED and line.masked_at is None:
        return [Link("Back into suspense", address("take_up"), post=True)]
    if line.state != SuspendedUsage.State.OPEN:
        return []
    links = [Link("Discard", address("discard"))]
    if line.reason in RELEASABLE:
        links.insert(0, Link("Try and release its cause", address("cause"), primary=True))
    return links


@tile(position=20, permission="billing.view_suspendedusage")
def suspended(request: HttpRequest) -> list[Tile]:
    """Usage that nobody is charged for until somebody mends its cause."""
    base = reverse("admin:billing_suspendedusage_changelist")
    waiting = scoped(SuspendedUsage.objects.filter(state="open"), "brand", request)
    counts = dict.fromkeys(SuspendedUsage.Reason.values, 0)
    for reason in counts:
        counts[reason] = waiting.filter(reason=reason).count()
    found = [
        Tile(
            title="Suspended usage",
            value=format_number(count, "en"),
            detail=str(SuspendedUsage.Reason(reason).label),
            url=f"{base}?state__exact=open&reason__exact={reason}",
            tone="warning",
        )
        for reason, count in sorted(counts.items(), key=lambda item: -item[1])
        if count
    ]
    nothing = Tile("Suspended usage", "0", "every line was rated", base, tone="good")
    return found or [nothing]

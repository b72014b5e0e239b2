"""The approvals inbox: what waits for a second person, with its difference and its money."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, URLPattern, reverse
from django.utils import timezone

from core.approvals import known_approval_kinds
from core.backoffice import columns
from core.backoffice.actions import row_of, url
from core.backoffice.registry import Cell, Link, Panel, Tile, link, panel, tile
from core.backoffice.scoping import ScopedAdmin, scoped
from core.errors import DomainError
from core.formatting import format_money
from core.models import Approval
from core.services.decide_approval import approve, reject, why_not, withdraw

TONES = columns.TONES | {"requested": "warning", "approved": "success", "rejected": "danger"}


def waiting_for(request: HttpRequest) -> QuerySet[Approval]:
    """What this member of staff may decide on now: their brands, their rights, not their own."""
    user: Any = request.user
    kinds = [kind.name for kind in known_approval_kinds() if user.has_perm(kind.permission)]
    waiting = Approval.objects.filter(
        state=Approval.State.REQUESTED, kind__in=kinds, expires_at__gt=timezone.now()
    )
    return scoped(waiting, "brand", request).exclude(requested_by=user)


class InboxFilter(admin.SimpleListFilter):
    """What waits for me, what I asked for, what is decided."""

    title = "inbox"
    parameter_name = "inbox"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("me", "waits for me"), ("mine", "I asked for"), ("decided", "decided")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Approval]
    ) -> QuerySet[Approval] | None:
        user: Any = request.user
        if self.value() == "me":
            return queryset.filter(pk__in=waiting_for(request).values("pk"))
        if self.value() == "mine":
            return queryset.filter(requested_by=user)
        if self.value() == "decided":
            return queryset.filter(~Q(state=Approval.State.REQUESTED))
        return queryset


class DecisionForm(forms.Form):
    """A comment and one of three buttons."""

    comment = forms.CharField(
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "backoffice-comment"}),
        help_text="Needed where you reject; whoever asked reads it.",
    )


@admin.register(Approval)
class ApprovalAdmin(ScopedAdmin):
    brand_path = "brand"
    empty_text = "Nothing was asked for. What needs a second person shows up here."
    list_display = (
        "__str__",
        "brand",
        columns.state(tones=TONES),
        columns.money("amount"),
        "requested_by",
        "requested_at",
        "expires_at",
    )
    list_select_related = ("brand", "requested_by")
    list_filter = (InboxFilter, "state", "kind", "brand")
    search_fields = ("subject_label", "reason", "summary")
    date_hierarchy = "requested_at"
    fields = (
        "summary",
        ("kind", "state"),
        ("brand", "subject_label"),
        ("money", "expires_at"),
        ("requested_by", "requested_at"),
        "reason",
        ("decided_by", "decided_at"),
        "comment",
        "outcome",
    )
    money = staticmethod(columns.money("amount", "money"))

    def get_readonly_fields(
        self, request: HttpRequest, obj: Approval | None = None
    ) -> tuple[str, ...]:
        return ("money",)

    def get_urls(self) -> list[URLPattern]:
        own = url(self, "<path:object_id>/decide/", self.decide_view, "decide")
        return [own, *super().get_urls()]

    def decide_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the difference once more and take the decision, or take the request back."""
        approval: Approval = row_of(self, request, object_id, "core.view_approval")
        user: Any = request.user
        form = DecisionForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            comment = form.cleaned_data["comment"]
            action = {"approve": approve, "reject": reject, "withdraw": withdraw}.get(
                request.POST.get("decision", "")
            )
            try:
                if action is None:
                    raise DomainError("Choose to approve or to reject.")
                decided = action(approval, by=user, now=timezone.now(), comment=comment)
            except DomainError as error:
                form.add_error(None, str(error))
            else:
                _say(request, decided)
                return redirect("admin:core_approval_change", approval.pk)
        context = self.admin_site.each_context(request) | {
            "title": str(approval),
            "form": form,
            "approval": approval,
            "money": _money(approval),
            "refusal": why_not(approval, user) if approval.is_open else "It is already decided.",
            "may_withdraw": approval.is_open and user.pk == approval.requested_by_id,
            "panel": difference(approval),
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/core/approval/decide.html", context)


def _say(request: HttpRequest, decided: Approval) -> None:
    if decided.state == Approval.State.FAILED:
        messages.error(request, f"Nothing was carried out. {decided.outcome}")
    else:
        messages.success(request, f"It is {decided.get_state_display()}.")


def _money(approval: Approval) -> str:
    if approval.amount is None:
        return ""
    return format_money(approval.amount, approval.currency, "en")


@panel("core.approval", position=10, permission="core.view_approval")
def difference(approval: Approval) -> Panel:
    """What the request changes, as it was asked for."""
    return Panel(
        title="What changes",
        columns=("", "Before", "After"),
        rows=[(str(row[0]), str(row[1]), Cell(str(row[2]))) for row in approval.difference],
        empty="It says in one sentence above what happens.",
        note=f"Effect in money: {_money(approval)}" if approval.amount is not None else "",
    )


@link("core.approval", position=10, permission="core.view_approval")
def decision_links(approval: Approval) -> list[Link]:
    """To the page on which it is decided, and to what it is about."""
    links = []
    if approval.is_open:
        address = reverse("admin:core_approval_decide", args=[approval.pk])
        links.append(Link("Decide", address, primary=True))
    kind = approval.subject_type
    try:
        page = reverse(f"admin:{kind.app_label}_{kind.model}_change", args=[approval.subject_id])
    except NoReverseMatch:
        return links
    return [*links, Link("See what it is about", page)]


@tile(position=5, permission="core.view_approval")
def approvals_waiting(request: HttpRequest) -> list[Tile]:
    """What this member of staff can decide on."""
    waiting = waiting_for(request).count()
    return [
        Tile(
            title="Approvals",
            value=str(waiting),
            detail="wait for your decision" if waiting else "none waits for you",
            url=reverse("admin:core_approval_changelist") + "?inbox=me",
            tone="warning" if waiting else "good",
        )
    ]

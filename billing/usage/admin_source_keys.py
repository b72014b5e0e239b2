"""The back office's part of a source's keys: made on its page, shown once, listed there."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminTextInputWidget

from billing.usage.models import UsageSource
from billing.usage.services.issue_source_key import issue_source_key
from core.admin_api_keys import SHOWN_ONCE, USUAL_DAYS, status_of
from core.backoffice.actions import row_of
from core.backoffice.registry import Cell, Link, Panel, link, panel
from core.backoffice.scoping import ScopedAdmin
from core.errors import DomainError

KEYS_SHOWN_MAX = 50


class SourceKeyForm(forms.Form):
    """Which system gets the key, and until when it holds."""

    name = forms.CharField(
        label="The system that will use it", max_length=100, widget=UnfoldAdminTextInputWidget
    )
    last_day = forms.DateField(
        label="Last day", widget=UnfoldAdminDateWidget, help_text="It ends with this day (UTC)."
    )

    @property
    def expires_at(self) -> datetime:
        """The end of the last day."""
        return datetime.combine(self.cleaned_data["last_day"], time(), UTC) + timedelta(days=1)


def issue_key_view(page: ScopedAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """Make a key that brings usage of the source, and show its secret, this once."""
    source: UsageSource = row_of(page, request, object_id, "core.add_apikey")
    now = timezone.now()
    usual = {"last_day": (now + timedelta(days=USUAL_DAYS)).date()}
    form = SourceKeyForm(request.POST or None, initial=usual)
    if form.is_bound and form.is_valid():
        user: Any = request.user
        try:
            _key, token = issue_source_key(
                source=source,
                name=form.cleaned_data["name"],
                expires_at=form.expires_at,
                issued_by=user,
                now=now,
            )
        except DomainError as error:
            form.add_error("last_day", str(error))
        else:
            messages.warning(request, SHOWN_ONCE.format(token=token))
            return redirect("admin:billing_usagesource_change", source.pk)
    context = page.admin_site.each_context(request)
    context |= {"title": "Give the source an API key", "form": form}
    context |= {"source": source, "opts": page.opts}
    return TemplateResponse(request, "admin/billing/usagesource/issue_key.html", context)


@link("billing.usagesource", position=20, permission="core.add_apikey")
def give_a_key(source: UsageSource) -> list[Link]:
    """The way to a new key."""
    address = reverse("admin:billing_usagesource_issue_key", args=[source.pk])
    return [Link("Give it an API key", address)]


@panel("billing.usagesource", position=40, permission="core.view_apikey")
def keys_of_a_source(source: UsageSource) -> Panel:
    """The keys that bring usage of it; each is ended on its own page."""
    now = timezone.now()
    keys = [
        each.key for each in source.source_keys.select_related("key").order_by("-pk")
    ]  # fmt: skip
    return Panel(
        title="API keys",
        columns=("System", "Key", "Status", "Ends (UTC)", "Last used (UTC)"),
        rows=[
            (
                Cell(key.name, url=reverse("admin:core_apikey_change", args=[key.pk])),
                f"{key.prefix}…",
                status_of(key, now),
                f"{key.expires_at:%Y-%m-%d %H:%M}",
                f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never",
            )
            for key in keys[:KEYS_SHOWN_MAX]
        ],
        empty="No system brings its usage over the API.",
    )

"""The outbox of events: what waits, what failed for good and bars its account's later news."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse

from core.backoffice import columns
from core.backoffice.actions import post_only, refusals_as_messages, row_of, url
from core.backoffice.registry import Link, Tile, link, tile
from core.backoffice.scoping import ScopedAdmin, scoped
from core.errors import DomainError
from core.models import Event
from core.services.deliver_events import retry_event, skip_event

TONES = columns.TONES | {"waiting": "info", "delivered": "success", "skipped": "warning"}


class SkipForm(forms.Form):
    """Why an event is given up."""

    reason = forms.CharField(max_length=200)


@admin.register(Event)
class EventAdmin(ScopedAdmin):
    brand_path = "stream__brand"
    empty_text = "Nothing happened yet. What other parts and systems are told shows up here."
    list_display = (
        "recorded_at",
        "kind",
        columns.text("stream.brand", "brand"),
        columns.count("stream.account_id", "account"),
        columns.count("sequence"),
        columns.state(tones=TONES),
        columns.count("attempts"),
        "delivered_at",
    )
    list_select_related = ("stream__brand",)
    list_filter = ("state", "kind", "stream__brand")
    search_fields = ("=uid", "=stream__account_id")
    search_help_text = "The event's id, or the account's id."
    date_hierarchy = "recorded_at"
    fields = (
        ("kind", "state"),
        ("uid", "sequence"),
        ("recorded_at", "delivered_at"),
        ("attempts", "next_attempt_at"),
        "payload",
        "error_raw",
        ("skipped_by", "skip_reason"),
    )
    error_raw = staticmethod(columns.raw("error"))

    def get_readonly_fields(
        self, request: HttpRequest, obj: Event | None = None
    ) -> tuple[str, ...]:
        return ("uid", "error_raw")

    def get_urls(self) -> list[URLPattern]:
        own = [
            url(self, "<path:object_id>/try-again/", self.try_again, "try_again"),
            url(self, "<path:object_id>/skip/", self.skip_view, "skip"),
        ]
        return [*own, *super().get_urls()]

    def try_again(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Tell a parked event again."""
        event: Event = row_of(self, request, object_id, "core.change_event")
        if answer := post_only(request):
            return answer
        with refusals_as_messages(request):
            retry_event(event)
            messages.success(request, "The event is told again, and its account's later ones.")
        return redirect("admin:core_event_change", event.pk)

    def skip_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Give a parked event up, with a reason."""
        event: Event = row_of(self, request, object_id, "core.change_event")
        user: Any = request.user
        form = SkipForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                skip_event(event, by=user, reason=form.cleaned_data["reason"])
            except DomainError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, "The event is skipped; later ones of its account go on.")
                return redirect("admin:core_event_change", event.pk)
        context = self.admin_site.each_context(request) | {
            "title": f"Skip {event}?",
            "form": form,
            "event": event,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/core/event/skip.html", context)


@link("core.event", position=10, permission="core.change_event")
def parked_event_links(event: Event) -> list[Link]:
    """A parked event is told again or given up."""
    if event.state != Event.State.PARKED:
        return []
    return [
        Link("Try again", reverse("admin:core_event_try_again", args=[event.pk]), post=True),
        Link("Skip", reverse("admin:core_event_skip", args=[event.pk])),
    ]


@tile(position=31, permission="core.view_event")
def parked_events(request: HttpRequest) -> list[Tile]:
    """News that nobody could be told, and that bars later ones of the same account."""
    parked = scoped(Event.objects.filter(state=Event.State.PARKED), "stream__brand", request)
    count = parked.count()
    if not count:
        return []
    return [
        Tile(
            title="Parked events",
            value=str(count),
            detail="bar later news of their accounts",
            url=reverse("admin:core_event_changelist") + "?state__exact=parked",
            tone="bad",
        )
    ]

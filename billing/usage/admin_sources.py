"""The back office pages of usage sources: settings, a preview on a sample, missing files."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone

from billing.usage.admin_source_forms import AcceptGapForm, SampleForm, SourceForm
from billing.usage.admin_source_keys import issue_key_view
from billing.usage.arrivals.queries import completeness_of, sources_with_files
from billing.usage.arrivals.services.accept_gap import accept_gap
from billing.usage.models import UsageFile, UsageSource
from billing.usage.services.save_source import mapping_as_text, profile_values, save_source
from billing.usage.source_preview import SourcePreview, preview_source
from billing.usage.source_profiles import source_profiles
from core.backoffice.actions import refusals_as_messages, row_of, url
from core.backoffice.registry import Cell, Link, Panel, Tile, link, panel, tile
from core.backoffice.scoping import ScopedAdmin, brand_ids_of
from core.errors import DomainError

LATE_SHOWN_MAX = 10
GAPS_SHOWN_MAX = 50


@admin.register(UsageSource)
class UsageSourceAdmin(ScopedAdmin):
    """Where usage comes from and how it is read; new ones begin with a profile."""

    brand_path = "brand"
    editable = addable = True
    form = SourceForm
    empty_text = "No source yet: add one, or take a catalogue in (manage.py import_catalog)."
    list_display = ("code", "name", "brand", "format", "usage_type", "supplier", "zone")
    list_select_related = ("brand", "supplier")
    list_filter = ("brand", "format", "usage_type")
    search_fields = ("code", "name")
    change_form_before_template = "admin/billing/usagesource/profiles.html"
    fieldsets = (
        ("Source", {"fields": (("brand", "code"), ("name", "supplier"))}),
        (
            "File",
            {"fields": (("format", "encoding"), ("zone", "usage_type"), "many_in_archive")},
        ),
        ("Columns and words", {"fields": ("mapping_text",)}),
        (
            "Numbers",
            {
                "fields": (
                    ("country_code", "international_prefix"),
                    ("national_prefix", "short_code_digits"),
                )
            },
        ),
        ("Limits", {"fields": (("id_reuse_days", "quantity_max"),)}),
        (
            "When files are due",
            {
                "fields": (
                    "file_name_pattern",
                    ("expected_from", "expected_by"),
                    "expected_every_hours",
                    ("sequence_first", "sequence_daily"),
                    "holds_billing",
                )
            },
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A source stays with its brand, and its code is what commands and folders name."""
        return () if obj is None else ("brand", "code")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who may not change the mapping sees it as it is stored."""
        shown = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return shown
        return [
            (title, options | {"fields": ("mapping",)} if title == "Columns and words" else options)
            for title, options in shown
        ]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What the chosen profile says."""
        profile = source_profiles().get(request.GET.get("profile", ""))
        if profile is None:
            return super().get_changeform_initial_data(request)  # type: ignore[no-any-return]
        values = profile_values(profile)
        mapping = values.pop("mapping", {})
        return values | {"name": profile.title, "mapping_text": mapping_as_text(mapping)}

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        profiles = {
            "profiles": source_profiles().values(),
            "profile": request.GET.get("profile", ""),
        }
        shown: HttpResponse = super().add_view(request, form_url, profiles | (extra_context or {}))
        return shown

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        save_source(obj)

    def get_urls(self) -> list[URLPattern]:
        return [
            url(self, "<path:object_id>/preview/", self.preview_view, "preview"),
            url(self, "<path:object_id>/accept-gap/", self.accept_gap_view, "accept_gap"),
            url(self, "<path:object_id>/issue-key/", partial(issue_key_view, self), "issue_key"),
            *super().get_urls(),
        ]

    def preview_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """A sample file as the source reads it: raw beside parsed, and what is wrong."""
        source: UsageSource = row_of(self, request, object_id, "billing.change_usagesource")
        form = SampleForm(source, request.POST or None, request.FILES or None)
        previews: list[SourcePreview] = []
        if form.is_bound and form.is_valid():
            with refusals_as_messages(request):
                previews = _previews(source, form.cleaned_data["file"])
        context = {"title": f"Try {source} on a sample", "form": form, "previews": previews}
        return self._page(request, source, "preview.html", context)

    def accept_gap_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Go on without a file that is missing, with the reason."""
        source: UsageSource = row_of(self, request, object_id, "billing.add_acceptedusagegap")
        form = AcceptGapForm(request.POST or None, initial={"key": request.GET.get("key", "")})
        key = str((request.POST or request.GET).get("key", ""))
        gaps = completeness_of(source, timezone.now()).gaps
        gap = next((each for each in gaps if each.key == key), None)
        if gap is None:
            messages.info(request, "This file is not missing (any more).")
            return redirect("admin:billing_usagesource_change", source.pk)
        if form.is_bound and form.is_valid():
            user: Any = request.user
            try:
                accept_gap(
                    source=source,
                    key=key,
                    reason=form.cleaned_data["reason"],
                    by=user,
                    now=timezone.now(),
                )
            except DomainError as error:
                form.add_error("reason", str(error))
            else:
                messages.success(request, f"Nobody waits for it any more: {gap.what}.")
                return redirect("admin:billing_usagesource_change", source.pk)
        context = {"title": "Go on without a file", "form": form, "gap": gap}
        return self._page(request, source, "accept_gap.html", context)

    def _page(
        self, request: HttpRequest, source: UsageSource, template: str, context: dict[str, Any]
    ) -> HttpResponse:
        if not self.has_view_permission(request, source):
            raise PermissionDenied
        context |= self.admin_site.each_context(request)
        context |= {"source": source, "opts": self.opts}
        return TemplateResponse(request, f"admin/billing/usagesource/{template}", context)


def _previews(source: UsageSource, upload: Any) -> list[SourcePreview]:
    """Look at an uploaded file, which lies on the disk only meanwhile."""
    with tempfile.NamedTemporaryFile(prefix="usage-sample-") as kept:
        for chunk in upload.chunks():
            kept.write(chunk)
        kept.flush()
        name = Path(str(upload.name)).name
        return preview_source(source, Path(kept.name), name, timezone.now())


@link("billing.usagesource", position=10, permission="billing.change_usagesource")
def try_on_a_sample(source: UsageSource) -> list[Link]:
    """The way to the preview."""
    address = reverse("admin:billing_usagesource_preview", args=[source.pk])
    return [Link("Try it on a sample", address, primary=True)]


@panel("billing.usagesource", position=10, permission="billing.view_usagesource")
def missing_files(source: UsageSource) -> Panel:
    """Files that should have come."""
    found = completeness_of(source, timezone.now())
    accept = reverse("admin:billing_usagesource_accept_gap", args=[source.pk])
    return Panel(
        title="Missing files",
        columns=("Gap", "What", ""),
        rows=[
            (
                gap.key,
                Cell(gap.what, tone="bad"),
                Cell("Go on without it", url=f"{accept}?{urlencode({'key': gap.key})}"),
            )
            for gap in found.gaps[:GAPS_SHOWN_MAX]
        ],
        empty="No file is missing, as far as the schedule and the names say.",
        note="They hold bill runs of the days before." if source.holds_billing else "",
    )


@panel("billing.usagesource", position=20, permission="billing.view_usagesource")
def late_files(source: UsageSource) -> Panel | None:
    """Files that came after they were due."""
    late = completeness_of(source, timezone.now()).late
    if not late:
        return None
    return Panel(
        title="Files that came late",
        columns=("File", "Due (UTC)", "Came (UTC)"),
        rows=[
            (file.name, f"{file.due:%Y-%m-%d %H:%M}", f"{file.at:%Y-%m-%d %H:%M}")
            for file in reversed(late[-LATE_SHOWN_MAX:])
        ],
        empty="",
    )


@panel("billing.usagesource", position=30, permission="billing.view_usagesource")
def accepted_gaps(source: UsageSource) -> Panel | None:
    """Files that nobody waits for any more."""
    gaps = list(source.accepted_gaps.select_related("accepted_by").order_by("-accepted_at"))
    if not gaps:
        return None
    return Panel(
        title="Accepted gaps",
        columns=("Gap", "Why", "By", "When (UTC)"),
        rows=[
            (gap.key, gap.reason, str(gap.accepted_by or "–"), f"{gap.accepted_at:%Y-%m-%d %H:%M}")
            for gap in gaps[:GAPS_SHOWN_MAX]
        ],
        empty="",
    )


@panel("billing.usagefile", position=10, permission="billing.view_usagefile")
def names_of_a_file(file: UsageFile) -> Panel:
    """The names under which its content came."""
    arrivals = file.arrivals.all()[:GAPS_SHOWN_MAX]
    return Panel(
        title="Came as",
        columns=("Name", "When (UTC)"),
        rows=[(arrival.name, f"{arrival.arrived_at:%Y-%m-%d %H:%M}") for arrival in arrivals],
        empty="It is not taken in whole yet.",
    )


@tile(position=21, permission="billing.view_usagesource")
def files_missing(request: HttpRequest) -> list[Tile]:
    """Usage files that should have come; nothing where no source has a schedule."""
    now = timezone.now()
    sources = [
        source
        for source in sources_with_files(brand_ids_of(request))
        if source.expected_from or source.file_name_pattern
    ]
    found = [(source, len(completeness_of(source, now).gaps)) for source in sources]
    return [
        Tile(
            title="Missing usage files",
            value=str(count),
            detail=source.name,
            url=reverse("admin:billing_usagesource_change", args=[source.pk]),
            tone="bad",
        )
        for source, count in found
        if count
    ]

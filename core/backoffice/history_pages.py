"""The history of a row as a page and as a file, and the question why a form changes it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from unfold.widgets import UnfoldAdminTextInputWidget

from core.backoffice.history import Change, events_of
from core.backoffice.history_export import as_csv, may_export
from core.backoffice.history_parts import changes_with_parts
from core.history import changed_by

WHY = "change_reason"
WHY_MAX = 200


class HistoryPages:
    """Adds the history of a row with its parts, and asks why where a form changes tracked rows."""

    opts: Any
    model: type[Model]
    admin_site: Any

    def keys_elsewhere_too(self, request: HttpRequest, keys: Collection[int]) -> set[int]:
        """Rows that are also another brand's: who changed them there is not told; none here."""
        return set()

    def changes_for(self, request: HttpRequest, row: Model) -> list[Change] | None:
        """What the member of staff may know of a row's history, newest first."""
        changes = changes_with_parts(self.admin_site, row, request)
        if changes and self.keys_elsewhere_too(request, {row.pk}):
            return [one.of_nobody() for one in changes]
        return changes

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        """Who changed the row, when and why: read from the history that the database writes.

        With `?csv` as a file, for those who may take things out.
        """
        page: Any = self
        row = page.get_object(request, unquote(object_id))
        if row is None:
            missing: HttpResponse = page._get_obj_does_not_exist_redirect(
                request, self.opts, object_id
            )
            return missing
        if not page.has_view_permission(request, row):
            raise PermissionDenied
        changes = self.changes_for(request, row)
        if "csv" in request.GET:
            if not may_export(request):
                raise PermissionDenied
            return as_csv(changes or (), f"history-{self.opts.model_name}-{row.pk}")
        context = {
            **self.admin_site.each_context(request),
            "title": f"History: {row}",
            "opts": self.opts,
            "original": row,
            "changes": changes,
            "may_export": may_export(request) and changes,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/backoffice/history.html", context)

    def asks_why(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the form of a row, or of a new one, changes what has a history."""
        page: Any = self
        may = page.has_add_permission(request) if obj is None else True
        may = may and (obj is None or page.has_change_permission(request, obj))
        return bool(may and events_of(self.model) is not None)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Add the field "Why": it goes into the history, and not into the row."""
        above: Any = super()
        if not self.asks_why(request, obj):
            return above.get_form(request, obj, change=change, **kwargs)
        page: Any = self
        own = kwargs.get("form") or (getattr(page, "add_form", None) if obj is None else None)
        kwargs["form"] = type("WithReason", (own or page.form,), {WHY: _why()})
        return above.get_form(request, obj, change=change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The declared groups of fields, and "Why" at the end."""
        above: Any = super()
        declared = above.get_fieldsets(request, obj)
        if not self.asks_why(request, obj) or WHY in flatten_fieldsets(declared):
            return declared
        return [*declared, ("Why", {"fields": (WHY,)})]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Let everything that the form changes carry its reason."""
        above: Any = super()
        reason = request.POST.get(WHY, "").strip()[:WHY_MAX] if request.method == "POST" else ""
        if not reason:
            shown: HttpResponse = above.changeform_view(request, object_id, form_url, extra_context)
            return shown
        with changed_by(channel="back_office", reason=reason):
            saved: HttpResponse = above.changeform_view(request, object_id, form_url, extra_context)
        return saved


def _why() -> forms.CharField:
    return forms.CharField(
        label="Why",
        required=False,
        max_length=WHY_MAX,
        widget=UnfoldAdminTextInputWidget,
        help_text="Stands in the history beside the change.",
    )

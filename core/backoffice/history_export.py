"""The history as CSV: of one row with its parts, or of a span of time."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from io import StringIO
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse

from core.backoffice.forms import DayInput
from core.backoffice.history import Change, tell
from core.backoffice.history_parts import events_between, page_of, references_of
from core.imports.failed_rows import harmless

# Who may take things out in bulk may take the history out, as far as they may see it.
EXPORT_RIGHT = "billing.export_invoice"
CHUNK = 500
COLUMNS = (
    "at_utc", "what", "kind", "name", "id", "field", "before", "after",
    "who", "acting_for", "way", "reason", "request",
)  # fmt: skip


class SpanForm(forms.Form):
    """Which days are wanted, in UTC, both included."""

    since = forms.DateField(widget=DayInput, label="From")
    until = forms.DateField(widget=DayInput, label="To", help_text="The last day, in UTC.")

    def clean(self) -> dict[str, Any]:
        """The span has a day at least."""
        data = self.cleaned_data
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            raise forms.ValidationError("The last day is before the first.")
        return data


def may_export(request: HttpRequest) -> bool:
    """Whether the member of staff may take the history out."""
    user: Any = request.user
    return bool(user.has_perm(EXPORT_RIGHT))


def as_csv(changes: Iterable[Change], name: str) -> HttpResponseBase:
    """A file of these changes, one line for each field; 403 without the right."""
    response = StreamingHttpResponse(lines_of(changes), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def lines_of(changes: Iterable[Change]) -> Iterator[str]:
    """The lines of the file; a text that a spreadsheet would run gets an apostrophe before it."""
    yield "\ufeff" + _line(COLUMNS)
    for change in changes:
        told_of = [(cell.label, cell.before, cell.after) for cell in change.cells]
        for told in told_of or [("", "", "")]:
            yield _line(
                (
                    change.at.astimezone(UTC).isoformat(timespec="milliseconds"),
                    change.what, change.kind, change.name, str(change.key), *told,
                    change.who, change.acting_for, change.way, change.reason, change.request,
                )
            )  # fmt: skip


def _line(cells: Iterable[str]) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerow([harmless(cell) for cell in cells])
    return text.getvalue()


def span_view(request: HttpRequest) -> HttpResponseBase:
    """The history of some days, of all that the member of staff may see."""
    if not may_export(request):
        raise PermissionDenied
    form = SpanForm(request.GET or None)
    if form.is_valid():
        since, until = form.cleaned_data["since"], form.cleaned_data["until"]
        changes = _changes_between(
            request,
            datetime.combine(since, time(), UTC),
            datetime.combine(until + timedelta(days=1), time(), UTC),
        )
        return as_csv(changes, f"history-{since}-{until}")
    context = admin.site.each_context(request) | {"title": "History of some days", "form": form}
    response: HttpResponse = TemplateResponse(
        request, "admin/backoffice/history_export.html", context
    )
    return response


def _changes_between(request: HttpRequest, since: datetime, until: datetime) -> Iterator[Change]:
    site = admin.site
    for events, found in events_between(site, request, since, until):
        model = events.pgh_tracked_model
        page = page_of(site, model)
        references = references_of(model)
        above = page_of(site, references[0].related_model) if references else None
        last = 0
        while chunk := list(found.filter(pgh_id__gt=last).order_by("pgh_id")[:CHUNK]):
            last = chunk[-1].pgh_id
            told = tell(events, events.objects.filter(pk__in=[e.pk for e in chunk]).order_by("pk"))
            own = {event.pgh_obj_id for event in chunk}
            elsewhere = page.keys_elsewhere_too(request, own) if page else set()
            owners = {e.pk: getattr(e, references[0].attname) for e in chunk} if references else {}
            if page is None and above is not None:
                shared = above.keys_elsewhere_too(request, set(owners.values()))
                elsewhere = {e.pgh_obj_id for e in chunk if owners[e.pk] in shared}
            yield from (one.of_nobody() if one.key in elsewhere else one for one in told)

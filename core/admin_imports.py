"""Back office pages of imports: upload, columns, dry run, confirmation, result, undoing."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone

from core.backoffice import columns
from core.backoffice.actions import post_only, refusals_as_messages, row_of, url
from core.backoffice.import_forms import MappingForm, UploadForm, first_values, kinds_for
from core.backoffice.import_page import import_page, read_errors
from core.backoffice.scoping import ScopedAdmin
from core.errors import DomainError, InputRefused
from core.imports.failed_rows import write_failed_rows
from core.imports.foreign_file import ForeignTable, read_foreign
from core.imports.kinds import ImportKind, kind_of
from core.imports.mapping import Mapping, MappingRefused, parse_mapping
from core.imports.queries import remembered_mapping
from core.imports.run import table_of
from core.imports.suggest import fingerprint, suggest_mapping
from core.models import ImportBatch
from core.services.apply_import import confirm_import
from core.services.ask_for_import import ask_for_import
from core.services.keep_import import map_import, start_import
from core.services.preview_import import preview_import
from core.services.revert_import import RevertRefused, revert_import

ADD = "core.add_importbatch"
REASONS_SHOWN_MAX = 20


@admin.register(ImportBatch)
class ImportBatchAdmin(ScopedAdmin):
    brand_path = "brand"
    addable = True
    empty_text = "Nothing came in by file yet. Begin with the plus sign above."
    list_display = (
        "id",
        "kind",
        "file_name",
        "brand",
        columns.state(),
        columns.count("new"),
        columns.count("changed"),
        columns.count("failed", "left out"),
        "created_by",
        "created_at",
    )
    list_select_related = ("brand", "created_by")
    list_filter = ("state", "kind", "brand")
    search_fields = ("file_name", "sha256")
    date_hierarchy = "created_at"

    def get_queryset(self, request: HttpRequest) -> Any:
        """Lists never read the files themselves."""
        return super().get_queryset(request).defer("compressed")

    def get_urls(self) -> list[URLPattern]:
        return [
            url(self, "<path:object_id>/columns/", self.columns_view, "columns"),
            url(self, "<path:object_id>/try/", self.try_view, "try"),
            url(self, "<path:object_id>/confirm/", self.confirm_view, "confirm"),
            url(self, "<path:object_id>/revert/", self.revert_view, "revert"),
            url(self, "<path:object_id>/failed-rows.csv", self.failed_rows_view, "failed_rows"),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The first step: which file, of which kind."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        posted = request.method == "POST"
        form = UploadForm(request, request.POST if posted else None, request.FILES or None)
        if posted and form.is_valid():
            batch = self._start(request, form)
            if batch is not None:
                step = "columns" if _is_mapped(batch) else "change"
                return redirect(f"admin:core_importbatch_{step}", batch.pk)
        return self._page(request, "upload", {"title": "New import", "form": form})

    def _start(self, request: HttpRequest, form: UploadForm) -> ImportBatch | None:
        user: Any = request.user
        data = form.cleaned_data
        file = data["file"]
        content = file.read()
        kind = kind_of(data["kind"])
        try:
            if not _is_yaml(file.name):
                read_foreign(content, file.name)  # what can't be read at all is refused here
            elif not any(item.name == "brand" for item in kind.fields):
                raise DomainError("Files of this kind come as CSV or JSON lines.")
        except InputRefused as refused:
            form.add_error("file", "; ".join(map(str, refused.problems[:5])))
            return None
        except DomainError as error:
            form.add_error("file", str(error))
            return None
        return start_import(
            kind.code,
            content,
            file=file.name,
            now=timezone.now(),
            brand=data["brand"],
            user=user,
        )

    def columns_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The second step: which column is which field; remembered, or guessed by the header."""
        batch, kind = self._open(request, object_id)
        if batch.state not in (batch.State.DRAFT, batch.State.PREVIEWED, batch.State.FAILED):
            return redirect("admin:core_importbatch_change", batch.pk)
        table = table_of(batch, kind)
        known = batch.mapping or remembered_mapping(
            kind.code, batch.brand, fingerprint(table.columns)
        )
        mapping = _mapping_for(known, kind, table)
        form = MappingForm(
            kind,
            table,
            request.POST if request.method == "POST" else None,
            initial=first_values(mapping, kind, batch.options),
            hidden=("brand",) if batch.brand else (),
        )
        if request.method == "POST" and form.is_valid():
            try:
                map_import(batch, mapping=form.mapping(known or {}), options=form.options())
                return self._try(request, batch)
            except MappingRefused as refused:
                for reason in refused.reasons:
                    form.add_error(None, reason)
            except DomainError as error:
                form.add_error(None, str(error))
        context = {
            "title": f"Columns of {batch.file_name}",
            "form": form,
            "batch": batch,
            "remembered": bool(known) and not batch.mapping,
            "rows_total": len(table.rows),
        }
        return self._page(request, "columns", context)

    def try_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Try the file again as it is mapped."""
        batch, _ = self._open(request, object_id)
        if answer := post_only(request):
            return answer
        try:
            return self._try(request, batch)
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("admin:core_importbatch_change", batch.pk)

    def _try(self, request: HttpRequest, batch: ImportBatch) -> HttpResponse:
        preview_import(batch, now=timezone.now(), as_of=timezone.localdate())
        return redirect("admin:core_importbatch_change", batch.pk)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """What the import would do or did, in tabs of new, changed, unchanged and failed rows."""
        if not self.has_view_permission(request) or request.method == "POST":
            raise PermissionDenied  # it is only looked at: each step has a button
        batch: ImportBatch = row_of(self, request, object_id, _view_right(request))
        context = import_page(batch, tab=request.GET.get("rows", ""))
        user: Any = request.user
        context["may_go_on"] = user.has_perm(ADD)
        context["may_revert"] = user.has_perm("core.change_importbatch")
        return self._page(request, "page", context)

    def confirm_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Have a worker take the file in, or ask a second person where that is needed."""
        batch, kind = self._open(request, object_id)
        if answer := post_only(request):
            return answer
        user: Any = request.user
        with refusals_as_messages(request):
            if kind.approval:
                reason = request.POST.get("reason", "")
                ask_for_import(batch, user=user, reason=reason, now=timezone.now())
                messages.success(request, "A second person is asked to let it in.")
            else:
                confirm_import(batch, user=user, now=timezone.now())
        return redirect("admin:core_importbatch_change", batch.pk)

    def revert_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Undo the import, or show each reason why that can't be."""
        batch: ImportBatch = row_of(self, request, object_id, "core.change_importbatch")
        if answer := post_only(request):
            return answer
        user: Any = request.user
        right = kind_of(batch.kind).permission
        if right and not user.has_perm(right):
            raise PermissionDenied  # who may not take such files in doesn't take them back
        try:
            revert_import(batch.pk, user=user, channel="back_office", now=timezone.now())
            messages.success(request, "The import is reverted.")
        except RevertRefused as refused:
            messages.error(request, "Nothing was changed; the import can't be reverted:")
            for reason in refused.reasons[:REASONS_SHOWN_MAX]:
                messages.warning(request, reason)
        return redirect("admin:core_importbatch_change", batch.pk)

    def failed_rows_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The failed rows with a column of reasons, to mend and take in again."""
        batch, _ = self._open(request, object_id)
        text = write_failed_rows(table_of(batch, kind_of(batch.kind)), read_errors(batch))
        response = HttpResponse(text, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="failed-rows-{batch.pk}.csv"'
        return response

    def _open(self, request: HttpRequest, object_id: str) -> tuple[ImportBatch, ImportKind]:
        """The batch and its kind, for whoever may take such files in."""
        batch: ImportBatch = row_of(self, request, object_id, ADD)
        kind = next((item for item in kinds_for(request) if item.code == batch.kind), None)
        if kind is None:
            raise PermissionDenied
        return batch, kind

    def _page(self, request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
        full = self.admin_site.each_context(request) | {"opts": self.opts} | context
        return TemplateResponse(request, f"admin/core/imports/{name}.html", full)


def _view_right(request: HttpRequest) -> str:
    user: Any = request.user
    seen = user.has_perm("core.view_importbatch")
    return "core.view_importbatch" if seen else "core.change_importbatch"


def _is_yaml(name: str) -> bool:
    return name.lower().endswith((".yaml", ".yml"))


def _is_mapped(batch: ImportBatch) -> bool:
    return bool(kind_of(batch.kind).fields) and not _is_yaml(batch.file_name)


def _mapping_for(known: dict[str, Any] | None, kind: ImportKind, table: ForeignTable) -> Mapping:
    """What is known of such files, as far as this file has its columns; else a guess."""
    if known:
        try:
            return parse_mapping(known, kind.fields)
        except MappingRefused:
            pass  # our fields have changed since
    return suggest_mapping(table, kind.fields)

"""What staff see of a table: the rows of their brands, and no sign of any other.

A row of another brand looks exactly like one that does not exist: in lists, on pages, as a choice
in forms, filters and autocompletion, in histories and in bulk actions. A model whose admin says
nothing about brands can't be registered by mistake: there is no default.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.filters import RelatedFieldListFilter
from django.contrib.admin.utils import get_fields_from_path
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin, TabularInline

from core.backoffice.history_pages import HistoryPages
from core.backoffice.registry import links_of, panels_of

FILTER_CHOICES_MAX = 200


def brand_ids_of(request: HttpRequest) -> list[int] | None:
    """The brands of the signed-in member of staff; None for a superuser, who sees every brand."""
    user: Any = request.user
    if user.is_superuser and user.is_active:
        return None
    known = getattr(request, "_backoffice_brand_ids", None)
    if known is None:
        known = list(user.brands.values_list("pk", flat=True)) if user.is_staff else []
        request._backoffice_brand_ids = known  # type: ignore[attr-defined]
    return list(known)


def scoped(queryset: QuerySet[Any], path: str, request: HttpRequest) -> QuerySet[Any]:
    """The rows whose brand, found along `path`, is one of the member of staff's."""
    ids = brand_ids_of(request)
    return queryset if ids is None else queryset.filter(**{f"{path}__in": ids})


def choices_of(site: admin.AdminSite, model: type[Model], request: HttpRequest) -> QuerySet[Any]:
    """The rows of `model` that may be chosen or filtered by; none where no page shows them."""
    page = site._registry.get(model)
    if isinstance(page, ScopedAdmin):
        rows = page.get_queryset(request)
        # Choices are named by what the list shows beside them: fetched at once, not one by one.
        related = page.list_select_related
        return rows.select_related(*related) if isinstance(related, tuple) and related else rows
    if brand_ids_of(request) is None:
        return model._default_manager.all()
    return model._default_manager.none()


class ScopedRows:
    """Limits a page's or an inline's rows; subclasses say how a row reaches its brand."""

    brand_path: ClassVar[str]

    def scope(self, brand_ids: Sequence[int]) -> Q:
        """The condition that a row is of one of these brands."""
        return Q(**{f"{self.brand_path}__in": brand_ids})

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The rows of the signed-in member of staff's brands."""
        queryset: QuerySet[Any] = super().get_queryset(request)  # type: ignore[misc]
        ids = brand_ids_of(request)
        return queryset if ids is None else queryset.filter(self.scope(ids))

    def get_field_queryset(self, db: str, db_field: Any, request: HttpRequest) -> QuerySet[Any]:
        """What a form offers for a relation: the rows that the member of staff sees."""
        return choices_of(self.admin_site, db_field.remote_field.model, request)  # type: ignore[attr-defined]


class ScopedRelatedFilter(RelatedFieldListFilter):
    """A filter by a related row that names only rows the member of staff sees."""

    def field_choices(
        self, field: Any, request: HttpRequest, model_admin: Any
    ) -> list[tuple[str, Any]]:
        """The choices; a filter with very many is no help and so shows the first ones."""
        model = field.remote_field.model
        rows = choices_of(model_admin.admin_site, model, request)[:FILTER_CHOICES_MAX]
        return [(str(row.pk), str(row)) for row in rows]


class ScopedAdmin(ScopedRows, HistoryPages, ModelAdmin):  # type: ignore[misc]
    """A page of the back office: scoped by brand, and read-only unless it says otherwise.

    `editable` lets staff with the permission change rows; adding and deleting have switches of
    their own. `empty_text` tells how rows come into an empty list. Panels and buttons that other
    apps registered for this model are shown on a row's page.
    """

    editable: ClassVar[bool] = False
    addable: ClassVar[bool] = False
    deletable: ClassVar[bool] = False
    empty_text: ClassVar[str] = ""

    show_full_result_count = False
    list_per_page = 50
    list_filter_submit = False
    actions: Sequence[Any] = ()
    change_form_outer_before_template: str | None = "admin/backoffice/links.html"
    change_form_outer_after_template: str | None = "admin/backoffice/panels.html"

    def get_list_filter(self, request: HttpRequest) -> Sequence[Any]:
        """The declared filters, those by related rows scoped."""
        return [self._scoped_filter(item) for item in super().get_list_filter(request)]

    def _scoped_filter(self, item: Any) -> Any:
        if not isinstance(item, str):
            return item
        field: Any = get_fields_from_path(self.model, item)[-1]
        return (item, ScopedRelatedFilter) if field.is_relation else item

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.addable and bool(super().has_add_permission(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.editable and bool(super().has_change_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.deletable and bool(super().has_delete_permission(request, obj))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who may change rows may see them, also where nobody may change them here."""
        meta = self.opts
        user: Any = request.user
        return bool(
            user.has_perm(f"{meta.app_label}.view_{meta.model_name}")
            or user.has_perm(f"{meta.app_label}.change_{meta.model_name}")
        )

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """Add the panels and buttons that were registered for this model."""
        if obj is not None and request.method == "GET":
            context["page_panels"] = panels_of(self.opts.label_lower, request, obj)
            context["page_links"] = links_of(self.opts.label_lower, request, obj)
        response: HttpResponse = super().render_change_form(
            request, context, add, change, form_url, obj
        )
        return response


class SuperuserAdmin(ScopedAdmin):
    """A page that only superusers see at all."""

    def scope(self, brand_ids: Sequence[int]) -> Q:
        return Q(pk__in=())

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.addable and self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.editable and self.has_view_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.deletable and self.has_view_permission(request, obj)


class SharedAdmin(ScopedAdmin):
    """A page of a table that belongs to no brand and that all staff may see (tax categories)."""

    def scope(self, brand_ids: Sequence[int]) -> Q:
        return Q()


class EntityAdmin(ScopedAdmin):
    """A page of what belongs to a legal entity: staff see it who work for one of its brands."""

    entity_path: ClassVar[str] = "legal_entity"

    def scope(self, brand_ids: Sequence[int]) -> Q:
        return entity_scope(self.entity_path, brand_ids)


def entity_scope(path: str, brand_ids: Sequence[int]) -> Q:
    """The condition that the legal entity along `path` has one of these brands."""
    from core.models import Brand

    entities = Brand.objects.filter(pk__in=brand_ids).values("legal_entity")
    return Q(**{f"{path}__in": entities})


class ScopedInline(ScopedRows, TabularInline):  # type: ignore[misc]
    """Rows inside another row's page; read-only unless `editable`, ten to a page."""

    editable: ClassVar[bool] = False
    extra = 0
    per_page = 20
    show_count = True
    can_delete = False
    hide_title = True
    show_change_link = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[Any]:
        declared = super().get_readonly_fields(request, obj)
        return declared if self.editable else tuple(self.fields or declared)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.editable and bool(super().has_add_permission(request, obj))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.editable and bool(super().has_change_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.editable and bool(super().has_delete_permission(request, obj))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        meta = self.opts
        return bool(request.user.has_perm(f"{meta.app_label}.view_{meta.model_name}"))

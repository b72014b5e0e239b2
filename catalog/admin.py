"""Back office pages of the catalogue: what is sold and at which price.

Prices come in by files, which are their record; published versions and rates never change.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from catalog import (  # noqa: F401 – their pages register themselves
    admin_decks,
    admin_offers,
    admin_version_panels,
)
from catalog.admin_versions import NewVersions, VersionPages
from catalog.admin_who_may import WhoMayPages
from catalog.models import (
    Charge,
    DeckAssignment,
    Plan,
    PlanVersion,
    Product,
    TaxCategory,
    TaxRate,
    UsageCategory,
)
from core.backoffice import columns
from core.backoffice.scoping import EntityAdmin, ScopedAdmin, ScopedInline, SharedAdmin
from core.localised import localised

FROM_CATALOGUE = "Comes in with a catalogue: manage.py import_catalog FILE.yaml"


@admin.display(description="name")
def english_name(row: Any) -> str:
    """A name that is kept by language, as staff read it."""
    return localised(row.name, "en")


@admin.register(TaxCategory)
class TaxCategoryAdmin(SharedAdmin):
    empty_text = FROM_CATALOGUE
    list_display = ("code", "name")
    search_fields = ("code", "name")


@admin.register(TaxRate)
class TaxRateAdmin(EntityAdmin):
    empty_text = FROM_CATALOGUE
    list_display = (
        "category",
        "legal_entity",
        columns.text("rate", "rate, %"),
        "treatment",
        columns.span(),
    )
    list_select_related = ("category", "legal_entity")
    list_filter = ("legal_entity", "category", "treatment")


@admin.register(UsageCategory)
class UsageCategoryAdmin(ScopedAdmin):
    brand_path = "brand"
    empty_text = FROM_CATALOGUE
    list_display = ("code", english_name, "brand")
    list_select_related = ("brand",)
    list_filter = ("brand",)
    search_fields = ("code", "name")


class PlanInline(ScopedInline):
    model = Plan
    brand_path = "brand"
    fields = ("code", "kind", english_name)
    show_change_link = True


@admin.register(Product)
class ProductAdmin(ScopedAdmin):
    brand_path = "brand"
    empty_text = FROM_CATALOGUE
    list_display = ("code", english_name, "brand", "service", "tax_category", "revenue_account")
    list_select_related = ("brand", "tax_category")
    list_filter = ("brand", "service", "tax_category")
    search_fields = ("code", "name")
    name_texts = staticmethod(columns.texts("name"))
    readonly_fields = ("name_texts",)
    fields = (
        ("brand", "code"),
        "name_texts",
        ("service", "tax_category"),
        "revenue_account",
    )
    inlines = (PlanInline,)


@admin.register(Plan)
class PlanAdmin(NewVersions, WhoMayPages):
    brand_path = "brand"
    empty_text = FROM_CATALOGUE
    list_display = ("code", english_name, "brand", "kind", "product")
    list_select_related = ("brand", "product")
    list_filter = ("brand", "kind", "product")
    search_fields = ("code", "name")
    name_texts = staticmethod(columns.texts("name"))
    readonly_fields = ("name_texts",)
    fields = (("brand", "code"), "name_texts", ("kind", "product"), ("sold_from", "sold_until"))


class ChargeInline(ScopedInline):
    model = Charge
    brand_path = "version__plan__brand"
    fields = (
        "code",
        columns.price("price", currency="version.plan.brand.currency"),
        "kind",
        "months",
        "timing",
        "proration",
        columns.texts("description"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Charge]:
        return super().get_queryset(request).select_related("version__plan__brand")


class DeckAssignmentInline(ScopedInline):
    model = DeckAssignment
    brand_path = "version__plan__brand"
    fields = ("usage_type", "deck")
    verbose_name_plural = "rate decks that price its usage"

    def get_queryset(self, request: HttpRequest) -> QuerySet[DeckAssignment]:
        return super().get_queryset(request).select_related("deck")


@admin.register(PlanVersion)
class PlanVersionAdmin(VersionPages):
    brand_path = "plan__brand"
    empty_text = FROM_CATALOGUE
    list_display = (
        "plan",
        "starts_on",
        columns.state(),
        "adoption",
        "published_at",
        "published_by",
    )
    list_select_related = ("plan",)
    list_filter = ("state", "plan__brand", "plan")
    search_fields = ("plan__code",)
    date_hierarchy = "starts_on"
    inlines = (ChargeInline, DeckAssignmentInline)

"""Back office pages of the catalogue: what is sold and at which price.

Prices come in by files, which are their record; published versions and rates never change.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from catalog import admin_decks  # noqa: F401 – its pages register themselves
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


class PlanVersionInline(ScopedInline):
    model = PlanVersion
    brand_path = "plan__brand"
    fields = ("starts_on", "prices", "published_at", "published_by")
    show_change_link = True
    verbose_name_plural = "versions: each holds until the next one starts"

    def get_queryset(self, request: HttpRequest) -> QuerySet[PlanVersion]:
        versions = super().get_queryset(request).select_related("plan__brand")
        return versions.prefetch_related("charges")

    @admin.display(description="prices")
    def prices(self, version: PlanVersion) -> str:
        currency = version.plan.brand.currency
        return "; ".join(charge_in_words(charge, currency) for charge in version.charges.all())


def charge_in_words(charge: Charge, currency: str) -> str:
    """A charge as `monthly 299.00 NOK`."""
    return f"{charge.code} {columns.price_in_words(charge.price, currency)}"


@admin.register(Plan)
class PlanAdmin(ScopedAdmin):
    brand_path = "brand"
    empty_text = FROM_CATALOGUE
    list_display = ("code", english_name, "brand", "kind", "product")
    list_select_related = ("brand", "product")
    list_filter = ("brand", "kind", "product")
    search_fields = ("code", "name")
    name_texts = staticmethod(columns.texts("name"))
    readonly_fields = ("name_texts",)
    fields = (("brand", "code"), "name_texts", ("kind", "product"))
    inlines = (PlanVersionInline,)


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
class PlanVersionAdmin(ScopedAdmin):
    brand_path = "plan__brand"
    empty_text = FROM_CATALOGUE
    list_display = ("plan", "starts_on", "published_at", "published_by")
    list_select_related = ("plan",)
    list_filter = ("plan__brand", "plan")
    search_fields = ("plan__code",)
    date_hierarchy = "starts_on"
    inlines = (ChargeInline, DeckAssignmentInline)

"""Back office pages of offers: destination groups, discounts, promotions, bundles, conditions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Q

from catalog.models import (
    Bundle,
    BundlePart,
    DestinationGroup,
    DestinationPrefix,
    Discount,
    DiscountTarget,
    EligibilityRule,
    Promotion,
)
from core.backoffice import columns
from core.backoffice.scoping import ScopedAdmin, ScopedInline

FROM_CATALOGUE = "Comes in with a catalogue: manage.py import_catalog FILE.yaml"
names = columns.texts("name")


class OfferAdmin(ScopedAdmin):
    """A page of something that a brand offers under a name of several languages."""

    brand_path = "brand"
    empty_text = FROM_CATALOGUE
    list_select_related: Any = ("brand",)
    search_fields = ("code", "name")
    name_texts = staticmethod(names)
    readonly_fields = ("name_texts",)
    exclude = ("name",)


class PrefixInline(ScopedInline):
    model = DestinationPrefix
    brand_path = "group__brand"
    fields = ("prefix", columns.span())


@admin.register(DestinationGroup)
class DestinationGroupAdmin(OfferAdmin):
    list_display = ("code", names, "brand")
    list_filter = ("brand",)
    inlines = (PrefixInline,)


class TargetInline(ScopedInline):
    model = DiscountTarget
    brand_path = "discount__brand"
    fields = ("product", "plan")
    verbose_name_plural = "taken on; none: on everything"


@admin.register(Discount)
class DiscountAdmin(OfferAdmin):
    list_display = (
        "code",
        names,
        "brand",
        columns.state(),
        "kind",
        columns.text("value", "value"),
        "months",
        columns.span("available", "available"),
        "stacking",
        "priority",
    )
    list_filter = ("state", "brand", "kind", "level")
    inlines = (TargetInline,)


@admin.register(Promotion)
class PromotionAdmin(OfferAdmin):
    list_display = (
        "code",
        names,
        "brand",
        "discount",
        "promotion_code",
        columns.span("available", "available"),
        columns.count("uses_limit", "limit"),
    )
    list_select_related = ("brand", "discount")
    list_filter = ("brand", "discount")


class PartInline(ScopedInline):
    model = BundlePart
    brand_path = "bundle__brand"
    fields = ("product", "plan")


@admin.register(Bundle)
class BundleAdmin(OfferAdmin):
    list_display = (
        "code",
        names,
        "brand",
        columns.state(),
        "discount",
        columns.span("available", "available"),
    )
    list_select_related = ("brand", "discount")
    list_filter = ("state", "brand")
    inlines = (PartInline,)


@admin.register(EligibilityRule)
class EligibilityRuleAdmin(ScopedAdmin):
    empty_text = FROM_CATALOGUE
    list_display = (
        "kind",
        "plan",
        "promotion",
        "customer_kind",
        "other_plan",
        "product",
        "months",
        "needed_promotion",
    )
    list_select_related = ("plan", "promotion", "other_plan", "product", "needed_promotion")
    list_filter = ("kind", "plan__brand", "plan")
    search_fields = ("plan__code", "promotion__code")

    def scope(self, brand_ids: Sequence[int]) -> Q:
        return Q(plan__brand__in=brand_ids) | Q(promotion__brand__in=brand_ids)

"""Back office pages of offers: destination groups, discounts, promotions, bundles, conditions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, reverse
from django.utils import timezone

from catalog.admin_versions import CHANGE, ReasonForm
from catalog.approval_kinds import PUBLISH_BUNDLE, PUBLISH_DISCOUNT
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
from catalog.offer_effects import rows_of_prices
from catalog.services.publish_offer import why_not_publish_offer
from core.approvals import kind_of
from core.backoffice import columns
from core.backoffice.actions import row_of, url
from core.backoffice.registry import Cell, Link, Panel, link, panel
from core.backoffice.scoping import ScopedAdmin, ScopedInline
from core.errors import DomainError
from core.formatting import format_money
from core.models import Approval
from core.periods import local_date
from core.services.request_approval import request_approval

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


class PublishedByTwo(OfferAdmin):
    """Offers that are drafted first: a second person publishes them."""

    approval: ClassVar[str]

    def get_urls(self) -> list[URLPattern]:
        own = url(self, "<path:object_id>/publish/", self.publish, "publish")
        return [own, *super().get_urls()]

    def publish(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what would hold and what stands in the way; ask a second person."""
        offer: Any = row_of(self, request, object_id, CHANGE)
        now = timezone.now()
        reasons = why_not_publish_offer(offer, today=local_date(now, offer.brand.zone))
        form = ReasonForm(request.POST or None)
        if request.method == "POST" and not reasons and form.is_valid():
            try:
                approval = request_approval(
                    self.approval,
                    subject=offer,
                    brand=offer.brand,
                    requested_by=request.user,  # type: ignore[arg-type]
                    reason=form.cleaned_data["reason"],
                    now=now,
                )
            except DomainError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, "A second person is asked to publish it.")
                return redirect("admin:core_approval_change", approval.pk)
        context = self.admin_site.each_context(request) | {
            "title": f"Publish {offer.code}",
            "opts": self.opts,
            "reasons": reasons,
            "form": form,
            "panel": None if reasons else what_it_does(self.approval, offer),
            "back": reverse(f"admin:catalog_{self.opts.model_name}_change", args=[offer.pk]),
        }
        return render(request, "admin/catalog/publish_offer.html", context)


def what_it_does(kind: str, offer: Any) -> Panel:
    """The effect as the second person will see it."""
    effect = kind_of(kind).work.effect(offer, {})
    money = effect.money
    off = "" if money is None else format_money(money, effect.currency, "en")
    return Panel(
        title=effect.summary,
        columns=("", "Before", "After"),
        rows=[(label, before, Cell(after)) for label, before, after in effect.rows],
        empty="",
        note=f"At most {off} a month" if off else "",
    )


def ask_to_publish(offer: Discount | Bundle) -> list[Link]:
    """Publish a draft, or see the request that waits."""
    if offer.state != offer.State.DRAFT:
        return []
    name = offer._meta.model_name
    kind = PUBLISH_DISCOUNT if isinstance(offer, Discount) else PUBLISH_BUNDLE
    waiting = Approval.objects.filter(kind=kind, subject_id=offer.pk, state="requested").first()
    if waiting is not None:
        address = reverse("admin:core_approval_change", args=[waiting.pk])
        return [Link("Waits for a second person", address, primary=True)]
    return [
        Link("Publish", reverse(f"admin:catalog_{name}_publish", args=[offer.pk]), primary=True)
    ]


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
class DiscountAdmin(PublishedByTwo):
    approval = PUBLISH_DISCOUNT
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
class BundleAdmin(PublishedByTwo):
    approval = PUBLISH_BUNDLE
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


@link("catalog.discount", position=10, permission=CHANGE)
def publish_discount(discount: Discount) -> list[Link]:
    """The way to a second person."""
    return ask_to_publish(discount)


@link("catalog.bundle", position=10, permission=CHANGE)
def publish_bundle(bundle: Bundle) -> list[Link]:
    """The way to a second person."""
    return ask_to_publish(bundle)


@panel("catalog.discount", position=10, permission="catalog.view_discount")
def prices_with_discount(discount: Discount) -> Panel:
    """The monthly price of each plan that it reaches."""
    return Panel(
        title="What it takes off a month",
        columns=("Plan", "Without it", "With it"),
        rows=[(label, before, Cell(after)) for label, before, after in rows_of_prices(discount)],
        empty="It is not taken on monthly charges.",
    )

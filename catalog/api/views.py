"""The catalogue over the API."""

from __future__ import annotations

from django.db.models import Prefetch

from catalog.api.serializers import PlanSerializer, ProductSerializer
from catalog.models import Plan, PlanVersion, Product
from core.api.views import ScopedViewSet
from core.models.api_keys import Scope

_VERSIONS = PlanVersion.objects.order_by("starts_on").prefetch_related("charges")


class ProductViewSet(ScopedViewSet):
    """Products of the brand."""

    brand_path = "brand_id"
    scope = Scope.CATALOG_READ
    rows = Product.objects.select_related("tax_category")
    serializer_class = ProductSerializer
    filters = {"code": "code", "service": "service"}


class PlanViewSet(ScopedViewSet):
    """Plans and add-ons of the brand, with their versions."""

    brand_path = "brand_id"
    scope = Scope.CATALOG_READ
    rows = Plan.objects.select_related("product").prefetch_related(Prefetch("versions", _VERSIONS))
    serializer_class = PlanSerializer
    filters = {"code": "code", "kind": "kind", "product": "product__code"}

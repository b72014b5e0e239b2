"""The catalogue over the API."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.serializers import (
    PlanSerializer,
    PlanSheetSerializer,
    ProductSerializer,
    PublicationAskedSerializer,
    PublicationSerializer,
)
from catalog.approval_kinds import KIND
from catalog.models import Plan, PlanVersion, Product
from catalog.plan_sheet.content import plan_sheet
from catalog.plan_sheet.version import version_for_sheet
from core.api.views import OwnRowsViewSet, ScopedViewSet
from core.models.api_keys import Scope
from core.periods import local_date
from core.services.request_approval import request_approval

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
    rows = Plan.objects.select_related("product", "brand").prefetch_related(
        Prefetch("versions", _VERSIONS)
    )
    serializer_class = PlanSerializer
    filters = {"code": "code", "kind": "kind", "product": "product__code"}

    @extend_schema(
        parameters=[OpenApiParameter("language", description="One of the brand's languages.")],
        responses=PlanSheetSerializer,
    )
    @action(detail=True, filter_backends=[], pagination_class=None)
    def sheet(self, request: Request, pk: str) -> Response:
        """The plan sheet of the version in force, or of the first to come."""
        plan: Plan = self.get_object()
        brand = plan.brand
        language = request.query_params.get("language") or brand.languages[0]
        if language not in brand.languages:
            spoken = ", ".join(brand.languages)
            raise ValidationError({"language": [f"The brand has no {language}: use {spoken}."]})
        today = local_date(timezone.now(), brand.zone)
        version = version_for_sheet(plan, today)
        if version is None:
            raise NotFound("The plan has no published version.")
        return Response(plan_sheet(version, language, as_of=today).as_data())


class PlanVersionViewSet(OwnRowsViewSet):
    """Drafted prices that another system wants to see published."""

    brand_path = "plan__brand_id"
    scope = Scope.CATALOG_PUBLISH
    rows = PlanVersion.objects.select_related("plan__brand")
    serializer_class = PublicationSerializer

    @extend_schema(responses={201: PublicationAskedSerializer})
    @action(detail=True, methods=["post"])
    def publication(self, request: Request, pk: str) -> Response:
        """Ask for the publication of a draft, as who made the key; a second person decides."""
        version: PlanVersion = self.get_object()
        key: Any = request.auth
        asked = PublicationSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        approval = request_approval(
            KIND,
            subject=version,
            brand=version.plan.brand,
            requested_by=key.created_by,
            reason=asked.validated_data["reason"],
            now=timezone.now(),
        )
        return Response(PublicationAskedSerializer(approval).data, status=201)

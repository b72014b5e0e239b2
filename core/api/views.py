"""The ground of all API views: brand-scoped rows, read-only unless a view adds an action."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.viewsets import GenericViewSet

from core.api.serializers import JobSerializer
from core.models import ApiKey, Job
from core.models.api_keys import Scope


class OwnRowsViewSet(GenericViewSet[Any]):
    """The rows of the key's brand, for actions of a view: another brand's row is a 404 like no row.

    `brand_path` says how a row reaches its brand.
    """

    brand_path: ClassVar[str]
    scope: ClassVar[str]
    rows: ClassVar[QuerySet[Any]]
    lookup_value_regex = r"[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[Model]:
        rows = self.rows.all()
        key = self.request.auth
        if not isinstance(key, ApiKey):
            return rows.none()
        return rows.filter(**{self.brand_path: key.brand_id})


class ScopedViewSet(ListModelMixin, RetrieveModelMixin, OwnRowsViewSet):
    """Lists and shows the rows of the key's brand.

    `filters` maps query parameters to lookups, and nothing else is ever passed to a query.
    """

    filters: ClassVar[dict[str, str]] = {}

    def get_queryset(self) -> QuerySet[Model]:
        rows = super().get_queryset()
        if self.action != "list":
            return rows
        asked = self.request.query_params
        wishes = {
            lookup: asked[name].replace("\0", "")
            for name, lookup in self.filters.items()
            if name in asked
        }
        try:
            return rows.filter(**wishes).order_by("pk")
        except (ValueError, ValidationError):
            return rows.none()  # a value that no row can have


class JobViewSet(ScopedViewSet):
    """Long work and how far it is."""

    brand_path = "brand_id"
    scope = Scope.JOBS_READ
    rows = Job.objects.all()
    serializer_class = JobSerializer
    filters = {"state": "state", "kind": "kind"}

"""What usage costs, over the API: quotes, and the reasons of stored records."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import override
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from billing.usage.api.serializers import (
    LineQuestionSerializer,
    QuestionSerializer,
    QuoteSerializer,
)
from billing.usage.explain_records import explain_record
from billing.usage.models import UsageRecord
from billing.usage.quotes import dialled_digits, quote_usage, version_at
from billing.usage.services.quote_for_line import (
    AskedEvent,
    quote_for_line,
    source_for_quotes,
)
from catalog.models import Plan
from core.api.views import OwnRowsViewSet
from core.errors import DomainError
from core.models import ApiKey
from core.models.api_keys import Scope


class QuoteViewSet(ViewSet):
    """What an event would cost."""

    scope = Scope.CATALOG_READ

    @extend_schema(parameters=[QuestionSerializer], responses=QuoteSerializer)
    def list(self, request: Request) -> Response:
        """The price of the event by the plan, step by step, before allowances."""
        key = request.auth
        assert isinstance(key, ApiKey)
        zone = ZoneInfo(key.brand.zone)
        asked = QuestionSerializer(data=request.query_params)
        asked.fields["plan"].queryset = Plan.objects.filter(brand=key.brand)  # type: ignore[attr-defined]
        asked.fields["at"].timezone = zone  # type: ignore[attr-defined]
        asked.is_valid(raise_exception=True)
        data = asked.validated_data
        plan: Plan = data["plan"]
        version = version_at(plan, data["at"])
        if version is None:
            raise ValidationError({"plan": ["No published version of it holds on that day."]})
        try:
            quote = quote_usage(
                version,
                usage_type=data["usage_type"],
                number=dialled_digits(data["number"]),
                start=data["at"],
                quantity=data["quantity"],
            )
        except DomainError as error:
            raise ValidationError({"detail": [str(error)]}) from None
        with override(data["language"]):
            return Response(quote.as_data())


class RecordViewSet(OwnRowsViewSet):
    """Rated usage."""

    brand_path = "brand_id"
    scope = Scope.BILLING_READ
    rows = UsageRecord.objects.all()
    serializer_class = QuoteSerializer

    @extend_schema(parameters=[LineQuestionSerializer], responses=QuoteSerializer)
    @action(detail=False, filter_backends=[], pagination_class=None)
    def quote(self, request: Request) -> Response:
        """What the event would cost the line, were it taken in now; nothing is stored."""
        key = request.auth
        assert isinstance(key, ApiKey)
        asked = LineQuestionSerializer(data=request.query_params)
        asked.fields["at"].timezone = ZoneInfo(key.brand.zone)  # type: ignore[attr-defined]
        asked.is_valid(raise_exception=True)
        data = asked.validated_data
        try:
            event = AskedEvent(
                source=source_for_quotes(key.brand, data["source"]),
                service=data["service"],
                usage_type=data["usage_type"],
                number=data["number"],
                start=data["at"],
                quantity=data["quantity"],
                record_id=data["record_id"],
                named=bool(data["source"]),
            )
            quote = quote_for_line(event, now=timezone.now())
        except DomainError as error:
            raise ValidationError({"detail": [str(error)]}) from None
        with override(data["language"]):
            return Response(quote.as_data())

    @extend_schema(responses=QuoteSerializer)
    @action(detail=True, filter_backends=[], pagination_class=None)
    def explanation(self, request: Request, pk: str) -> Response:
        """Why the record costs what it costs, step by step."""
        try:
            return Response(explain_record(self.get_object()).as_data())
        except DomainError as error:
            raise ValidationError({"detail": [str(error)]}) from None

"""What a plan change would do to the next invoice, over the API; nothing is stored."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Subscription
from billing.invoicing.api.views_of_running_bill import (
    AmountField,
    RunningLineSerializer,
    line_data,
)
from billing.invoicing.services.preview_plan_change import PlanChangePreview, preview_plan_change
from catalog.models import Plan
from core.api.views import OwnRowsViewSet
from core.models import ApiKey
from core.models.api_keys import Scope


class PlanChangeQuestionSerializer(serializers.Serializer[Any]):
    """Which plan, and from when: today, or the next bill day."""

    plan = serializers.SlugRelatedField(slug_field="code", queryset=Plan.objects.none())
    when = serializers.ChoiceField(choices=["now", "next_period"], default="next_period")


class PlanChangePreviewSerializer(serializers.Serializer[Any]):
    """The next invoice with the change and without it; amounts are texts in `currency`."""

    starts_on = serializers.DateField()
    plan_before = serializers.CharField(allow_null=True)
    plan = serializers.CharField()
    bill_date = serializers.DateField()
    currency = serializers.CharField()
    prices_include_tax = serializers.BooleanField()
    lines = RunningLineSerializer(many=True)
    spared_lines = RunningLineSerializer(many=True)
    total_before = AmountField()
    total_after = AmountField()
    difference = AmountField()
    refusal = serializers.CharField(allow_blank=True)


class PlanChangeViewSet(OwnRowsViewSet):
    """Plan changes of the brand's subscriptions, before they are made."""

    brand_path = "account__brand_id"
    scope = Scope.BILLING_READ
    rows = Subscription.objects.select_related("account__brand")
    serializer_class = PlanChangePreviewSerializer

    @extend_schema(parameters=[PlanChangeQuestionSerializer], responses=PlanChangePreviewSerializer)
    @action(detail=True, url_path="plan-change-preview", filter_backends=[], pagination_class=None)
    def plan_change_preview(self, request: Request, pk: str) -> Response:
        """The lines that the change would bring to the next invoice, and those it would spare."""
        subscription: Subscription = self.get_object()
        key = request.auth
        assert isinstance(key, ApiKey)
        asked = PlanChangeQuestionSerializer(data=request.query_params)
        plans = Plan.objects.filter(brand=key.brand, kind=Plan.Kind.PLAN)
        asked.fields["plan"].queryset = plans  # type: ignore[attr-defined]
        asked.is_valid(raise_exception=True)
        preview = preview_plan_change(
            subscription,
            plan=asked.validated_data["plan"],
            when=asked.validated_data["when"],
            now=timezone.now(),
        )
        return Response(PlanChangePreviewSerializer(_data(preview)).data)


def _data(preview: PlanChangePreview) -> dict[str, Any]:
    change, bill = preview.change, preview.bill
    return {
        "starts_on": change.starts_on,
        "plan_before": change.before.code if change.before else None,
        "plan": change.version.plan.code,
        "bill_date": bill.bill_date,
        "currency": bill.currency,
        "prices_include_tax": bill.is_gross,
        "lines": [line_data(line) for line in bill.lines],
        "spared_lines": [line_data(line) for line in bill.gone],
        "total_before": bill.total_before,
        "total_after": bill.total_after,
        "difference": bill.difference,
        "refusal": bill.refusal,
    }

"""What the API shows of customers: accounts, where they are, what they have."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Account, Location, NumberAssignment, Subscription, SubscriptionPlan


class AccountSerializer(serializers.ModelSerializer[Account]):
    """A customer of the brand."""

    parent_number = serializers.CharField(source="parent.number", read_only=True, allow_null=True)

    class Meta:
        model = Account
        fields = (
            "id", "number", "name", "kind", "parent_number", "bills_to_parent", "bill_day",
            "language", "currency", "tax_status", "street", "postcode", "city", "country",
            "invoice_email", "opened_on",
        )  # fmt: skip


class LocationSerializer(serializers.ModelSerializer[Location]):
    """A place where services are delivered."""

    account = serializers.CharField(source="account.number", read_only=True)

    class Meta:
        model = Location
        fields = ("id", "account", "code", "name", "street", "postcode", "city", "country")


@extend_schema_field(
    {
        "type": "object",
        "properties": {
            "from": {"type": "string", "format": "date", "nullable": True},
            "until": {"type": "string", "format": "date", "nullable": True},
        },
    }
)
class SpanField(serializers.Field):  # type: ignore[type-arg]
    """A half-open span of days: `from`, and `until`, the first day on which it no longer holds."""

    def to_representation(self, value: object) -> dict[str, str | None]:
        lower, upper = (getattr(value, end, None) for end in ("lower", "upper"))
        return {
            "from": lower.isoformat() if lower else None,
            "until": upper.isoformat() if upper else None,
        }


class PlanSpanSerializer(serializers.ModelSerializer[SubscriptionPlan]):
    """The plan a subscription had over a span."""

    plan = serializers.CharField(source="plan.code", read_only=True)
    during = SpanField(read_only=True)

    class Meta:
        model = SubscriptionPlan
        fields = ("plan", "during")


class NumberSpanSerializer(serializers.ModelSerializer[NumberAssignment]):
    """A number a subscription had over a span."""

    number = serializers.CharField(source="number.number", read_only=True)
    during = SpanField(read_only=True)

    class Meta:
        model = NumberAssignment
        fields = ("number", "during")


class SubscriptionSerializer(serializers.ModelSerializer[Subscription]):
    """One service, with its plans and numbers over time."""

    account = serializers.CharField(source="account.number", read_only=True)
    location = serializers.CharField(source="location.code", read_only=True, allow_null=True)
    plans = PlanSpanSerializer(source="plan_history", many=True, read_only=True)
    numbers = NumberSpanSerializer(many=True, read_only=True)

    class Meta:
        model = Subscription
        fields = (
            "id", "account", "code", "label", "location", "starts_on", "ends_on", "plans",
            "numbers",
        )  # fmt: skip

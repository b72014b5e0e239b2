"""What the API shows of the catalogue: products, plans, and the versions of their prices."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from catalog.models import Charge, Plan, PlanVersion, Product
from core.models import Approval


class ProductSerializer(serializers.ModelSerializer[Product]):
    """A family of things sold."""

    tax_category = serializers.CharField(source="tax_category.code", read_only=True)

    class Meta:
        model = Product
        fields = ("id", "code", "name", "service", "tax_category")


class ChargeSerializer(serializers.ModelSerializer[Charge]):
    """A price of a version; amounts are texts with all their decimals."""

    class Meta:
        model = Charge
        fields = ("code", "kind", "description", "price", "months", "timing", "proration")


class PlanVersionSerializer(serializers.ModelSerializer[PlanVersion]):
    """The prices of a plan from a day on."""

    charges = ChargeSerializer(many=True, read_only=True)

    class Meta:
        model = PlanVersion
        fields = ("id", "state", "starts_on", "published_at", "charges")


class PlanSerializer(serializers.ModelSerializer[Plan]):
    """A plan or add-on."""

    product = serializers.CharField(source="product.code", read_only=True)
    versions = PlanVersionSerializer(many=True, read_only=True)

    class Meta:
        model = Plan
        fields = ("id", "code", "kind", "name", "product", "versions")


class SheetRowSerializer(serializers.Serializer[object]):
    """A fact of a plan sheet, in words."""

    def get_fields(self) -> dict[str, Any]:
        """Named by a method of its own, since every form has a label."""
        return {name: serializers.CharField() for name in ("label", "value", "note")}


class SheetSectionSerializer(serializers.Serializer[object]):
    """Facts under a heading; the key is the same in every language."""

    key = serializers.CharField()
    title = serializers.CharField()
    rows = SheetRowSerializer(many=True)


class PlanSheetSerializer(serializers.Serializer[object]):
    """What a plan includes and costs, in words of one language."""

    plan = serializers.CharField()
    name = serializers.CharField()
    summary = serializers.CharField()
    language = serializers.CharField()
    valid_from = serializers.CharField()
    prices = serializers.CharField()
    sections = SheetSectionSerializer(many=True)


class PublicationSerializer(serializers.Serializer[object]):
    """Why prices shall be published."""

    reason = serializers.CharField(max_length=200)


class PublicationAskedSerializer(serializers.ModelSerializer[Approval]):
    """A request that waits for a second person."""

    money = serializers.DecimalField(18, 3, source="amount", read_only=True, allow_null=True)

    class Meta:
        model = Approval
        fields = ("id", "state", "summary", "money", "currency", "reason", "expires_at")

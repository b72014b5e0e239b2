"""What the API shows of the catalogue: products, plans, and the versions of their prices."""

from __future__ import annotations

from rest_framework import serializers

from catalog.models import Charge, Plan, PlanVersion, Product


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
        fields = ("id", "starts_on", "published_at", "charges")


class PlanSerializer(serializers.ModelSerializer[Plan]):
    """A plan or add-on."""

    product = serializers.CharField(source="product.code", read_only=True)
    versions = PlanVersionSerializer(many=True, read_only=True)

    class Meta:
        model = Plan
        fields = ("id", "code", "kind", "name", "product", "versions")

"""What the API asks and tells of the price of an event."""

from __future__ import annotations

from rest_framework import serializers

from billing.usage.models import UsageType
from catalog.models import Plan


class QuestionSerializer(serializers.Serializer[object]):
    """An event that nobody had yet.

    `at` without a zone is in the brand's; `number` is +90 532 … or E.164 digits, and may be left
    out for data.
    """

    plan = serializers.SlugRelatedField(slug_field="code", queryset=Plan.objects.none())
    usage_type = serializers.ChoiceField(
        choices=[str(kind.label) for kind in UsageType], default="voice"
    )
    number = serializers.CharField(default="", allow_blank=True, max_length=40)
    at = serializers.DateTimeField()
    quantity = serializers.IntegerField(min_value=0, max_value=10**12)


class StepSerializer(serializers.Serializer[object]):
    """One step of the calculation: its rule, and the sentence; further figures by rule."""

    rule = serializers.CharField()
    text = serializers.CharField()


class QuoteSerializer(serializers.Serializer[object]):
    """The price of one event; amounts are texts with six decimals.

    Of an event that is only asked about the amount is before allowances, of a stored record after.
    """

    deck = serializers.CharField()
    version_from = serializers.DateField(allow_null=True)
    number = serializers.CharField()
    start = serializers.DateTimeField()
    quantity = serializers.IntegerField()
    usage_type = serializers.CharField()
    outcome = serializers.ChoiceField(choices=["rated", "no_rate", "invalid"])
    currency = serializers.CharField()
    amount = serializers.CharField(allow_null=True)
    before_allowances = serializers.CharField(allow_null=True)
    billed_units = serializers.IntegerField(allow_null=True)
    covered_units = serializers.IntegerField()
    paid_by_allowances = serializers.CharField()
    cost = serializers.CharField(allow_null=True)
    margin = serializers.CharField(allow_null=True)
    prefix = serializers.CharField(allow_null=True)
    band = serializers.CharField(allow_null=True)
    destination = serializers.CharField()
    rate_from = serializers.DateField(allow_null=True)
    steps = StepSerializer(many=True)

"""What the API asks and tells of the price of an event."""

from __future__ import annotations

from rest_framework import serializers

from billing.usage.models import SuspendedUsage, UsageType
from billing.usage.quote_words import LANGUAGES
from catalog.models import Plan


class EventSerializer(serializers.Serializer[object]):
    """An event that nobody had yet.

    `at` without a zone is in the brand's; `number` is +90 532 … or E.164 digits, and may be left
    out for data. `language` is that of the words.
    """

    usage_type = serializers.ChoiceField(
        choices=[str(kind.label) for kind in UsageType], default="voice"
    )
    number = serializers.CharField(default="", allow_blank=True, max_length=40)
    at = serializers.DateTimeField()
    quantity = serializers.IntegerField(min_value=0, max_value=10**12)
    language = serializers.ChoiceField(choices=LANGUAGES, default="en")


class QuestionSerializer(EventSerializer):
    """An event, and the plan by which it is priced."""

    plan = serializers.SlugRelatedField(slug_field="code", queryset=Plan.objects.none())


class LineQuestionSerializer(EventSerializer):
    """An event of a line: `service` is its number, or what else usage files call it.

    `source` is the code of the usage source from which it would come; the brand's first one unless
    told.
    """

    service = serializers.CharField(max_length=100)
    source = serializers.CharField(  # type: ignore[assignment]
        default="", allow_blank=True, max_length=40
    )
    record_id = serializers.CharField(default="", allow_blank=True, max_length=200)


class StepSerializer(serializers.Serializer[object]):
    """One step of the calculation: its rule, and the sentence; further figures by rule."""

    rule = serializers.CharField()
    text = serializers.CharField()


class QuoteSerializer(serializers.Serializer[object]):
    """The price of one event; amounts are texts with six decimals.

    Asked about by a plan the amount is before allowances; for a line, and of a stored record, it
    is after them. `adds` is what an event adds to the account's usage in all.
    """

    deck = serializers.CharField()
    version_from = serializers.DateField(allow_null=True)
    number = serializers.CharField()
    start = serializers.DateTimeField()
    quantity = serializers.IntegerField()
    usage_type = serializers.CharField()
    outcome = serializers.ChoiceField(choices=["rated", "duplicate", *SuspendedUsage.Reason.values])
    currency = serializers.CharField()
    amount = serializers.CharField(allow_null=True)
    before_allowances = serializers.CharField(allow_null=True)
    billed_units = serializers.IntegerField(allow_null=True)
    covered_units = serializers.IntegerField()
    paid_by_allowances = serializers.CharField()
    late = serializers.BooleanField()
    service = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    plan = serializers.CharField()
    subscription = serializers.CharField()
    adds = serializers.CharField(allow_null=True)
    cost = serializers.CharField(allow_null=True)
    margin = serializers.CharField(allow_null=True)
    prefix = serializers.CharField(allow_null=True)
    band = serializers.CharField(allow_null=True)
    destination = serializers.CharField()
    rate_from = serializers.DateField(allow_null=True)
    steps = StepSerializer(many=True)

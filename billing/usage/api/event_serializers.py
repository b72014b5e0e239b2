"""How the API's description shows events, and what became of them."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers

from billing.usage.intake.api_events import EVENTS_MAX, ID_LENGTH_MAX
from billing.usage.models import SuspendedUsage
from billing.usage.services.take_in_events import Status


class EventSerializer(serializers.Serializer[object]):
    """One event. Each field says what the column of that name says in a file of the source, and is
    read by the source's settings: zone, units, words. Numbers may be JSON numbers or texts."""

    id = serializers.CharField(
        max_length=ID_LENGTH_MAX,
        required=False,
        help_text="Known again by it. May be left out where the source's files carry no ids.",
    )
    start = serializers.CharField(help_text="ISO 8601 unless the source's mapping says otherwise.")
    service = serializers.CharField(help_text="The number or line that used it.")
    called = serializers.CharField(required=False, help_text="Not needed for data.")
    quantity = serializers.CharField(
        required=False, help_text="Seconds, messages or bytes, or the source's unit of them."
    )
    type = serializers.CharField(
        required=False,
        help_text="voice, sms or data, or the source's word; else the source's type.",
    )
    price = serializers.CharField(required=False, help_text="What it costs, if the source knows.")
    kind = serializers.CharField(required=False, help_text="The source's word for a correction.")
    corrects = serializers.CharField(
        required=False, help_text="The id of the event that this one takes back."
    )


class EventsSerializer(serializers.Serializer[object]):
    """What is brought: at most as many events as a request takes. The list alone will do too."""

    source = serializers.CharField(  # type: ignore[assignment]
        required=False, help_text="The source's code. The key says it; another one is a 404."
    )
    events = EventSerializer(many=True, max_length=EVENTS_MAX)  # type: ignore[call-arg]


class OutcomeSerializer(serializers.Serializer[object]):
    """What became of one event, by its place in the request, counted from 0."""

    index = serializers.IntegerField()
    id = serializers.CharField()
    status = serializers.ChoiceField(choices=[str(status) for status in Status])
    reason = serializers.ChoiceField(
        choices=[str(reason) for reason in SuspendedUsage.Reason.values],
        required=False,
        help_text="Why it is in suspense; of a duplicate: why the first one still is.",
    )
    detail = serializers.CharField(required=False)
    remedy = serializers.CharField(required=False, help_text="How to mend it.")


class TakenSerializer(serializers.Serializer[object]):
    """How many events became what, and each of them in the order of the request."""

    source = serializers.CharField()  # type: ignore[assignment]
    accepted = serializers.IntegerField()
    duplicate = serializers.IntegerField()
    suspended = serializers.IntegerField()
    conflict = serializers.IntegerField()
    rejected = serializers.IntegerField()
    results = OutcomeSerializer(many=True)


EXAMPLES = [
    OpenApiExample(
        "A call and a message",
        request_only=True,
        value={
            "events": [
                {
                    "id": "a7f0-1",
                    "start": "2026-11-01T09:30:00+01:00",
                    "service": "+4790000123",
                    "called": "+4722000000",
                    "quantity": 65,
                },
                {
                    "id": "a7f0-2",
                    "start": "2026-11-01T09:32:10+01:00",
                    "service": "+4790000123",
                    "called": "+4740000000",
                    "quantity": 1,
                    "type": "sms",
                },
            ]
        },
    ),
    OpenApiExample(
        "One accepted, one in suspense",
        response_only=True,
        value={
            "source": "SWITCH",
            "accepted": 1,
            "duplicate": 0,
            "suspended": 1,
            "conflict": 0,
            "rejected": 0,
            "results": [
                {"index": 0, "id": "a7f0-1", "status": "accepted"},
                {
                    "index": 1,
                    "id": "a7f0-2",
                    "status": "suspended",
                    "reason": "unknown_service",
                    "detail": "nobody has the number 4790000999",
                    "remedy": "give it to a subscription (import_accounts)",
                },
            ],
        },
    ),
]

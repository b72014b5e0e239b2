"""Usage over the API: events come in, and the answer says what became of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ParseError, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from billing.usage.api.event_parsers import Body, JsonBytesParser, LinesBytesParser
from billing.usage.api.event_serializers import EXAMPLES, EventsSerializer, TakenSerializer
from billing.usage.intake.api_events import (
    BodyRefused,
    EventJudge,
    SaidEvent,
    TooManyEvents,
    read_event_lines,
    read_events,
)
from billing.usage.intake.layouts import layout_of
from billing.usage.models import UsageSource
from billing.usage.services.take_in_events import Outcome, Status, take_in_events
from core.api.errors import TooLarge
from core.api.throttling import BringingThrottle
from core.models import ApiKey
from core.models.api_keys import Scope

NO_SOURCE = "This key brings usage of no source: make one on the page of the source."


class UsageView(APIView):
    """Brings events of the source that the key is of."""

    scope = Scope.USAGE_WRITE
    parser_classes = (JsonBytesParser, LinesBytesParser)
    throttle_classes = (BringingThrottle,)

    @extend_schema(
        operation_id="usage_create",
        request={
            "application/json": EventsSerializer,
            "application/x-ndjson": OpenApiTypes.STR,
        },
        responses=TakenSerializer,
        examples=EXAMPLES,
    )
    def post(self, request: Request) -> Response:
        """Take up to 10,000 events in, in one transaction.

        When the answer comes, accepted events are stored for good and stand in the balances. An
        event that came before is a duplicate, so a request may be repeated as it is. Bodies may be
        packed (`Content-Encoding: gzip`), and have 16 MiB at most, unpacked. As
        `application/x-ndjson` a body has one event a line.
        """
        source = _source_of(request)
        events = _events_of(request, source)
        outcomes = take_in_events(source=source, events=events, now=timezone.now())
        return Response(_answer(source, outcomes))


def _source_of(request: Request) -> UsageSource:
    key = request.auth
    assert isinstance(key, ApiKey)
    source = (
        UsageSource.objects.select_related("brand", "supplier")
        .filter(source_keys__key=key, brand=key.brand_id)
        .first()
    )
    if source is None:
        raise PermissionDenied(NO_SOURCE)
    return source


def _events_of(request: Request, source: UsageSource) -> list[SaidEvent]:
    judge = EventJudge(
        needs_id=layout_of(source).has_ids,
        decimal_sign=str(source.mapping.get("decimal_sign") or "."),
    )
    sent: Any = request.data
    # Where nothing at all was sent no parser is asked.
    body = sent if isinstance(sent, Body) else Body(b"", in_lines=False)
    try:
        if body.in_lines:
            return read_event_lines(body.raw, judge)
        events, named = read_events(body.raw, judge)
    except BodyRefused as refused:
        raise ParseError(str(refused)) from None
    except TooManyEvents as refused:
        raise TooLarge(str(refused)) from None
    if named and named != source.code:
        raise Http404
    return events


def _answer(source: UsageSource, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    counts = Counter(outcome.status for outcome in outcomes)
    return {
        "source": source.code,
        **{str(status): counts[status] for status in Status},
        "results": [_told(index, outcome) for index, outcome in enumerate(outcomes)],
    }


def _told(index: int, outcome: Outcome) -> dict[str, Any]:
    told: dict[str, Any] = {"index": index, "id": outcome.id, "status": str(outcome.status)}
    more = {"reason": outcome.reason, "detail": outcome.what, "remedy": outcome.remedy}
    return told | {name: text for name, text in more.items() if text}

"""How long events take over the API, alone and ten thousand at a time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from statistics import quantiles

from django.utils import timezone

from billing.usage.models import UsageRecord
from billing.usage.services.issue_source_key import issue_source_key
from tests import make
from tests.bench.figures import Figure, seconds_of
from tests.bench.server import Caller, serving
from tests.bench.usage_world import UsageWorld, records_of

PATH = "/api/v1/usage"
EVENTS_A_REQUEST, REQUESTS = 10_000, 5
SINGLE, WARM = 1_000, 50
FIELDS = ("id", "start", "service", "called", "quantity")

Events = Sequence[dict[str, str]]


def measure(world: UsageWorld) -> list[Figure]:
    """Single events between bare requests, then large ones: one client, one process."""
    stored = UsageRecord.objects.count()
    with serving() as port:
        caller = Caller(port, _token(world))
        _alone(caller, _events(world, stored, WARM))
        singles, bare = _alone(caller, _events(world, stored + WARM, SINGLE))
        many = _events(world, stored + WARM + SINGLE, EVENTS_A_REQUEST * REQUESTS)
        together = [
            _seconds(caller, many[first : first + EVENTS_A_REQUEST])
            for first in range(0, len(many), EVENTS_A_REQUEST)
        ]
    brought = WARM + SINGLE + len(many)
    if UsageRecord.objects.count() != stored + brought:
        raise RuntimeError("Not every event became a record.")
    return [
        Figure(
            f"an event among {EVENTS_A_REQUEST:,} of a request",
            1_000 * sum(together) / len(many),
            1_000 * sum(singles) / len(singles),
            "an event alone",
            10.0,
            unit="ms",
            is_gain=True,
        ),
        Figure(
            "an event alone, p99",
            1_000 * _p99(singles),
            1_000 * _p99(bare),
            "bare request with a key, p99",
            5.0,
            unit="ms",
        ),
    ]


def _events(world: UsageWorld, first: int, count: int) -> Events:
    records = records_of(world, first, count)
    return [dict(zip(FIELDS, record, strict=True)) for record in records]


def _alone(caller: Caller, events: Events) -> tuple[list[float], list[float]]:
    """Seconds of each event alone, and of a request without events behind each of them."""
    singles, bare = [], []
    for event in events:
        singles.append(_seconds(caller, [event]))
        bare.append(_seconds(caller, []))
    return singles, bare


def _seconds(caller: Caller, events: Events) -> float:
    body = json.dumps({"events": events}).encode()
    return seconds_of(lambda: caller.post(PATH, body))


def _p99(seconds: Sequence[float]) -> float:
    return quantiles(seconds, n=100)[98]


def _token(world: UsageWorld) -> str:
    now = timezone.now()
    maker = make.make_staff("keys@bench.example", world.brand)
    _key, token = issue_source_key(
        source=world.source, name="Switch", expires_at=now + timedelta(days=1), issued_by=maker,
        now=now,
    )  # fmt: skip
    return token

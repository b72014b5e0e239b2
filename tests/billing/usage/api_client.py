"""Brings events over the API as another system does, with a key of a source."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from billing.usage.models import UsageSource
from billing.usage.services.issue_source_key import issue_source_key
from tests import make

USAGE = "/api/v1/usage"
ITS_FIELDS = ("id", "start", "service", "called", "quantity")


def token_of(source: UsageSource) -> str:
    """A new key of the source."""
    email = f"keys@{source.brand.code}.example"
    maker = source.brand.staff.filter(email=email).first() or make.make_staff(email, source.brand)
    now = timezone.now()
    _key, token = issue_source_key(
        source=source, name="Switch", expires_at=now + timedelta(days=9), issued_by=maker, now=now
    )
    return token


def event_of(line: str) -> dict[str, str]:
    """The event that says what a line of a CSV file says."""
    return dict(zip(ITS_FIELDS, line.split(","), strict=True))


class Bringer:
    """A client with a key of one source."""

    def __init__(self, source: UsageSource, host: str = "staff.localhost") -> None:
        self.client = Client(headers={"host": host, "authorization": f"Bearer {token_of(source)}"})

    def send(self, body: Any, content_type: str = "application/json", **headers: str) -> Any:
        """The answer to a body as it stands, or to what it says as JSON."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post(USAGE, raw, content_type, headers=headers)

    def bring(self, *lines: str) -> list[str]:
        """What became of the events that say what these lines of a file say."""
        answer = self.send({"events": [event_of(line) for line in lines]})
        assert answer.status_code == 200, answer.content
        return [result["status"] for result in answer.json()["results"]]

"""Write a piece of news in the transaction of the change that it tells about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from core.models import Brand, Event

NEXT_PLACE = """
    INSERT INTO core_eventstream (brand_id, account_id, last_sequence) VALUES (%s, %s, 1)
    ON CONFLICT (brand_id, account_id)
    DO UPDATE SET last_sequence = core_eventstream.last_sequence + 1
    RETURNING id, last_sequence
"""


def record_event(
    kind: str,
    *,
    brand: Brand,
    account_id: int | None,
    payload: Mapping[str, Any],
    now: datetime,
) -> Event:
    """Write an event; it is told to its subscribers once the caller's transaction commits.

    `payload` holds identifiers, dates and amounts as texts, never personal data. Whoever writes
    events of several accounts in one transaction takes the accounts in the order of their ids.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(NEXT_PLACE, [brand.pk, account_id])
            stream_id, sequence = cursor.fetchone()
        return Event.objects.create(
            stream_id=stream_id,
            sequence=sequence,
            kind=kind,
            payload=dict(payload),
            recorded_at=now,
        )

"""Write a piece of news in the transaction of the change that it tells about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from core.models import Brand, Event

# The rows are locked in the order of the accounts, so that two writers never wait in a circle.
NEXT_PLACES = """
    INSERT INTO core_eventstream (brand_id, account_id, last_sequence)
    SELECT %s, account, news
    FROM unnest(%s::bigint[], %s::bigint[]) AS given (account, news)
    ORDER BY account
    ON CONFLICT (brand_id, account_id)
    DO UPDATE SET last_sequence = core_eventstream.last_sequence + EXCLUDED.last_sequence
    RETURNING account_id, id, last_sequence
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
    events of several accounts in one transaction uses `record_events`.
    """
    return record_events(kind, brand=brand, news=[(account_id, payload)], now=now)[0]


def record_events(
    kind: str,
    *,
    brand: Brand,
    news: Sequence[tuple[int | None, Mapping[str, Any]]],
    now: datetime,
) -> list[Event]:
    """Write one event for each pair of account and payload, in the order given, at once."""
    if not news:
        return []
    counts = Counter(account_id for account_id, _ in news)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(NEXT_PLACES, [brand.pk, list(counts), list(counts.values())])
            places = {account: (stream, last) for account, stream, last in cursor.fetchall()}
        following = {account: last - counts[account] for account, (_, last) in places.items()}
        events = []
        for account_id, payload in news:
            following[account_id] += 1
            events.append(
                Event(
                    stream_id=places[account_id][0],
                    sequence=following[account_id],
                    kind=kind,
                    payload=dict(payload),
                    recorded_at=now,
                )
            )
        return Event.objects.bulk_create(events)

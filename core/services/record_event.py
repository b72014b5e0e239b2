"""Write a piece of news in the transaction of the change that it tells about."""

from __future__ import annotations

import json
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


_WRITE = """
    INSERT INTO core_event (
        uid, stream_id, sequence, kind, payload, recorded_at, state, attempts, error, skip_reason
    )
    SELECT gen_random_uuid(), stream, sequence, %s, payload::jsonb, %s, 'waiting', 0, '', ''
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[])
        WITH ORDINALITY AS given (stream, sequence, payload, place)
    ORDER BY place
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
    with transaction.atomic():
        [(stream, sequence)] = _places(brand, [account_id])
        return Event.objects.create(
            stream_id=stream, sequence=sequence, kind=kind, payload=dict(payload), recorded_at=now
        )


def record_events(
    kind: str,
    *,
    brand: Brand,
    news: Sequence[tuple[int | None, Mapping[str, Any]]],
    now: datetime,
) -> None:
    """Write one event for each pair of account and payload, in the order given, at once."""
    if not news:
        return
    payloads = [json.dumps(payload) for _, payload in news]
    with transaction.atomic():
        places = _places(brand, [account_id for account_id, _ in news])
        streams, sequences = zip(*places, strict=True)
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, [kind, now, list(streams), list(sequences), payloads])


def _places(brand: Brand, account_ids: Sequence[int | None]) -> list[tuple[int, int]]:
    """The stream and the place in it for an event of each of these accounts."""
    counts = Counter(account_ids)
    with connection.cursor() as cursor:
        cursor.execute(NEXT_PLACES, [brand.pk, list(counts), list(counts.values())])
        last = {account: (stream, place) for account, stream, place in cursor.fetchall()}
    following = {account: place - counts[account] for account, (_, place) in last.items()}
    places = []
    for account_id in account_ids:
        following[account_id] += 1
        places.append((last[account_id][0], following[account_id]))
    return places

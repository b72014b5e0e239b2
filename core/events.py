"""Who is told which news: each app registers its subscribers in a module `subscribers.py`.

@subscriber("invoice.issued")
def queue_invoice_mail(news: News) -> None: ...
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

EVERY_KIND = "*"


@dataclass(frozen=True, slots=True)
class News:
    """An event as subscribers see it; `uid` is the same each time it is told.

    `sequence` counts without gaps within its account (or the brand, where there is no account).
    """

    uid: uuid.UUID
    kind: str
    brand_id: int
    account_id: int | None
    sequence: int
    payload: Mapping[str, Any]
    recorded_at: datetime
    now: datetime


Subscriber = Callable[[News], None]

_subscribers: dict[str, dict[str, Subscriber]] = {}


def subscriber(kind: str) -> Callable[[Subscriber], Subscriber]:
    """Register who is told about events of a kind; "*" is told about all.

    A subscriber runs inside the transaction that marks the event as delivered: what it writes to
    the database happens exactly once. What it does outside may happen again: pass on `uid`.
    """

    def register(tell: Subscriber) -> Subscriber:
        _subscribers.setdefault(kind, {})[f"{tell.__module__}.{tell.__qualname__}"] = tell
        return tell

    return register


def subscribers_of(kind: str) -> list[Subscriber]:
    """Who is told about events of this kind, by name."""
    known = _subscribers.get(kind, {}) | _subscribers.get(EVERY_KIND, {})
    return [known[name] for name in sorted(known)]

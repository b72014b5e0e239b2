"""Tell subscribers the news: at least once, and in the order of each account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import Error as DatabaseFailure
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from core.errors import DomainError
from core.events import News, subscribers_of
from core.models import Event, User

ATTEMPTS_MAX = 5
WAITS = (5, 15, 60, 120)  # seconds before the second, third … attempt
BATCH = 10_000
AT_ONCE = 100  # of as many accounts, in one transaction


@dataclass(frozen=True, slots=True)
class Delivery:
    """How many events of a round were delivered, failed, and were parked."""

    delivered: int
    failed: int
    parked: int


def deliver_events(now: datetime, *, at_most: int = BATCH) -> Delivery:
    """Tell the waiting events whose turn it is; any number of processes may do so at once.

    The first undelivered event of an account bars its later ones, until it was told, or a person
    skipped it. An event that fails is tried again later and parked after five attempts.
    """
    counts: Counter[str] = Counter(delivered=_pass_over_the_unheard(now))
    while counts.total() < at_most:
        outcomes = _deliver_some(now)
        if not outcomes:
            break
        counts.update(outcomes)
    return Delivery(counts["delivered"], counts["failed"], counts["parked"])


def waiting_events(now: datetime) -> QuerySet[Event]:
    """The events whose turn it is, oldest first."""
    earlier = Event.objects.filter(
        stream=OuterRef("stream"),
        sequence__lt=OuterRef("sequence"),
        state__in=(Event.State.WAITING, Event.State.PARKED),
    )
    due = Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=now)
    return Event.objects.filter(due, ~Exists(earlier), state=Event.State.WAITING).order_by("id")


def retry_event(event: Event) -> Event:
    """Tell a parked event again; refuses one in any other state."""
    changed = Event.objects.filter(pk=event.pk, state=Event.State.PARKED).update(
        state=Event.State.WAITING, attempts=0, next_attempt_at=None, error=""
    )
    if not changed:
        raise DomainError("Only a parked event can be tried again.")
    event.refresh_from_db()
    return event


def skip_event(event: Event, *, by: User, reason: str) -> Event:
    """Give a parked event up, so that its account's later ones are told; needs a reason."""
    if not reason.strip():
        raise DomainError("Say why the event is skipped.")
    changed = Event.objects.filter(pk=event.pk, state=Event.State.PARKED).update(
        state=Event.State.SKIPPED, skipped_by=by, skip_reason=reason.strip()[:200]
    )
    if not changed:
        raise DomainError("Only a parked event can be skipped.")
    event.refresh_from_db()
    return event


def _pass_over_the_unheard(now: datetime) -> int:
    """Close in one statement what nobody subscribed to; returns how many.

    Not where an earlier event of the account is still to be told: order holds for these too.
    """
    waiting = Event.objects.filter(state=Event.State.WAITING)
    kinds = waiting.order_by().values_list("kind", flat=True).distinct()
    unheard = [kind for kind in kinds if not subscribers_of(kind)]
    if not unheard:
        return 0
    earlier = Event.objects.filter(
        stream=OuterRef("stream"),
        sequence__lt=OuterRef("sequence"),
        state__in=(Event.State.WAITING, Event.State.PARKED),
    ).exclude(kind__in=unheard, state=Event.State.WAITING)
    return waiting.filter(~Exists(earlier), kind__in=unheard).update(
        state=Event.State.DELIVERED,
        attempts=F("attempts") + 1,
        delivered_at=now,
        next_attempt_at=None,
        error="",
    )


def _deliver_some(now: datetime) -> list[str]:
    with transaction.atomic():
        events = (
            waiting_events(now)
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("stream")[:AT_ONCE]
        )
        return [_deliver(event, now) for event in events]


def _deliver(event: Event, now: datetime) -> str:
    failure: Exception | None = None
    try:
        with transaction.atomic():
            _tell(event, now)
    except DatabaseFailure as error:
        if connection.connection is None or connection.connection.closed:
            raise
        failure = error
    except Exception as error:  # noqa: BLE001 – whatever a subscriber does, the others go on
        failure = error
    return _note(event, failure, now)


def _tell(event: Event, now: datetime) -> None:
    stream = event.stream
    news = News(
        event.uid,
        event.kind,
        stream.brand_id,
        stream.account_id,
        event.sequence,
        event.payload,
        event.recorded_at,
        now,
    )
    tellers: list[Callable[[News], None]] = subscribers_of(event.kind)
    for tell in tellers:
        tell(news)


def _note(event: Event, failure: Exception | None, now: datetime) -> str:
    row = Event.objects.filter(pk=event.pk)
    if failure is None:
        row.update(
            state=Event.State.DELIVERED,
            attempts=F("attempts") + 1,
            delivered_at=now,
            next_attempt_at=None,
            error="",
        )
        return "delivered"
    attempts = event.attempts + 1
    words = " ".join(f"{type(failure).__name__}: {failure}".split())[:2000]
    if attempts >= ATTEMPTS_MAX:
        row.update(state=Event.State.PARKED, attempts=attempts, error=words, next_attempt_at=None)
        return "parked"
    wait = timedelta(seconds=WAITS[attempts - 1])
    row.update(attempts=attempts, error=words, next_attempt_at=now + wait)
    return "failed"

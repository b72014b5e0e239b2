"""What always holds of work and news: nothing is stuck, lost or out of order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db import connection
from django.db.models import Count, F, Max, Min, Q
from django.utils import timezone

import core.history_audit  # noqa: F401 – its checks join the others
from core.audit import invariant
from core.models import Event, EventStream, Job
from core.one_brand import compared, strangers

UNSENT_AFTER = timedelta(minutes=5)
STUCK_AFTER = timedelta(minutes=2)


@invariant("I30", "each event is told within five minutes, or is parked for a person")
def events_are_told() -> Iterator[str]:
    """Waiting events that are old, unless a parked one of their account bars them."""
    late = Event.objects.filter(
        state=Event.State.WAITING, recorded_at__lt=timezone.now() - UNSENT_AFTER
    )
    barred = Event.objects.filter(state=Event.State.PARKED).values("stream")
    for event in late.exclude(stream__in=barred).order_by("id")[:1000]:
        yield f"event {event.uid} ({event.kind}) waits since {event.recorded_at:%Y-%m-%d %H:%M} UTC"


@invariant("I30b", "the events of an account are numbered without gaps, and told in their order")
def events_are_in_order() -> Iterator[str]:
    """Streams with gaps, and events that were told before an earlier one of their stream."""
    streams = EventStream.objects.annotate(
        written=Count("events"), first=Min("events__sequence"), last=Max("events__sequence")
    )
    gaps = ~Q(written=F("last") - F("first") + 1) | ~Q(last=F("last_sequence"))
    for stream in streams.filter(gaps, written__gt=0):
        yield f"the events of stream {stream.pk} ({stream}) are not numbered without gaps"
    early = Event.objects.filter(
        state__in=(Event.State.WAITING, Event.State.PARKED),
        stream__events__sequence__gt=F("sequence"),
        stream__events__state=Event.State.DELIVERED,
    ).distinct()
    for event in early[:1000]:
        yield f"event {event.uid}: a later one of its account was told before it"


@invariant("I33", "no work is stuck: no job's lease ran out more than two minutes ago")
def no_job_is_stuck() -> Iterator[str]:
    """Running jobs whose worker is gone and that nobody took up."""
    stuck = Job.objects.filter(
        state=Job.State.RUNNING, leased_until__lt=timezone.now() - STUCK_AFTER
    )
    for job in stuck.order_by("id")[:1000]:
        yield f"job {job.pk} ({job.kind}): its worker {job.worker} is gone; does any worker run?"


@invariant("I28c", "all ways from a row to its brand, or to its account, end at the same one")
def strangers_of_another_brand() -> Iterator[str]:
    """Rows that triggers would have refused: they came in while one was off."""
    for model, trigger in compared():
        with connection.cursor() as cursor:
            cursor.execute(strangers(model, trigger.ways))
            for (sentence,) in cursor.fetchmany(1000):
                yield f"{model._meta.verbose_name} {sentence}"

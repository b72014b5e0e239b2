"""News is written with the change, told at least once, in order; failures bar one account alone."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from core import events
from core.audit import all_invariants
from core.errors import DomainError
from core.events import News, subscriber, subscribers_of
from core.models import Event, EventStream, User
from core.services.deliver_events import ATTEMPTS_MAX, deliver_events, retry_event, skip_event
from core.services.record_event import record_event, record_events
from tests import make

NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _own_subscribers(monkeypatch):
    monkeypatch.setattr(events, "_subscribers", {})


@pytest.fixture
def told():
    """What a subscriber to everything was told; accounts in `failing` make it fail."""

    class Told(list):
        failing: set[int] = set()

    heard = Told()
    heard.failing = set()

    @subscriber("*")
    def hear(news: News) -> None:
        if news.account_id in heard.failing:
            raise ValueError("no answer")
        heard.append((news.account_id, news.sequence, news.kind))

    return heard


def record(brand, account_id, kind="thing.happened"):
    return record_event(kind, brand=brand, account_id=account_id, payload={"id": 1}, now=NOW)


def test_news_is_told_in_the_order_of_its_account(fjordtel, told):
    record_events("a", brand=fjordtel, news=[(7, {}), (8, {}), (7, {})], now=NOW)
    record(fjordtel, 7, "b")

    delivery = deliver_events(NOW)

    assert delivery.delivered == 4
    assert [one for one in told if one[0] == 7] == [(7, 1, "a"), (7, 2, "a"), (7, 3, "b")]
    assert deliver_events(NOW).delivered == 0


def test_news_without_an_account_has_an_order_of_its_own(fjordtel, northwind, told):
    record(fjordtel, None)
    record(fjordtel, None)
    record(northwind, None)

    deliver_events(NOW)

    assert sorted(EventStream.objects.values_list("last_sequence", flat=True)) == [1, 2]
    assert sorted(sequence for _, sequence, _ in told) == [1, 1, 2]


def test_what_is_rolled_back_is_never_told(fjordtel, told):
    with suppress(ZeroDivisionError), transaction.atomic():
        record(fjordtel, 7)
        raise ZeroDivisionError
    record(fjordtel, 7)

    deliver_events(NOW)

    assert told == [(7, 1, "thing.happened")]


def test_a_failure_bars_the_later_news_of_its_account_alone_until_it_is_told(fjordtel, told):
    told.failing = {7}
    for account_id in (7, 7, 8):
        record(fjordtel, account_id)

    first = deliver_events(NOW)
    too_early = deliver_events(NOW)
    told.failing = set()
    second = deliver_events(NOW + HOUR)

    assert (first.delivered, first.failed) == (1, 1)
    assert (too_early.delivered, too_early.failed) == (0, 0)
    assert second.delivered == 2
    assert told == [(8, 1, "thing.happened"), (7, 1, "thing.happened"), (7, 2, "thing.happened")]


def parked(brand, told):
    told.failing = {7}
    event = record(brand, 7)
    for attempt in range(ATTEMPTS_MAX):
        deliver_events(NOW + attempt * HOUR)
    event.refresh_from_db()
    return event


def test_an_event_that_always_fails_is_parked_and_a_person_tries_again(fjordtel, told):
    event = parked(fjordtel, told)
    state, error, uid = event.state, event.error, event.uid
    told.failing = set()

    retry_event(event)
    deliver_events(NOW)

    assert (state, error) == ("parked", "ValueError: no answer")
    event.refresh_from_db()
    assert (event.state, event.uid) == ("delivered", uid)


def test_a_person_skips_an_event_with_a_reason_and_later_ones_go_on(fjordtel, told):
    event = parked(fjordtel, told)
    record(fjordtel, 7)
    told.failing = set()
    person = make.make_staff()

    with pytest.raises(DomainError, match="Say why"):
        skip_event(event, by=person, reason=" ")
    barred = deliver_events(NOW + HOUR).delivered
    skip_event(event, by=person, reason="The receiver is gone.")

    assert barred == 0
    assert deliver_events(NOW + HOUR).delivered == 1
    assert told == [(7, 2, "thing.happened")]


def test_what_a_failing_subscriber_wrote_is_taken_back(fjordtel):
    @subscriber("x")
    def writes_and_fails(news: News) -> None:
        make.make_staff("written@fjordtel.example")
        raise ValueError

    record(fjordtel, 7, "x")

    deliver_events(NOW)

    assert not User.objects.filter(email="written@fjordtel.example").exists()
    assert Event.objects.get().attempts == 1


def test_only_a_parked_event_is_tried_again_or_skipped(fjordtel):
    event = record(fjordtel, 7)

    with pytest.raises(DomainError):
        retry_event(event)
    with pytest.raises(DomainError):
        skip_event(event, by=make.make_staff(), reason="x")


def test_subscribers_are_those_of_the_kind_and_of_all_kinds(told):
    @subscriber("x")
    def one(news: News) -> None:
        """Hears of x."""

    assert len(subscribers_of("x")) == 2
    assert len(subscribers_of("y")) == 1


def test_events_move_as_declared(fjordtel, told):
    def deliver(event):
        told.failing = set()
        deliver_events(NOW + 9 * HOUR)

    def fail(event):
        told.failing = {7}
        Event.objects.filter(pk=event.pk, state="waiting").update(attempts=ATTEMPTS_MAX - 1)
        deliver_events(NOW + 9 * HOUR)

    person = make.make_staff()
    services = (
        deliver,
        fail,
        retry_event,
        lambda event: skip_event(event, by=person, reason="gone"),
    )
    moves = set()
    for path in ((a, b, c) for a in services for b in services for c in services):
        event = record(fjordtel, 7)
        for fire in path:
            before = Event.objects.get(pk=event.pk).state
            with suppress(DomainError):
                fire(event)
            moves.add((before, Event.objects.get(pk=event.pk).state))
        with suppress(DomainError):
            skip_event(event, by=person, reason="next")
        deliver(event)
    declared = {(a, b) for a, ends in Event.TRANSITIONS.items() for b in ends}

    assert {(a, b) for a, b in moves if a != b} == declared


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"state": "lost"}, "event_state_is_known"),
        ({"state": "delivered"}, "event_delivered_has_a_time"),
        ({"delivered_at": NOW}, "event_delivered_has_a_time"),
        ({"state": "skipped"}, "event_skipped_by_somebody_for_a_reason"),
        ({"skip_reason": "x"}, "event_skipped_by_somebody_for_a_reason"),
    ],
)
def test_an_event_is_refused(fjordtel, fields, constraint):
    record(fjordtel, 7)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Event.objects.update(**fields)


def test_places_in_a_stream_and_streams_exist_once(fjordtel):
    event = record(fjordtel, None)

    with (
        pytest.raises(IntegrityError, match="event_place_in_its_stream_once"),
        transaction.atomic(),
    ):
        Event.objects.create(stream=event.stream, sequence=1, kind="x", recorded_at=NOW)
    with pytest.raises(IntegrityError, match="event_stream_once_per_account"), transaction.atomic():
        EventStream.objects.create(brand=fjordtel, account_id=None)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE core_event SET payload = '{\"id\": 2}'",
        "UPDATE core_event SET sequence = 9",
        "UPDATE core_event SET kind = 'other'",
        "UPDATE core_event SET uid = gen_random_uuid()",
        "DELETE FROM core_event",
    ],
)
def test_event_is_fixed(fjordtel, sql):
    """Trigger event_is_fixed of Event: what it says never changes, undelivered ones stay."""
    record(fjordtel, 7)

    with (
        pytest.raises(IntegrityError, match=r"never changes|not removed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_a_delivered_event_is_frozen_but_may_be_cleared_away(fjordtel):
    record(fjordtel, 7)
    deliver_events(NOW)

    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        Event.objects.update(state="waiting", delivered_at=None)
    Event.objects.all().delete()

    assert not Event.objects.exists()


def test_the_audit_finds_old_news_and_news_out_of_order(fjordtel):
    checks = {one.id: one.check for one in all_invariants()}
    record(fjordtel, 7)
    late = list(checks["I30"]())
    record(fjordtel, 7)
    Event.objects.filter(sequence=2).update(state="delivered", delivered_at=NOW)

    assert len(late) == 1
    assert "waits since 2026-11-03" in late[0]
    assert len(list(checks["I30b"]())) == 1

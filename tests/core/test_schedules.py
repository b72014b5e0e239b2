"""What is due is done once, by one process at a time; a person may change when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections
from django_celery_beat.models import PeriodicTask

from core import schedules
from core.audit import all_invariants
from core.models import Job
from core.schedules import known_schedules, scheduled
from core.services import fire_schedules as firing
from core.services.fire_schedules import become_scheduler, fire_due_schedules, fire_schedule
from core.services.set_up_schedules import set_up_schedules

NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)


@pytest.fixture
def done(monkeypatch, db):
    """Two duties alone, and when they were done: one every ten seconds, one daily at six."""
    monkeypatch.setattr(schedules, "_schedules", {})
    times: list[tuple[str, datetime]] = []

    @scheduled("often", every=timedelta(seconds=10))
    def often(now: datetime) -> None:
        """Done every ten seconds."""
        times.append(("often", now))

    @scheduled("daily", daily_at=6)
    def daily(now: datetime) -> None:
        """Done at six."""
        times.append(("daily", now))

    PeriodicTask.objects.all().delete()
    set_up_schedules()
    PeriodicTask.objects.update(date_changed=NOW)
    return times


def test_a_duty_is_done_when_it_is_due_and_not_before(done):
    for seconds in (0, 4, 9, 10, 12, 21):
        fire_due_schedules(NOW + timedelta(seconds=seconds))

    assert [(name, (at - NOW).seconds) for name, at in done] == [
        ("often", 0),
        ("often", 10),
        ("often", 21),
    ]


def test_what_was_missed_many_times_is_done_once(done):
    fire_due_schedules(NOW)
    fire_due_schedules(NOW + timedelta(days=5))
    fire_due_schedules(NOW + timedelta(days=5, seconds=1))

    assert [name for name, _ in done] == ["often", "daily", "often"]


def test_a_schedule_that_a_person_switched_off_is_left_alone_and_stays_so(done):
    PeriodicTask.objects.filter(name="often").update(enabled=False)

    made = set_up_schedules()
    fire_due_schedules(NOW)

    assert made == []
    assert done == []


def test_a_duty_that_fails_is_logged_and_done_again(monkeypatch, done, caplog):
    @scheduled("broken", every=timedelta(seconds=10))
    def broken(now: datetime) -> None:
        """Fails."""
        raise ValueError("no")

    assert fire_schedule("broken", now=NOW)
    assert fire_schedule("broken", now=NOW)
    assert caplog.text.count("The schedule broken failed") == 2


def test_a_name_that_nobody_knows_is_passed_over(done):
    assert not fire_schedule("unheard", now=NOW)


@pytest.mark.django_db(transaction=True)
def test_one_process_keeps_the_schedules_and_one_does_a_duty(done):
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [firing.SCHEDULER_LOCK])
        cursor.execute(
            "SELECT pg_try_advisory_lock(%s, hashtext(%s))", [firing.DUTY_LOCKS, "often"]
        )
    kept_by_another = not become_scheduler()
    left_out = not fire_schedule("often", now=NOW)
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock_all()")
    other.close()

    assert kept_by_another
    assert left_out
    assert done == []
    assert become_scheduler()


def test_every_app_registers_its_duties():
    names = {one.name: one.enabled for one in known_schedules()}

    assert names["sweep_jobs"]
    assert names["deliver_events"]
    assert names["expire_approvals"]
    assert names["send_messages"]
    assert names["ensure_partitions"]
    assert not names["run_collections"]


def test_the_audit_finds_a_job_that_nobody_took_up(db):
    check = next(one.check for one in all_invariants() if one.id == "I33")
    Job.objects.create(kind="x", state="running", worker="gone:1", leased_until=NOW, created_at=NOW)

    assert len(list(check())) == 1

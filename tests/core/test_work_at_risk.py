"""Children, workers and the broker are killed while jobs run: each effect happens once."""

from __future__ import annotations

import os
import time
from collections import Counter

import pytest
from django.db import connection
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from core.models import Job
from core.services import send_hint as hints
from core.services.enqueue_job import enqueue_job
from core.services.requeue_job import requeue_job
from core.services.set_up_schedules import set_up_schedules
from tests.core.counted_jobs.jobs import STEPS
from tests.core.work_at_risk import Plant

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def effects():
    """A table that takes the same effect twice, so that a doubled one would be seen."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE counted_effect (job bigint, step int)")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE counted_effect")


@pytest.fixture
def plant(tmp_path, settings, effects):
    """A broker, a worker with two children and beat, whose sweeper comes each second."""
    set_up_schedules()
    second = IntervalSchedule.objects.create(every=1, period="seconds")
    PeriodicTask.objects.filter(name="sweep_jobs").update(interval=second)
    started = Plant(tmp_path, seed=int(os.environ.get("TRUNKLINE_SEED", "1")))
    settings.CELERY_BROKER_URL = started.url
    hints._sender.cache_clear()
    yield started
    started.stop()
    hints._sender.cache_clear()


def enqueue(kind: str) -> Job:
    return enqueue_job(kind, payload={}, now=timezone.now())


def unfinished() -> int:
    return Job.objects.exclude(kind="poison").exclude(state=Job.State.DONE).count()


def work_while_killing(plant: Plant, jobs: int, kills: int, seconds: float) -> Counter[str]:
    """Enqueue jobs and kill `kills` times while they run; what was killed."""
    killed: Counter[str] = Counter()
    for number in range(jobs):
        enqueue("stepped" if number % 3 == 0 else "counted")
    deadline = time.monotonic() + seconds
    while unfinished():
        assert time.monotonic() < deadline, f"{unfinished()} left\n{plant.log()}"
        started = Job.objects.filter(attempts__gt=0).exists()
        if plant.kills < kills and started:
            killed[plant.kill_something()] += 1
        for parked in Job.objects.filter(state=Job.State.PARKED).exclude(kind="poison"):
            requeue_job(parked)  # killed three times by chance: a person tries again
        time.sleep(plant.chance.uniform(0.2, 1.0))
    return killed


def counted_effects() -> Counter[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT job, step FROM counted_effect")
        return Counter(cursor.fetchall())


def expected_effects() -> Counter[tuple[int, int]]:
    """One effect for each counted job, one for each step of the others."""
    return Counter(
        (job.pk, step)
        for job in Job.objects.exclude(kind="poison")
        for step in range(STEPS if job.kind == "stepped" else 1)
    )


def test_each_effect_happens_once_whatever_is_killed_and_poison_is_parked(plant):
    bad = enqueue("poison")

    work_while_killing(plant, jobs=60, kills=4, seconds=120)
    deadline = time.monotonic() + 60
    while Job.objects.get(pk=bad.pk).state != Job.State.PARKED:
        assert time.monotonic() < deadline, plant.log()
        time.sleep(0.2)

    bad.refresh_from_db()
    assert counted_effects() == expected_effects()
    assert (bad.attempts, bad.worker) == (3, "")
    assert "died" in bad.error


@pytest.mark.prove
def test_five_hundred_jobs_survive_many_kills(plant):
    killed = work_while_killing(plant, jobs=500, kills=40, seconds=900)

    assert counted_effects() == expected_effects()
    assert sum(killed.values()) > 0


def test_the_same_hint_ten_times_is_one_effect(plant):
    job = enqueue("counted")

    sent = [hints.send_hint(job.pk) for _ in range(10)]
    work_while_killing(plant, jobs=0, kills=0, seconds=120)

    assert sent == [True] * 10
    assert counted_effects() == {(job.pk, 0): 1}


def test_a_write_succeeds_while_the_broker_is_down_and_is_done_once_it_is_back(plant):
    plant.broker.kill()
    plant.broker.wait()

    job = enqueue("counted")
    heard = hints.send_hint(job.pk)
    plant.broker = plant._start_broker()
    work_while_killing(plant, jobs=0, kills=0, seconds=120)

    assert not heard
    assert counted_effects() == {(job.pk, 0): 1}

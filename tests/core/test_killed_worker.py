"""A worker process that is killed in the middle of a job: another one finishes the job."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from core.models import Job
from core.services.claim_job import LEASE
from core.services.enqueue_job import enqueue_job

CHECKOUT = Path(settings.BASE_DIR)


@pytest.fixture
def start_worker():
    """Start real worker processes; none of them outlives the test."""
    workers: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        workers.append(worker_process(*arguments))
        return workers[-1]

    yield start
    for worker in workers:
        worker.kill()
        worker.wait()


def worker_process(*arguments: str) -> subprocess.Popen[str]:
    """A real `manage.py work` on the test database."""
    database = connection.settings_dict
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.core.slow_jobs.settings_with_slow_jobs",
        "DATABASE_URL": url_of(database),
        "PYTHONUNBUFFERED": "1",
    }
    return subprocess.Popen(
        [sys.executable, "manage.py", "work", *arguments],
        cwd=CHECKOUT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def url_of(database: dict) -> str:
    """The URL of the database that the tests run in."""
    socket = database["OPTIONS"].get("host", "")
    login = database["USER"] + (f":{database['PASSWORD']}" if database["PASSWORD"] else "")
    place = f"{login}@{database['HOST']}" + (f":{database['PORT']}" if database["PORT"] else "")
    return f"postgres://{place}/{database['NAME']}" + (f"?host={socket}" if socket else "")


def wait_until(condition, worker: subprocess.Popen[str]) -> None:
    """Wait for at most a minute, and no longer than the worker lives."""
    deadline = time.monotonic() + 60
    while not condition():
        assert worker.poll() is None, worker.communicate()[0]
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_worker_was_killed_is_finished_by_another(tmp_path, start_worker):
    enqueue_job("slow", payload={"folder": str(tmp_path)}, now=timezone.now())
    first = start_worker()
    wait_until((tmp_path / "started").exists, first)
    wait_until(lambda: Job.objects.get().progress_done == 1, first)
    first.send_signal(signal.SIGKILL)
    first.communicate()
    killed = Job.objects.get()
    # A minute passes.
    assert killed.leased_until is not None
    Job.objects.update(leased_until=killed.leased_until - LEASE)
    (tmp_path / "go").touch()

    second = start_worker("--until-empty")
    output, _ = second.communicate(timeout=60)

    job = Job.objects.get()
    assert killed.state == "running"
    assert second.returncode == 0, output
    assert (job.state, job.attempts, job.result) == ("done", 2, {"pid": second.pid})


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_asked_to_end_gives_its_job_back_and_ends_in_order(tmp_path, start_worker):
    enqueue_job("slow", payload={"folder": str(tmp_path)}, now=timezone.now())
    worker = start_worker()
    wait_until((tmp_path / "started").exists, worker)

    worker.send_signal(signal.SIGTERM)
    output, _ = worker.communicate(timeout=60)

    job = Job.objects.get()
    assert worker.returncode == 0, output
    assert (job.state, job.attempts) == ("queued", 0)

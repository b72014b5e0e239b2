"""Jobs: one worker each, taken up again after a death, parked after three failures."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from core import jobs
from core.errors import DomainError
from core.jobs import Report, handler_of, job_kind
from core.models import Job
from core.services import work_jobs
from core.services.claim_job import LEASE, claim_job, extend_lease, finish_job, sweep_expired_leases
from core.services.enqueue_job import enqueue_job
from core.services.requeue_job import requeue_job
from core.services.work_jobs import do_job, work_one

NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)


def at_noon() -> datetime:
    return NOON


@pytest.fixture
def kinds(monkeypatch):
    """The kinds `good`, `bad`, `refused` and `stopped`, for one test."""
    monkeypatch.setattr(jobs, "_handlers", {})

    @job_kind("good")
    def good(job: Job, report: Report) -> dict[str, str]:
        report(2, 2, "both done")
        return {"answer": "42"}

    @job_kind("bad")
    def bad(job: Job, report: Report) -> None:
        raise ZeroDivisionError("the sum has\nno parts")

    @job_kind("refused")
    def refused(job: Job, report: Report) -> None:
        raise DomainError("The bill date lies in the future; choose one that has passed.")


def enqueue(kind: str = "good", unique_key: str = "") -> Job:
    return enqueue_job(kind, payload={}, now=NOON, unique_key=unique_key)


@pytest.mark.django_db(transaction=True)
def test_a_job_is_done_and_keeps_its_result_and_progress(kinds):
    enqueue()

    job = work_one("w1", clock=at_noon)

    assert job is not None
    assert (job.state, job.result, job.attempts) == ("done", {"answer": "42"}, 1)
    assert (job.progress_done, job.progress_total, job.progress_text) == (2, 2, "both done")
    assert (job.worker, job.leased_until, job.finished_at) == ("", None, NOON)
    assert work_one("w1", clock=at_noon) is None


@pytest.mark.django_db
def test_the_oldest_job_comes_first():
    first, second = enqueue(), enqueue()

    assert claim_job("w1", now=NOON) == first
    assert claim_job("w2", now=NOON) == second
    assert claim_job("w3", now=NOON) is None


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_claim_at_the_same_moment_take_different_jobs():
    expected = {enqueue().pk for _ in range(6)}
    barrier = threading.Barrier(6)
    claimed: list[int] = []

    def work(name: str) -> None:
        barrier.wait()
        job = claim_job(name, now=NOON)
        assert job is not None
        claimed.append(job.pk)
        connection.close()

    threads = [threading.Thread(target=work, args=(f"w{index}",)) for index in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(claimed) == sorted(expected)


@pytest.mark.django_db
def test_a_claimed_job_has_a_lease_of_a_minute_and_is_nobody_elses():
    enqueue()
    job = claim_job("w1", now=NOON)

    assert job is not None
    assert job.leased_until == NOON + LEASE
    assert claim_job("w2", now=NOON) is None


@pytest.mark.django_db
def test_the_job_of_a_dead_worker_is_taken_up_again():
    enqueue()
    claim_job("dead", now=NOON)

    early = sweep_expired_leases(NOON + LEASE)
    late = sweep_expired_leases(NOON + LEASE + timedelta(seconds=1))
    job = claim_job("w2", now=NOON + LEASE)

    assert (early, late) == (0, 1)
    assert job is not None
    assert (job.worker, job.attempts) == ("w2", 2)


@pytest.mark.django_db
def test_a_worker_thought_dead_can_not_write_over_its_successor():
    enqueue()
    dead = claim_job("w1", now=NOON)
    sweep_expired_leases(NOON + 2 * LEASE)
    successor = claim_job("w1", now=NOON + 2 * LEASE)

    assert dead is not None
    assert successor is not None
    assert not extend_lease(dead, now=NOON)
    assert not finish_job(dead, {"from": "the dead"}, now=NOON)
    assert finish_job(successor, {"from": "the living"}, now=NOON)


@pytest.mark.django_db
def test_a_job_whose_workers_died_three_times_is_parked():
    enqueue()
    for attempt in range(3):
        claim_job("w1", now=NOON + attempt * 2 * LEASE)
        sweep_expired_leases(NOON + (attempt + 1) * 2 * LEASE)

    job = Job.objects.get()

    assert (job.state, job.attempts) == ("parked", 3)
    assert job.error == "The worker died or was cut off 3 times while doing this job."


@pytest.mark.django_db(transaction=True)
def test_a_failing_job_is_parked_after_three_attempts_with_its_error(kinds):
    enqueue("bad")

    states = [work_one("w1", clock=at_noon).state for _ in range(3)]
    job = Job.objects.get()

    assert states == ["queued", "queued", "parked"]
    assert job.error.splitlines()[0] == "ZeroDivisionError: the sum has no parts"
    assert "Traceback" in job.error
    assert work_one("w1", clock=at_noon) is None


@pytest.mark.django_db(transaction=True)
def test_what_the_rules_refuse_is_parked_at_once_in_plain_words(kinds):
    enqueue("refused")

    job = work_one("w1", clock=at_noon)

    assert job is not None
    assert (job.state, job.attempts) == ("parked", 1)
    assert job.error == "The bill date lies in the future; choose one that has passed."


@pytest.mark.django_db
def test_a_parked_job_is_tried_again_when_a_person_says_so():
    job = enqueue()
    Job.objects.update(state="parked", attempts=3, error="no disk space")

    again = requeue_job(job)

    assert (again.state, again.attempts, again.error) == ("queued", 0, "")
    with pytest.raises(DomainError, match="Only a parked job"):
        requeue_job(job)


@pytest.mark.django_db
def test_the_same_work_is_asked_for_once_until_it_is_finished():
    first = enqueue(unique_key="bill_run:1:2026-11-01")

    assert enqueue(unique_key="bill_run:1:2026-11-01") == first
    assert enqueue(unique_key="bill_run:1:2026-12-01") != first
    assert enqueue() != enqueue()
    claimed = claim_job("w1", now=NOON)
    assert claimed is not None
    assert claimed == first
    assert enqueue(unique_key="bill_run:1:2026-11-01") == first
    assert finish_job(claimed, {}, now=NOON)
    assert enqueue(unique_key="bill_run:1:2026-11-01") != first


@pytest.mark.django_db
def test_the_database_refuses_a_second_unfinished_job_with_a_key():
    enqueue(unique_key="once")

    with pytest.raises(IntegrityError, match="job_unfinished_key_once"), transaction.atomic():
        Job.objects.create(kind="good", unique_key="once", created_at=NOON)


@pytest.mark.django_db
def test_the_database_refuses_a_running_job_without_a_lease():
    with pytest.raises(IntegrityError, match="job_running_has_a_lease"), transaction.atomic():
        Job.objects.create(kind="good", state="running", created_at=NOON)


@pytest.mark.django_db(transaction=True)
def test_a_worker_asked_to_stop_gives_its_job_back_unharmed(kinds):
    enqueue()
    stop = threading.Event()
    stop.set()

    job = work_one("w1", clock=at_noon, stop=stop)

    assert job is not None
    assert (job.state, job.attempts, job.error) == ("queued", 0, "")


@pytest.mark.django_db(transaction=True)
def test_the_lease_is_kept_and_progress_seen_while_the_handler_is_in_a_transaction(
    kinds, monkeypatch
):
    seen: list[tuple[int, datetime | None]] = []
    later = NOON + timedelta(seconds=30)

    @job_kind("long")
    def long(job: Job, report: Report) -> None:
        with transaction.atomic():
            report(1, 3, "first of three")
            for _ in range(200):
                row = Job.objects.get()
                if row.progress_done:
                    break
                threading.Event().wait(0.02)
            seen.append((row.progress_done, row.leased_until))

    monkeypatch.setattr(work_jobs, "PROGRESS_SECONDS", 0.02)
    enqueue("long")
    claimed = claim_job("w1", now=NOON)

    assert claimed is not None
    do_job(claimed, clock=lambda: later, stop=threading.Event())

    assert seen == [(1, later + LEASE)]


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_lost_its_job_stops_and_leaves_it_to_the_other(kinds, monkeypatch):
    @job_kind("slow")
    def slow(job: Job, report: Report) -> None:
        Job.objects.update(worker="w2")
        for step in range(500):
            report(step, 500)
            threading.Event().wait(0.02)

    monkeypatch.setattr(work_jobs, "PROGRESS_SECONDS", 0.02)
    enqueue("slow")

    job = work_one("w1", clock=at_noon)

    assert job is not None
    assert (job.state, job.worker) == ("running", "w2")


@pytest.mark.django_db(transaction=True)
def test_a_kind_that_nobody_knows_waits_for_a_worker_who_does(kinds):
    job = enqueue("from the future")

    assert work_one("w1", clock=at_noon) is None
    job.refresh_from_db()
    assert job.state == "queued"


def test_every_app_registers_its_kinds_when_the_program_starts():
    assert {"bill_run", "render_documents"} <= set(jobs.known_kinds())
    assert handler_of("bill_run").__module__ == "billing.invoicing.jobs"

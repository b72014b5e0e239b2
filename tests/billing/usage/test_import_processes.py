"""Several processes at a file: what they come to is what one comes to, whoever is killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest
from django.db import connection, transaction

from billing.usage.models import SuspendedUsage, UsageFile, UsageRecord
from billing.usage.services import slice_crew
from billing.usage.services.import_usage_file import import_usage_file
from billing.usage.slices import bytes_of
from billing.usage.source_locks import importing, write_for
from core.errors import DomainError
from tests import make
from tests.billing.usage.kari import NOW, Kari, call, forget, hits, summaries

ROOT = Path(__file__).parents[3]
PEOPLE = 12
TOGETHER = {"processes": 2, "parallel_rows_min": 1, "slice_rows": 20, "window_rows": 130}
# An import as `import_usage` makes it, in a process that may be killed.
IMPORT = """
import os, sys
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
import django
django.setup()
from datetime import UTC, datetime
from pathlib import Path
from billing.usage.models import UsageSource
from billing.usage.services.import_usage_file import import_usage_file
if __name__ == "__main__":
    import_usage_file(
        source=UsageSource.objects.get(code=sys.argv[2]), path=Path(sys.argv[3]),
        now=datetime(2026, 11, 2, 4, tzinfo=UTC), processes=int(sys.argv[4]),
        parallel_rows_min=1, slice_rows=20, window_rows=200,
    )
"""

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(kari: Kari) -> Kari:
    """Kari, and others with numbers of their own on her plan."""
    for n in range(PEOPLE):
        account = make.make_account(kari.brand, f"2000{n:02}", f"Customer {n}")
        make.make_subscription(account, kari.plan, number=f"47910000{n:02}")
    return kari


def rows(count: int) -> list[str]:
    """Calls of all people, some of them twice, some without a price, some in conflict."""
    chance = random.Random(5)
    found = []
    for n in range(count):
        record = n - 5 if n % 25 == 24 else n
        seconds = 7 if n % 50 == 49 else 60 + record % 600
        found.append(
            call(
                f"P-{record}",
                start=f"2026-10-{record % 28 + 1:02}T{record % 24:02}:15:00Z",
                called="+390612345" if record % 40 == 0 else "+4722000000",
                seconds=seconds,
                service=f"+47910000{record % PEOPLE:02}",
            )
        )
    chance.shuffle(found)
    return found


@contextmanager
def another_thread():
    is_over = threading.Event()
    thread = threading.Thread(target=is_over.wait)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def outcome() -> tuple[object, ...]:
    records = UsageRecord.objects.order_by("key").values_list("key", "content", "amount")
    waiting = SuspendedUsage.objects.order_by("raw").values_list("raw", "reason")
    return list(records), summaries(), list(waiting)


@pytest.mark.parametrize("beside", ["nothing else", "another thread"])
def test_two_processes_come_to_what_one_comes_to(people, beside):
    """A process is split off where nothing else runs; beside other threads it is started anew."""
    path = people.write(["", *rows(300)])
    people.take_file(path)
    expected = outcome()
    forget()

    with another_thread() if beside == "another thread" else nullcontext():
        imported = people.take_file(path, **TOGETHER)

    assert imported.rows == 300
    file = UsageFile.objects.get()
    assert (file.state, file.rows) == ("done", 300)
    assert file.slices.count() > 3
    assert bytes_of(file) == path.read_bytes()
    assert outcome() == expected
    assert hits() == []


@pytest.mark.parametrize("work", ["reading", "storing"])
def test_a_worker_that_dies_ends_the_import_and_another_one_goes_on(people, monkeypatch, work):
    path = people.write(rows(300))
    people.take_file(path)
    expected = outcome()
    forget()
    original = slice_crew.SliceCrew.take

    def take(crew, pieces, ahead):
        if work == "reading" or pieces:
            for process in crew._processes:
                os.kill(process.pid, signal.SIGKILL)
        return original(crew, pieces, ahead)

    with monkeypatch.context() as patch:
        patch.setattr(slice_crew.SliceCrew, "take", take)
        with pytest.raises(DomainError, match="import the file again"):
            people.take_file(path, **TOGETHER)
    assert UsageFile.objects.get().state == "loading"
    resumed = people.take_file(path, **TOGETHER)

    assert resumed.resumed_after + resumed.rows in {300, 301}
    assert outcome() == expected
    assert hits() == []


def test_nobody_writes_for_an_importer_that_is_gone(kari):
    with importing(kari.source.pk) as session, transaction.atomic():
        write_for(kari.source.pk, session)

    with pytest.raises(DomainError, match="has ended"), transaction.atomic():
        write_for(kari.source.pk, session)


@pytest.mark.prove
@pytest.mark.parametrize("processes", [1, 2])
def test_an_import_killed_at_any_moment_is_resumed_to_the_same(people, processes):
    path = people.write(rows(1_000))
    people.take_file(path)
    expected = outcome()
    forget()
    chance = random.Random(processes)
    command = [
        sys.executable,
        "-c",
        IMPORT,
        str(connection.settings_dict["NAME"]),
        people.source.code,
        str(path),
        str(processes),
    ]

    for _ in range(8):
        running = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        slices = _slices()
        while _slices() == slices and running.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(chance.random() / 5)
        running.kill()
        running.wait()
    import_usage_file(source=people.source, path=path, now=NOW)

    file = UsageFile.objects.get()
    assert (file.state, file.rows) == ("done", 1_000)
    assert bytes_of(file) == path.read_bytes()
    assert outcome() == expected
    assert hits() == []


def _slices() -> int:
    return sum(file.slices.count() for file in UsageFile.objects.all())

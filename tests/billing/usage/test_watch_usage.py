"""A folder where usage files arrive: complete ones are taken in once, bad ones are kept aside."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from billing.models import UsageFile, UsageRecord
from billing.usage.arrivals.finished_files import UNFINISHED_ENDS
from billing.usage.arrivals.services import take_folder as taking
from billing.usage.jobs import take_usage_folder, take_what_arrived
from core.models import Job
from tests.billing.usage.kari import HEADER, Kari, call
from tests.billing.usage.test_import_usage_command import run


@pytest.fixture
def inbox(kari: Kari) -> Path:
    folder = kari.folder / "inbox"
    folder.mkdir()
    return folder


def drop(inbox: Path, name: str, *lines: str) -> Path:
    fresh, path = inbox / f".{name}", inbox / name
    fresh.write_text("".join(f"{line}\n" for line in (HEADER, *lines)))
    fresh.rename(path)
    return path


def look(inbox: Path, *more: object) -> tuple[int, str, str]:
    return run("watch_usage", inbox, "--source", "SWITCH", "--once", *(more or ("--settle", 0)))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_complete_files_are_taken_in_and_moved(inbox):
    drop(inbox, "b.csv", call("A-2"))
    drop(inbox, "a.csv", call("A-1"))

    code, _, errors = look(inbox)

    assert (code, errors) == (0, "")
    assert UsageRecord.objects.count() == 2
    assert list(UsageFile.objects.order_by("id").values_list("name", flat=True)) == [
        "a.csv", "b.csv"
    ]  # fmt: skip
    assert names(inbox) == ["refused", "taken"]
    assert names(inbox / "taken") == ["a.csv", "b.csv"]


def test_a_file_that_somebody_may_still_write_waits(inbox):
    path = drop(inbox, "a.csv", call("A-1"))
    os.utime(path, (0, 0))

    code, _, _ = look(inbox, "--settle", 60)

    assert (code, UsageFile.objects.exists(), path.exists()) == (0, False, True)


@pytest.mark.parametrize("end", UNFINISHED_ENDS)
def test_names_of_unfinished_files_wait(inbox, end):
    path = drop(inbox, f"a.csv{end}", call("A-1"))

    look(inbox)

    assert (UsageFile.objects.exists(), path.exists()) == (False, True)


def test_links_folders_and_hidden_files_are_left_alone(inbox):
    drop(inbox, ".a.csv", call("A-1"))
    (inbox / "b.csv").symlink_to(drop(inbox.parent, "else.csv", call("A-2")))
    (inbox / "c.csv").mkdir()

    code, _, errors = look(inbox)

    assert (code, errors, UsageFile.objects.exists()) == (0, "", False)


def test_with_a_marker_nothing_else_says_that_a_file_is_complete(inbox):
    drop(inbox, "a.csv", call("A-1"))
    waiting = drop(inbox, "b.csv", call("A-2"))
    (inbox / "a.csv.done").touch()

    look(inbox, "--marker", ".done", "--settle", 0)

    assert [file.name for file in UsageFile.objects.all()] == ["a.csv"]
    assert waiting.exists()
    assert names(inbox) == ["b.csv", "refused", "taken"]


def test_a_bad_file_is_kept_aside_with_its_reason_and_the_others_come_in(inbox):
    bad = drop(inbox, "a.csv", "A-1,x")
    drop(inbox, "b.csv", call("A-2"))

    code, _, errors = look(inbox)

    reason = f"{bad}:2: 2 columns, where the header line has 5; complete the line"
    assert code == 1
    assert errors.startswith(reason)
    assert (inbox / "refused" / "a.csv.reason.txt").read_text().startswith(reason)
    assert (inbox / "refused" / "a.csv").read_text().endswith("A-1,x\n")
    assert UsageRecord.objects.count() == 1


def test_the_second_file_of_a_name_gets_a_name_of_its_own(inbox):
    drop(inbox, "a.csv", call("A-1"))
    look(inbox)
    drop(inbox, "a.csv", call("A-2"))
    look(inbox)
    drop(inbox, "a.csv", call("A-1"))
    look(inbox)

    assert names(inbox / "taken") == ["a.csv", "a.csv.2", "a.csv.3"]
    assert UsageRecord.objects.count() == 2


def test_a_watcher_that_died_before_it_moved_a_file_takes_nothing_twice(inbox, monkeypatch):
    drop(inbox, "a.csv", call("A-1"))

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(taking, "_move", die)
        with pytest.raises(KeyboardInterrupt):
            look(inbox)
    code, output, _ = look(inbox)

    assert code == 0
    assert "known since" in output
    assert (UsageFile.objects.count(), UsageRecord.objects.count()) == (1, 1)
    assert names(inbox / "taken") == ["a.csv"]


def test_only_files_with_the_sources_names_are_taken(kari, inbox):
    kari.source.file_name_pattern = "CDR_{date}_{sequence}.csv*"
    kari.source.save()
    stranger = drop(inbox, "passwords.csv", call("A-1"))
    drop(inbox, "CDR_20261003_17.csv", call("A-2"))

    _, _, errors = look(inbox)

    assert [file.name for file in UsageFile.objects.all()] == ["CDR_20261003_17.csv"]
    assert errors == f"{stranger}: left alone: the source names its files otherwise.\n"


def test_lines_in_suspense_need_a_person(inbox):
    drop(inbox, "a.csv", call("A-1", called="+390612345"))

    code, _, errors = look(inbox)

    assert code == 1
    assert f"{inbox / 'a.csv'}:2: no_rate" in errors
    assert names(inbox / "taken") == ["a.csv"]


def test_an_unknown_source_or_folder_is_code_2(inbox):
    assert run("watch_usage", inbox, "--source", "NONE", "--once")[0] == 2
    assert run("watch_usage", inbox / "none", "--source", "SWITCH", "--once")[0] == 2


@pytest.mark.django_db(transaction=True)
def test_it_watches_until_it_is_stopped(kari, inbox):
    command = [
        sys.executable, "manage.py", "watch_usage", str(inbox), "--source", "SWITCH",
        "--settle", "0", "--every", "1",
    ]  # fmt: skip
    environment = os.environ | {"TRUNKLINE_DATABASE_NAME": connection.settings_dict["NAME"]}
    with subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment) as watcher:
        try:
            drop(inbox, "a.csv", call("A-1"))
            _wait_until((inbox / "taken" / "a.csv").exists)
            drop(inbox, "b.csv", call("A-2"))
            _wait_until((inbox / "taken" / "b.csv").exists)
        finally:
            watcher.send_signal(signal.SIGTERM)

    assert watcher.returncode == 0
    assert UsageRecord.objects.count() == 2


def _wait_until(happened) -> None:
    end = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)


def test_folders_of_sources_are_looked_into_again_and_again(kari, settings, tmp_path, monkeypatch):
    settings.USAGE_FOLDER = str(tmp_path / "usage")
    inbox = tmp_path / "usage" / "SWITCH"
    inbox.mkdir(parents=True)
    drop(inbox, "a.csv", call("A-1"))
    drop(inbox, "b.csv", "A-2,x")
    now = timezone.now() + timedelta(minutes=2)

    take_what_arrived(now)
    take_what_arrived(now)
    [job] = Job.objects.all()
    monkeypatch.setattr("billing.usage.jobs.timezone", SimpleNamespace(now=lambda: now))
    done = take_usage_folder(job, lambda *_: None) or {}

    assert done["taken"] == [str(inbox / "a.csv")]
    assert list(done["refused"]) == ["b.csv"]
    assert names(inbox / "refused") == ["b.csv", "b.csv.reason.txt"]


def test_without_a_folder_nobody_looks(kari):
    take_what_arrived(timezone.now())

    assert not Job.objects.exists()

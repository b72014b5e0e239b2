"""A real broker, real Celery workers and a real beat, which tests kill at any moment."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.db import connection

from tests.core.test_killed_worker import url_of

CHECKOUT = Path(settings.BASE_DIR)
# Debian's redis-tools holds the server as well: which of its programs it is, its name says.
SERVER = shutil.which("redis-server") or shutil.which("redis-check-rdb")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Plant:
    """A broker, workers and beat on the test database; `stop` ends them all."""

    def __init__(self, folder: Path, seed: int) -> None:
        assert SERVER, "No Redis server: bin/setup --for test says which package it is in."
        self.folder = folder
        self.chance = random.Random(seed)
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.kills = 0
        self.broker = self._start_broker()
        self.worker = self._start(
            "worker", "--pool", "prefork", "--concurrency", "2", "-n", "risk@%h"
        )
        self.beat = self._start("beat", "--pidfile=", "--max-interval", "1")

    def _start_broker(self) -> subprocess.Popen[bytes]:
        options = [
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
        ]
        with (self.folder / "broker.log").open("ab") as log:
            broker = subprocess.Popen(
                ["redis-server", *options],
                executable=SERVER,
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )
        self._wait_for_broker()
        return broker

    def _wait_for_broker(self) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.05)
        raise AssertionError((self.folder / "broker.log").read_text())

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.core.counted_jobs.settings_with_counted_jobs",
            "DATABASE_URL": url_of(connection.settings_dict),
            "CELERY_BROKER_URL": self.url,
            "PYTHONUNBUFFERED": "1",
        }
        with (self.folder / f"{words[0]}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "config", *words, "--loglevel", "WARNING"],
                cwd=CHECKOUT,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def log(self) -> str:
        """What they all said, the latest last."""
        return "\n".join(path.read_text()[-3000:] for path in self.folder.glob("*.log"))

    def kill_something(self) -> str:
        """Kill a child of the worker, the whole worker, or the broker with all its tasks."""
        what = self.chance.choices(("child", "worker", "broker"), (6, 2, 1))[0]
        getattr(self, f"kill_{what}")()
        self.kills += 1
        return what

    def kill_child(self) -> None:
        children = Path(f"/proc/{self.worker.pid}/task/{self.worker.pid}/children")
        with suppress(OSError, IndexError):
            os.kill(int(self.chance.choice(children.read_text().split())), signal.SIGKILL)

    def kill_worker(self) -> None:
        _kill(self.worker)
        self.worker = self._start(
            "worker", "--pool", "prefork", "--concurrency", "2", "-n", "risk@%h"
        )

    def kill_broker(self) -> None:
        self.broker.kill()
        self.broker.wait()
        self.broker = self._start_broker()

    def stop(self) -> None:
        for process in (self.worker, self.beat):
            _kill(process)
        self.broker.kill()
        self.broker.wait()


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()

"""Do queued jobs and keep the schedules: bill runs, renderings, messages, events."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
import time
from typing import Any

import psycopg
from django.core.management.base import CommandParser
from django.db import Error as DatabaseFailure
from django.db import connection
from django.utils import timezone

from core.commands import TrunklineCommand
from core.models import Job
from core.scheduler import Scheduler
from core.services.enqueue_job import CHANNEL
from core.services.work_jobs import work_one

POLL_SECONDS = 1.0


class Command(TrunklineCommand):
    help = (
        "Do queued jobs until stopped, and keep the schedules meanwhile. SIGTERM or Ctrl+C stops "
        "at the next safe place and gives the running job back; any number of workers may run at "
        "once."
    )

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="Do at most one job, then end.")
        parser.add_argument(
            "--until-empty", action="store_true", help="End when nothing is queued any more."
        )

    def run(self, **options: Any) -> int:
        once, until_empty = options["once"], options["until_empty"]
        self.stop = threading.Event()
        self.parked = 0
        self._stop_on_signals()
        worker = f"{socket.gethostname()}:{os.getpid()}"
        self.console.print(f"Worker {worker} is ready.", markup=False)
        with contextlib.nullcontext() if once or until_empty else Scheduler():
            while not self.stop.is_set():
                job = self._work(worker)
                if once or (until_empty and job is None):
                    break
                if job is None:
                    self._wait()
        # A worker that was stopped has done its duty; only a finished round reports parked jobs.
        return 1 if self.parked and (once or until_empty) else 0

    def _work(self, worker: str) -> Job | None:
        while not self.stop.is_set():
            try:
                job = work_one(worker, clock=timezone.now, stop=self.stop)
            except DatabaseFailure as error:
                self.errors.print(f"The database does not answer: {error}", markup=False)
                connection.close()
                self.stop.wait(POLL_SECONDS)
                continue
            if job is not None:
                self.parked += job.state == Job.State.PARKED
                headline = job.error.split("\n", 1)[0]
                self.console.print(f"{job}: {job.state} {headline}".rstrip(), markup=False)
            return job
        return None

    def _wait(self) -> None:
        """Sleep until somebody enqueues a job, but at most a second."""
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"LISTEN {CHANNEL}")
            for _ in connection.connection.notifies(timeout=POLL_SECONDS, stop_after=1):
                pass
        except (DatabaseFailure, psycopg.Error):
            connection.close()
            time.sleep(POLL_SECONDS)

    def _stop_on_signals(self) -> None:
        if threading.current_thread() is not threading.main_thread():
            return

        def stop(number: int, _frame: object) -> None:
            self.stop.set()
            signal.signal(number, signal.SIG_DFL)  # a second one ends it at once

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)

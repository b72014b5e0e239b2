"""Serves the demo: the web server, one worker and the mail server, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from django.conf import settings

from portal.demo.outbox import LOOPBACK

STOPPING_SECONDS = 15.0
_LOOKING_SECONDS = 0.5


def serve(port: int, mail_port: int) -> int:
    """Run both programs until Ctrl-C or SIGTERM, or until one of them ends; the exit code.

    They get a session of their own, so that Ctrl-C reaches this program alone, which then stops
    them in order.
    """
    environment = {
        **os.environ,
        "EMAIL_URL": f"smtp://{LOOPBACK}:{mail_port}",
        "PUBLIC_PORT": settings.PUBLIC_PORT or str(port),
    }
    stop = threading.Event()
    previous = {number: signal.signal(number, _setter(stop)) for number in _SIGNALS}
    programs: list[subprocess.Popen[bytes]] = []
    try:
        for command in (_web(port), _worker()):
            started = subprocess.Popen(
                command, cwd=settings.BASE_DIR, env=environment, start_new_session=True
            )
            programs.append(started)
        while not stop.is_set() and all(program.poll() is None for program in programs):
            stop.wait(_LOOKING_SECONDS)
    finally:
        _end(programs)
        for number, handler in previous.items():
            signal.signal(number, handler)
    return 0 if stop.is_set() else 1


_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def _setter(stop: threading.Event) -> Callable[[int, FrameType | None], None]:
    def set_it(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    return set_it


def _web(port: int) -> list[str]:
    gunicorn = str(Path(sys.executable).with_name("gunicorn"))
    options = ["--workers", "2", "--log-level", "warning", "--bind", f"{LOOPBACK}:{port}"]
    return [gunicorn, "config.wsgi", *options]


def _worker() -> list[str]:
    return [sys.executable, "manage.py", "work"]


def _end(programs: list[subprocess.Popen[bytes]]) -> None:
    """Ask them to end, and end them if they don't in time."""
    for program in programs:
        if program.poll() is None:
            program.terminate()
    deadline = time.monotonic() + STOPPING_SECONDS
    for program in programs:
        try:
            program.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()

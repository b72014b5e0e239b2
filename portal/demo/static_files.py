"""Gathers the files that pages need, beside other work and only when they changed."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders

from core.errors import DomainError


class StaticFiles:
    """`start()` gathers in a process of its own, since squeezing takes a while; then `wait()`."""

    def __init__(self) -> None:
        self._stamp = Path(settings.VAR_DIR) / "static-files-of"
        self._program: subprocess.Popen[bytes] | None = None
        self._wanted = ""

    def start(self) -> None:
        """Begin, unless what was gathered last is what would be gathered now."""
        self._wanted = _fingerprint()
        root = Path(settings.STATIC_ROOT)
        if root.is_dir() and self._stamp.exists() and self._stamp.read_text() == self._wanted:
            return
        command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
        self._program = subprocess.Popen(command, cwd=settings.BASE_DIR, start_new_session=True)

    def wait(self) -> None:
        """Return when all is there; raises DomainError if it could not be done."""
        if self._program is None:
            return
        if self._program.wait():
            raise DomainError("The pages' files could not be gathered: see the message above.")
        self._stamp.write_text(self._wanted)

    def stop(self) -> None:
        """End what still runs."""
        if self._program is not None and self._program.poll() is None:
            self._program.terminate()
            self._program.wait()


def _fingerprint() -> str:
    """Of every file its place, size and time."""
    found = hashlib.sha256(str(settings.STATIC_ROOT).encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            state = Path(storage.path(name)).stat()
            found.update(f"{name} {state.st_size} {state.st_mtime_ns}\n".encode())
    return found.hexdigest()

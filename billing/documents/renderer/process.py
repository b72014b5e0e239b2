"""One renderer as the application sees it: a child process, killed when it takes too long."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from billing.documents.renderer.frames import LENGTH_BYTES, FrameError, frame, length_of
from billing.documents.renderer.limits import Limits

ROOT = Path(__file__).resolve().parents[3]
START_SECONDS = 60
_CHUNK_BYTES = 1024**2


class RenderFailed(Exception):
    """A document could not be made; the message says why, in words for staff."""


class RendererMissing(Exception):
    """No document can be made on this machine: a system library is missing."""


class RendererProcess:
    """A renderer with an empty environment and no open file but its pipes."""

    def __init__(self, limits: Limits) -> None:
        self.documents = 0
        arguments = [str(limits.memory_bytes), str(limits.file_bytes)]
        self._child = subprocess.Popen(
            [sys.executable, "-m", "billing.documents.renderer.worker", *arguments],
            cwd=ROOT,
            env={},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        try:
            head = self._head(time.monotonic() + START_SECONDS)
        except RenderFailed as error:
            raise RendererMissing(f"The PDF renderer did not start: {error}.") from None
        if "error" in head:
            self.stop()
            raise RendererMissing(
                f"The PDF renderer lacks a library: {head['error']}. "
                "Install libpango-1.0-0, libpangoft2-1.0-0 and libharfbuzz-subset0."
            )

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self._child.poll() is None

    def render(self, job: dict[str, Any], wall_seconds: float) -> tuple[bytes, int]:
        """The PDF and its number of pages; kills the process when the time is over."""
        deadline = time.monotonic() + wall_seconds
        assert self._child.stdin is not None
        try:
            self._child.stdin.write(frame(json.dumps(job).encode()))
            self._child.stdin.flush()
        except BrokenPipeError:
            raise self._death() from None
        head = self._head(deadline)
        if "error" in head:
            raise RenderFailed(str(head["error"]))
        pdf = self._frame(deadline)
        self.documents += 1
        if not pdf.startswith(b"%PDF-"):
            raise RenderFailed("the renderer's answer is no PDF")
        return pdf, int(head["pages"])

    def stop(self) -> None:
        """Kill the process and wait for it."""
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue  # it died with a job half-read
        self._child.kill()
        self._child.wait()

    def _head(self, deadline: float) -> dict[str, Any]:
        head = json.loads(self._frame(deadline))
        return head if isinstance(head, dict) else {"error": "the renderer's answer is no answer"}

    def _frame(self, deadline: float) -> bytes:
        try:
            return self._read(length_of(self._read(LENGTH_BYTES, deadline)), deadline)
        except FrameError as error:
            self.stop()
            raise RenderFailed(str(error)) from None

    def _read(self, length: int, deadline: float) -> bytes:
        assert self._child.stdout is not None
        descriptor = self._child.stdout.fileno()
        content = bytearray()
        while len(content) < length:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([descriptor], [], [], left)[0]:
                self.stop()
                raise RenderFailed("it took too long and was stopped")
            part = os.read(descriptor, min(_CHUNK_BYTES, length - len(content)))
            if not part:
                raise self._death()
            content += part
        return bytes(content)

    def _death(self) -> RenderFailed:
        """Why the process is no longer there."""
        code = self._child.wait()
        self.stop()
        if code == -signal.SIGXCPU:
            return RenderFailed("it needed more processor time than a document may have")
        return RenderFailed(f"the renderer died (exit code {code})")

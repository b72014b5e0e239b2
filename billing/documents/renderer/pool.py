"""Renderers kept warm: as many processes as cores, reused, replaced when they die or grow old."""

from __future__ import annotations

import base64
import hashlib
import os
import threading
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from billing.documents.renderer.limits import Limits
from billing.documents.renderer.process import RendererProcess, RenderFailed

# A renderer's memory only grows; starting another one costs about two seconds.
DOCUMENTS_PER_PROCESS_MAX = 250


@dataclass(frozen=True, slots=True)
class Page:
    """What to print: HTML whose texts are escaped, a style sheet of ours, and what it may load.

    `resources` maps keys (`trunkline:logo/…`) to content and media type.
    """

    html: str
    style: str
    resources: Mapping[str, tuple[bytes, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Printed:
    """A finished PDF and its number of pages."""

    pdf: bytes
    pages: int


class RendererPool:
    """Prints pages in parallel: `with RendererPool(2) as pool: pool.submit(page).result()`.

    Threads only wait for the processes' answers. Leaving the block ends every process.
    """

    def __init__(self, workers: int | None = None, limits: Limits | None = None) -> None:
        self.workers = workers or os.cpu_count() or 1
        self._limits = limits or Limits()
        self._threads = ThreadPoolExecutor(self.workers, thread_name_prefix="renderer")
        self._idle: list[RendererProcess] = []
        self._all: set[RendererProcess] = set()
        self._lock = threading.Lock()
        self._closed = False

    def __enter__(self) -> RendererPool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._lock:
            self._closed = True
            processes = list(self._all) if error is not None else []
        self._threads.shutdown(wait=not processes, cancel_futures=True)
        for process in processes or list(self._all):
            process.stop()
        self._threads.shutdown(wait=True)

    def submit(self, page: Page) -> Future[Printed]:
        """Print the page as soon as a renderer is free; the future raises `RenderFailed`."""
        return self._threads.submit(self._print, page)

    def _print(self, page: Page) -> Printed:
        limits = self._limits.for_length(len(page.html))
        job = _job(page, limits)
        process = self._take()
        try:
            pdf, pages = process.render(job, limits.wall_seconds)
        finally:
            self._give_back(process)
        return Printed(pdf, pages)

    def _take(self) -> RendererProcess:
        with self._lock:
            if self._closed:
                raise RenderFailed("the rendering was cancelled")
            while self._idle:
                process = self._idle.pop()
                if process.is_alive:
                    return process
                self._all.discard(process)
        process = RendererProcess(self._limits)
        with self._lock:
            self._all.add(process)
        return process

    def _give_back(self, process: RendererProcess) -> None:
        keep = process.is_alive and process.documents < DOCUMENTS_PER_PROCESS_MAX
        if not keep:
            process.stop()
        with self._lock:
            if keep:
                self._idle.append(process)
            else:
                self._all.discard(process)


def _job(page: Page, limits: Limits) -> dict[str, Any]:
    """The job as a renderer reads it. The file's identifier follows from what it says."""
    digest = hashlib.sha256(f"{page.style}\0{page.html}".encode())
    return {
        "html": page.html,
        "style": page.style,
        "resources": {
            key: (base64.b64encode(content).decode(), media_type)
            for key, (content, media_type) in page.resources.items()
        },
        "identifier": digest.hexdigest()[:32],
        "cpu_seconds": limits.cpu_seconds,
    }

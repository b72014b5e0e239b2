"""Several processes take slices of one window side by side: this one, and workers beside it."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Self

from django.db import connection

from billing.usage.intake.windows import Piece
from billing.usage.services.slice_worker import Job, work
from billing.usage.services.take_in_slice import SliceTaker
from billing.usage.totals import PartTotals
from core.errors import DomainError

if TYPE_CHECKING:
    from billing.usage.services.slice_worker import Answer

_PATIENCE_SECONDS = 10


class SliceCrew:
    """This process and `count` - 1 workers, each with a connection of its own."""

    def __init__(self, taker: SliceTaker, count: int) -> None:
        self.taker = taker
        self._pipes: list[Connection[Piece, Answer]] = []
        self._processes = []
        context = multiprocessing.get_context("spawn")
        settings = connection.settings_dict
        job = Job(
            database={key: settings[key] for key in ("NAME", "HOST", "PORT", "USER", "PASSWORD")},
            source_id=taker.source.pk,
            file_id=taker.file.pk,
            line_count=taker.line_count,
            session=taker.session,
            header=taker.header,
        )
        for _ in range(count - 1):
            ours, theirs = context.Pipe()
            process = context.Process(target=work, args=(theirs, job), daemon=True)
            process.start()
            theirs.close()
            self._pipes.append(ours)
            self._processes.append(process)
        self._threads = ThreadPoolExecutor(max_workers=count - 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Workers end when nobody is at the other end of their pipe, after what they are at."""
        for pipe in self._pipes:
            pipe.close()
        self._threads.shutdown()
        for process in self._processes:
            process.join(_PATIENCE_SECONDS)
            process.terminate()

    def take(self, pieces: Iterable[Piece]) -> Iterator[PartTotals]:
        """Take all pieces in; what became of each, in the order in which they are done.

        Raises `DomainError` if a worker died: what it had stored stays, the rest can be resumed.
        """
        queue = _Queue(pieces)
        beside = [self._threads.submit(self._feed, pipe, queue) for pipe in self._pipes]
        try:
            while (piece := queue.next()) is not None:
                queue.done.append(self.taker.take(piece))
                yield from queue.take_done()
        finally:
            queue.stop()
        for future in beside:
            future.result()
        yield from queue.take_done()

    def _feed(self, pipe: Connection[Piece, Answer], queue: _Queue) -> None:
        """Hand a worker piece after piece."""
        try:
            while (piece := queue.next()) is not None:
                pipe.send(piece)
                answer = pipe.recv()
                if isinstance(answer, str):
                    raise DomainError(answer)
                queue.done.append(answer)
        except (EOFError, OSError):
            raise DomainError(
                "A process of the import died; import the file again, it goes on where it stopped."
            ) from None
        finally:
            # There is no more, or this failed: then the others end with what they are at.
            queue.stop()


class _Queue:
    """Pieces that are cut as they are asked for, by several threads, and what became of them."""

    def __init__(self, pieces: Iterable[Piece]) -> None:
        self._pieces = iter(pieces)
        self._lock = Lock()
        self._is_stopped = False
        self.done: deque[PartTotals] = deque()

    def next(self) -> Piece | None:
        with self._lock:
            return None if self._is_stopped else next(self._pieces, None)

    def stop(self) -> None:
        self._is_stopped = True

    def take_done(self) -> Iterator[PartTotals]:
        while self.done:
            yield self.done.popleft()

"""Several processes read and take in a file side by side: this one, and workers beside it."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import chain
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import TYPE_CHECKING, Self

from django.db import connection

from billing.usage.intake.batch_reader import BatchReader, ReadPart
from billing.usage.intake.framing import CheckedFile, FilePart
from billing.usage.intake.windows import Piece, read_part
from billing.usage.services.slice_worker import Job, work
from billing.usage.services.take_in_slice import SliceTaker
from billing.usage.totals import PartTotals
from core.errors import DomainError

if TYPE_CHECKING:
    from billing.usage.services.slice_worker import Answer, Task

_PATIENCE_SECONDS = 10
_USUAL_PROCESSES_MAX = 4


def usual_processes() -> int:
    """How many processes take a file in unless told: one a core, but what they share, the
    database, has enough of a few."""
    return min(len(os.sched_getaffinity(0)), _USUAL_PROCESSES_MAX)


class SliceCrew:
    """This process and `count` - 1 workers, each with a connection of its own."""

    def __init__(
        self, taker: SliceTaker, checked: CheckedFile, reader: BatchReader, count: int
    ) -> None:
        self._taker, self._checked, self._reader = taker, checked, reader
        self._pipes: list[Connection[Job | Task, Answer]] = []
        self._processes: list[BaseProcess] = []
        settings = connection.settings_dict
        job = Job(
            database={key: settings[key] for key in ("NAME", "HOST", "PORT", "USER", "PASSWORD")},
            source_id=taker.source.pk,
            file_id=taker.file.pk,
            session=taker.session,
            now=taker.now,
            checked=checked,
            reader=reader,
        )
        # A process that is split off is there at once, but other threads may hold locks in it.
        is_alone = threading.active_count() == 1
        context = multiprocessing.get_context("fork" if is_alone else "spawn")
        for _ in range(count - 1):
            ours, theirs = context.Pipe()
            process = context.Process(  # type: ignore[attr-defined]
                target=work, args=(theirs, [ours, *self._pipes])
            )
            process.daemon = True
            process.start()
            theirs.close()
            self._pipes.append(ours)
            self._processes.append(process)
            # A worker that is gone already is noticed when it is handed its first task.
            with suppress(OSError):
                ours.send(job)
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

    def take(self, pieces: Iterable[Piece], ahead: Reads) -> Iterator[PartTotals]:
        """Take all pieces in, then read what is to be read `ahead`; what became of each piece, in
        the order in which they are done.

        Raises `DomainError` if a worker died: what it had stored stays, the rest can be resumed.
        """
        queue = _Queue(chain(pieces, ahead.parts))
        beside = [self._threads.submit(self._feed, pipe, queue) for pipe in self._pipes]
        try:
            while (task := queue.next()) is not None:
                queue.done.append((task, self._do(task)))
                yield from queue.take_done(ahead)
        finally:
            queue.stop()
        for future in beside:
            future.result()
        yield from queue.take_done(ahead)

    def _do(self, task: Task) -> PartTotals | ReadPart:
        if isinstance(task, FilePart):
            return read_part(self._checked, task, self._reader)
        return self._taker.take(task)

    def _feed(self, pipe: Connection[Job | Task, Answer], queue: _Queue) -> None:
        """Hand a worker task after task."""
        try:
            while (task := queue.next()) is not None:
                pipe.send(task)
                answer = pipe.recv()
                if isinstance(answer, str):
                    raise DomainError(answer)
                queue.done.append((task, answer))
        except (EOFError, OSError):
            raise DomainError(
                "A process of the import died; import the file again, it goes on where it stopped."
            ) from None
        finally:
            # There is no more, or this failed: then the others end with what they are at.
            queue.stop()


class Reads:
    """Parts of a file that several processes read."""

    def __init__(self, parts: Sequence[FilePart]) -> None:
        self.parts = parts
        self._found: dict[int, ReadPart] = {}

    def put(self, part: FilePart, read: ReadPart) -> None:
        """Keep what is in a part."""
        self._found[part.first_line] = read

    def handed_over(self) -> list[ReadPart]:
        """What is in the parts, in their order; nothing is kept of it, for it is large."""
        return [self._found.pop(part.first_line) for part in self.parts]


class _Queue:
    """Tasks that are made as they are asked for, by several threads, and what came of them."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._tasks = iter(tasks)
        self._lock = threading.Lock()
        self._is_stopped = False
        self.done: deque[tuple[Task, PartTotals | ReadPart]] = deque()

    def next(self) -> Task | None:
        with self._lock:
            return None if self._is_stopped else next(self._tasks, None)

    def stop(self) -> None:
        self._is_stopped = True

    def take_done(self, ahead: Reads) -> Iterator[PartTotals]:
        """What became of pieces; what was read goes to the other reads."""
        while self.done:
            task, answer = self.done.popleft()
            if isinstance(task, FilePart):
                assert isinstance(answer, ReadPart)
                ahead.put(task, answer)
            else:
                assert isinstance(answer, PartTotals)
                yield answer

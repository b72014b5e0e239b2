"""A process that reads parts of a usage file, and takes slices of it in, for another that imports
it.

A process that was started anew has no Django yet: what needs it is imported once it is set up.
"""

from __future__ import annotations

import signal
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.connection import Connection

    from billing.usage.intake.batch_reader import BatchReader, ReadPart
    from billing.usage.intake.framing import CheckedFile, FilePart
    from billing.usage.intake.windows import Piece
    from billing.usage.services.take_in_slice import SliceTaker
    from billing.usage.totals import PartTotals

    Task: TypeAlias = Piece | FilePart
    Answer: TypeAlias = PartTotals | ReadPart | str


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker is for: parts and slices of a checked file, for the importer's session."""

    database: dict[str, Any]
    source_id: int
    file_id: int
    session: int
    now: datetime
    checked: CheckedFile
    reader: BatchReader


def work(
    pipe: Connection[Answer, Job | Task], others: Sequence[Connection[Job | Task, Answer]]
) -> None:
    """Read each part and take in each piece that comes; answer what is in it, what became of it,
    or what went wrong. First of all comes the job.

    Ends when nobody is at the other end any more. `others` are the ends that are the importer's:
    as long as a worker held them, none would see that the importer is gone.
    """
    for other in others:
        other.close()
    # Who interrupts the import tells the importer, and that closes the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _set_up()
    try:
        job = pipe.recv()
        assert isinstance(job, Job)
        taker = _taker(job)
        while True:
            task = pipe.recv()
            assert not isinstance(task, Job)
            pipe.send(_do(taker, job, task))
    except (EOFError, OSError):
        return


def _set_up() -> None:
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()


def _taker(job: Job) -> SliceTaker:
    from django.db import connection, connections

    # A connection that came with the process is the importer's. It stays open: psycopg lets only
    # the process that opened one close it.
    del connections[connection.alias]
    connection.settings_dict.update(job.database)
    from billing.usage.models import UsageFile, UsageSource
    from billing.usage.services.take_in_slice import SliceTaker

    return SliceTaker(
        UsageSource.objects.select_related("brand").get(pk=job.source_id),
        UsageFile.objects.get(pk=job.file_id),
        line_count=job.checked.line_count,
        session=job.session,
        header=job.checked.header,
        now=job.now,
    )


def _do(taker: SliceTaker, job: Job, task: Task) -> Answer:
    from django.db import DatabaseError

    from billing.usage.intake.framing import FilePart
    from billing.usage.intake.windows import read_part
    from core.errors import DomainError

    try:
        if isinstance(task, FilePart):
            return read_part(job.checked, task, job.reader)
        return taker.take(task)
    except (DomainError, DatabaseError, OSError) as error:
        return f"A process of the import failed: {error}"

"""A process that takes slices of a usage file in, for the process that imports it.

It begins without Django: what needs it is imported once it is set up.
"""

from __future__ import annotations

import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from billing.usage.intake.windows import Piece
    from billing.usage.services.take_in_slice import SliceTaker
    from billing.usage.totals import PartTotals

    Answer: TypeAlias = PartTotals | str


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker is for: slices of a file of `line_count` lines below this header, for the
    importer's session."""

    database: dict[str, Any]
    source_id: int
    file_id: int
    line_count: int
    session: int
    header: tuple[str, ...]


def work(pipe: Connection[Answer, Piece], job: Job) -> None:
    """Take in each piece that comes, and answer what became of it, or what went wrong.

    Ends when nobody is at the other end any more.
    """
    # Who interrupts the import tells the importer, and that closes the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    taker = _taker(job)
    try:
        while True:
            pipe.send(_take(taker, pipe.recv()))
    except (EOFError, OSError):
        return


def _taker(job: Job) -> SliceTaker:
    import django

    django.setup()
    from django.db import connection

    connection.settings_dict.update(job.database)
    from billing.usage.models import UsageFile, UsageSource
    from billing.usage.services.take_in_slice import SliceTaker

    return SliceTaker(
        UsageSource.objects.select_related("brand").get(pk=job.source_id),
        UsageFile.objects.get(pk=job.file_id),
        line_count=job.line_count,
        session=job.session,
        header=job.header,
    )


def _take(taker: SliceTaker, piece: Piece) -> Answer:
    from django.db import DatabaseError

    from core.errors import DomainError

    try:
        return taker.take(piece)
    except (DomainError, DatabaseError) as error:
        return f"A process of the import failed: {error}"

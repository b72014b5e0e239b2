"""Import one usage file: check it as a whole, then take it in slice by slice."""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from django.db import connection

from billing.usage.arrivals.services.note_arrival import note_arrival
from billing.usage.intake.batch import Integers
from billing.usage.intake.batch_reader import BatchReader, ReadPart
from billing.usage.intake.framing import (
    PART_ROWS_MAX,
    CheckedFile,
    FilePart,
    check_file,
    file_sha256,
)
from billing.usage.intake.layouts import layout_of
from billing.usage.intake.normalising import normaliser_of
from billing.usage.intake.windows import (
    SHARED_WINDOW_ROWS_MAX,
    WINDOW_ROWS_MAX,
    Piece,
    Window,
    read_part,
    window_of,
    windows,
)
from billing.usage.models import UsageFile, UsageSource
from billing.usage.partitions import usual_months
from billing.usage.price_tables import PriceTables
from billing.usage.services.ensure_partitions import ensure_partitions
from billing.usage.services.slice_crew import Reads, SliceCrew
from billing.usage.services.take_in_slice import SliceTaker
from billing.usage.slices import lines_taken
from billing.usage.source_locks import importing
from billing.usage.totals import PartTotals, UsageTotals

SLICE_ROWS_MAX = 50_000
# Another process takes a while to start: a small file is done before.
PARALLEL_ROWS_MIN = 100_000
_OBJECTS_A_COLLECTION = 200_000


@dataclass(slots=True)
class ImportedFile(UsageTotals):
    """What became of a file's lines in this run.

    `known` is the file of the same content that was imported before: nothing was stored then.
    `resumed_after` is how many lines an earlier, interrupted run had stored.
    """

    known: UsageFile | None = None
    resumed_after: int = 0


def import_usage_file(
    *,
    source: UsageSource,
    path: Path,
    now: datetime,
    shown: str = "",
    name: str = "",
    slice_rows: int = SLICE_ROWS_MAX,
    window_rows: int | None = None,
    processes: int = 1,
    parallel_rows_min: int = PARALLEL_ROWS_MIN,
    tables: PriceTables | None = None,
    on_slice: Callable[[int], None] = lambda _rows: None,
) -> ImportedFile:
    """Import a file of `source`; slices of at most `slice_rows` records are stored by themselves.

    The file is read in windows of `window_rows`, which are larger when several processes share
    them unless told; all records of an account in a window are in one slice. An import that was
    killed goes on where it stopped when it is called again; the same content again, under whatever
    name, stores nothing. Of one source only one file is imported at a time: another import waits.
    Problems name the file as `shown`, and it is kept as `name`: its path and the path's last part,
    unless told. `processes` share reading and slices, if the file has `parallel_rows_min` rows;
    within a transaction of the caller there is only one. `tables` may be shared by files of one
    run, so that decks are loaded once. `on_slice` is told the rows of each slice that is done.
    Raises `InputRefused` with every framing problem of the file (nothing is stored then),
    `DomainError` if the source's settings make no sense or a process died, `OSError` if the file
    can't be read.
    """
    layout, normaliser = layout_of(source), normaliser_of(source)
    sha256, result = file_sha256(path), ImportedFile()
    with importing(source.pk) as session, _rare_collections():
        same = UsageFile.objects.filter(source=source, sha256=sha256)
        stored = same.exclude(state=UsageFile.State.ROLLED_BACK).first()
        if stored and stored.state == UsageFile.State.DONE:
            result.known = stored
            note_arrival(stored, name or path.name, now)
            return result
        taken = lines_taken(stored) if stored else np.zeros(0, np.int64)
        result.resumed_after = len(taken)
        part_rows = min(PART_ROWS_MAX, window_rows or PART_ROWS_MAX)
        checked = check_file(path, layout, name=shown, part_rows=part_rows)
        ensure_partitions(usual_months(now.astimezone(UTC).date()))
        file = stored or _new_file(source, checked, name or path.name, now)
        taker = SliceTaker(
            source,
            file,
            line_count=checked.line_count,
            session=session,
            now=now,
            header=checked.header,
            tables=tables,
        )
        reader = BatchReader(source.pk, layout, normaliser, checked.header)
        is_alone = connection.in_atomic_block or checked.rows < parallel_rows_min
        count = 1 if is_alone else max(processes, 1)
        rows_max = window_rows or (WINDOW_ROWS_MAX if count == 1 else SHARED_WINDOW_ROWS_MAX)
        lines = _Lines(checked, reader, taken, rows_max)
        with SliceCrew(taker, checked, reader, count) if count > 1 else nullcontext(None) as crew:
            done = (
                _take_together(lines, taker, crew, _rows_of_a_slice(slice_rows, checked, count))
                if crew
                else _take_alone(lines, taker, slice_rows)
            )
            for totals in done:
                result.add(shown or str(path), totals)
                on_slice(totals.rows)
        note_arrival(file, name or path.name, now)
    result.problems.sort(key=lambda problem: problem.line)
    return result


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Python looks for cycles of garbage seldom meanwhile: an import makes millions of objects that
    are in none, and each thorough look goes through all that decks and windows hold. Workers that
    are split off look as seldom."""
    before = gc.get_threshold()
    gc.set_threshold(_OBJECTS_A_COLLECTION, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _rows_of_a_slice(rows_max: int, checked: CheckedFile, processes: int) -> int:
    """At most `rows_max`, and few enough that every process has some to do."""
    return max(1, min(rows_max, checked.rows // (3 * processes)))


def _new_file(source: UsageSource, checked: CheckedFile, name: str, now: datetime) -> UsageFile:
    return UsageFile.objects.create(
        source=source,
        sha256=checked.sha256,
        name=name[:255],
        size=checked.size,
        imported_at=now,
    )


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines of a file that are still to take in, in windows of `window_rows`."""

    checked: CheckedFile
    reader: BatchReader
    taken: Integers
    window_rows: int

    def windows(self) -> list[list[FilePart]]:
        return list(windows(self.checked.parts, self.taken, self.window_rows))

    def read(self, parts: Sequence[FilePart]) -> Window:
        return self.window(parts, [read_part(self.checked, part, self.reader) for part in parts])

    def window(self, parts: Sequence[FilePart], reads: Sequence[ReadPart]) -> Window:
        return window_of(self.checked, parts, reads, self.reader.layout, self.taken)


def _take_alone(lines: _Lines, taker: SliceTaker, slice_rows: int) -> Iterator[PartTotals]:
    """Window after window, each read while the one before it is stored."""
    with ThreadPoolExecutor(max_workers=1) as aside:
        ahead: deque[Future[Window]] = deque()
        for parts in [*lines.windows(), []]:
            if parts:
                ahead.append(aside.submit(lines.read, parts))
            if len(ahead) > 1 or (ahead and not parts):
                yield from map(taker.take, _pieces(ahead.popleft().result(), taker, slice_rows))


def _take_together(
    lines: _Lines, taker: SliceTaker, crew: SliceCrew, slice_rows: int
) -> Iterator[PartTotals]:
    """Window after window; whoever has no piece left reads parts of the next one."""
    several = lines.windows()
    ahead = Reads(several[0] if several else [])
    list(crew.take((), ahead))
    for parts, coming in zip(several, [*several[1:], []], strict=True):
        window = lines.window(parts, ahead.handed_over())
        ahead = Reads(coming)
        yield from crew.take(_pieces(window, taker, slice_rows), ahead)


def _pieces(window: Window, taker: SliceTaker, slice_rows: int) -> Iterator[Piece]:
    return window.pieces(taker.places.accounts_of(window.events), slice_rows)

"""Import one usage file: check it as a whole, then take it in slice by slice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from django.db import connection

from billing.usage.intake.batch import Integers
from billing.usage.intake.batch_reader import BatchReader
from billing.usage.intake.framing import PART_ROWS_MAX, CheckedFile, check_file, file_sha256
from billing.usage.intake.layouts import layout_of
from billing.usage.intake.normalising import normaliser_of
from billing.usage.intake.windows import WINDOW_ROWS_MAX, Window, read_window, windows
from billing.usage.models import UsageFile, UsageSource
from billing.usage.partitions import usual_months
from billing.usage.price_tables import PriceTables
from billing.usage.services.ensure_partitions import ensure_partitions
from billing.usage.services.slice_crew import SliceCrew
from billing.usage.services.take_in_slice import SliceTaker
from billing.usage.slices import lines_taken
from billing.usage.source_locks import importing
from billing.usage.totals import UsageTotals

SLICE_ROWS_MAX = 50_000
# Another process takes a while to start: a small file is done before.
PARALLEL_ROWS_MIN = 100_000


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
    slice_rows: int = SLICE_ROWS_MAX,
    window_rows: int = WINDOW_ROWS_MAX,
    processes: int = 1,
    parallel_rows_min: int = PARALLEL_ROWS_MIN,
    tables: PriceTables | None = None,
    on_slice: Callable[[int], None] = lambda _rows: None,
) -> ImportedFile:
    """Import a file of `source`; slices of at most `slice_rows` records are stored by themselves.

    The file is read in windows of `window_rows`; all records of an account in a window are in one
    slice. An import that was killed goes on where it stopped when it is called again; the same
    content again, under whatever name, stores nothing. Of one source only one file is imported at
    a time: another import waits. `processes` share the slices of a window, if the file has
    `parallel_rows_min` rows; within a transaction of the caller there is only one. `tables` may be
    shared by files of one run, so that decks are loaded once. `on_slice` is told the rows of each
    slice that is done. Raises `InputRefused` with every framing problem of the file (nothing
    is stored then), `DomainError` if the source's settings make no sense or a process died,
    `OSError` if the file can't be read.
    """
    layout, normaliser = layout_of(source), normaliser_of(source)
    sha256, result = file_sha256(path), ImportedFile()
    with importing(source.pk) as session:
        stored = UsageFile.objects.filter(source=source, sha256=sha256).first()
        if stored and stored.state == UsageFile.State.DONE:
            result.known = stored
            return result
        taken = lines_taken(stored) if stored else np.zeros(0, np.int64)
        result.resumed_after = len(taken)
        checked = check_file(path, layout, part_rows=min(PART_ROWS_MAX, window_rows))
        ensure_partitions(usual_months(now.astimezone(UTC).date()))
        file = stored or _new_file(source, checked, now)
        taker = SliceTaker(
            source,
            file,
            line_count=checked.line_count,
            session=session,
            header=checked.header,
            tables=tables,
        )
        reader = BatchReader(source.pk, layout, normaliser, checked.header)
        is_alone = connection.in_atomic_block or checked.rows < parallel_rows_min
        count = 1 if is_alone else max(processes, 1)
        with SliceCrew(taker, count) if count > 1 else nullcontext(None) as crew:
            for window in _read_ahead(checked, reader, taken, window_rows):
                accounts = taker.places.accounts_of(window.events)
                pieces = window.pieces(accounts, _rows_of_a_slice(window, slice_rows, count))
                done = crew.take(pieces) if crew else map(taker.take, pieces)
                for totals in done:
                    result.add(str(path), totals)
                    on_slice(totals.rows)
    result.problems.sort(key=lambda problem: problem.line)
    return result


def _rows_of_a_slice(window: Window, rows_max: int, processes: int) -> int:
    """At most `rows_max`, and few enough that every process has some to do."""
    if processes == 1:
        return rows_max
    return max(1, min(rows_max, len(window.events) // (3 * processes)))


def _new_file(source: UsageSource, checked: CheckedFile, now: datetime) -> UsageFile:
    return UsageFile.objects.create(
        source=source,
        sha256=checked.sha256,
        name=checked.path.name[:255],
        size=checked.size,
        imported_at=now,
    )


def _read_ahead(
    checked: CheckedFile, reader: BatchReader, taken: Integers, window_rows: int
) -> Iterator[Window]:
    """The file's windows, each read while the one before it is stored."""
    with ThreadPoolExecutor(max_workers=1) as aside:
        ahead: Future[Window] | None = None
        for parts in windows(checked.parts, taken, window_rows):
            coming = aside.submit(read_window, checked, parts, reader, taken)
            if ahead:
                yield ahead.result()
            ahead = coming
        if ahead:
            yield ahead.result()

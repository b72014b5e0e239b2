"""Import one usage file: check it as a whole, then take it in part by part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.db.models import Max

from billing.usage.intake.batch_reader import BatchReader
from billing.usage.intake.framing import PART_ROWS_MAX, CheckedFile, check_file, file_sha256
from billing.usage.intake.layouts import layout_of
from billing.usage.intake.normalising import normaliser_of
from billing.usage.models import UsageFile, UsageSource
from billing.usage.partitions import usual_months
from billing.usage.placing import Places
from billing.usage.price_tables import PriceTables
from billing.usage.services.ensure_partitions import ensure_partitions
from billing.usage.services.take_in_part import PreparedPart, prepare_part, take_in_part
from billing.usage.totals import UsageTotals


@dataclass(slots=True)
class ImportedFile(UsageTotals):
    """What became of a file's lines in this run.

    `known` is the file of the same content that was imported before: nothing was stored then.
    `resumed_after` is the last line that an earlier, interrupted run had stored.
    """

    known: UsageFile | None = None
    resumed_after: int = 0


def import_usage_file(
    *,
    source: UsageSource,
    path: Path,
    now: datetime,
    part_rows: int = PART_ROWS_MAX,
    tables: PriceTables | None = None,
    on_part: Callable[[int], None] = lambda _rows: None,
) -> ImportedFile:
    """Import a file of `source`; each part of `part_rows` lines is stored by itself.

    An import that was killed goes on where it stopped when it is called again; the same content
    again, under whatever name, stores nothing. `tables` may be shared by files of one run, so that
    decks are loaded once. `on_part` is told the rows of each
    part that is done. Raises
    `InputRefused` with every framing problem of the file (nothing is stored then), `DomainError`
    if the source's settings make no sense, `OSError` if the file can't be read.
    """
    layout, normaliser = layout_of(source), normaliser_of(source)
    result = ImportedFile()
    stored = UsageFile.objects.filter(source=source, sha256=file_sha256(path)).first()
    if stored and stored.state == UsageFile.State.DONE:
        result.known = stored
        return result
    if stored:
        result.resumed_after = stored.slices.aggregate(last=Max("last_line"))["last"] or 0
    checked = check_file(path, layout, after_line=result.resumed_after, part_rows=part_rows)
    ensure_partitions(usual_months(now.astimezone(UTC).date()))
    reader = BatchReader(source.pk, layout, normaliser, checked.header)
    tables, places = tables or PriceTables(), Places(source.brand)
    for prepared in _read_ahead(checked, reader):
        totals = take_in_part(
            source=source,
            checked=checked,
            prepared=prepared,
            tables=tables,
            places=places,
            now=now,
        )
        if totals:
            result.add(str(path), totals)
        on_part(prepared.part.rows)
    return result


def _read_ahead(checked: CheckedFile, reader: BatchReader) -> Iterator[PreparedPart]:
    """The file's parts, each read while the one before it is stored."""
    with ThreadPoolExecutor(max_workers=1) as aside:
        ahead: Future[PreparedPart] | None = None
        for part in checked.parts:
            coming = aside.submit(prepare_part, checked, part, reader)
            if ahead:
                yield ahead.result()
            ahead = coming
        if ahead:
            yield ahead.result()

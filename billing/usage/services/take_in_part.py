"""Take one part of a usage file in: every line rated, duplicate, suspended or ignored, at once."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from billing.usage.intake.batch_reader import BatchReader, ReadPart
from billing.usage.intake.framing import CheckedFile, FilePart
from billing.usage.models import UsageFile, UsageFileSlice, UsageSource
from billing.usage.placing import Places
from billing.usage.price_tables import PriceTables
from billing.usage.services.rate_lines import rate_lines
from billing.usage.services.store_usage import publish_totals, store_suspended
from billing.usage.totals import PartTotals
from core.errors import DomainError

# Little is gained by squeezing harder: the raw lines are read again only when somebody asks.
_COMPRESSION = 1


@dataclass(frozen=True, slots=True)
class PreparedPart:
    """A part that was read: its events, and its bytes compressed."""

    part: FilePart
    read: ReadPart
    raw: bytes


def prepare_part(checked: CheckedFile, part: FilePart, reader: BatchReader) -> PreparedPart:
    """Read a part and compress it, without the database: one may be read while another is stored.

    Raises `DomainError` if the file changed since it was checked.
    """
    raw = checked.bytes_of(part)
    return PreparedPart(part, reader.read(raw, part), zlib.compress(raw, _COMPRESSION))


@transaction.atomic
def take_in_part(
    *,
    source: UsageSource,
    checked: CheckedFile,
    prepared: PreparedPart,
    tables: PriceTables,
    places: Places,
    now: datetime,
) -> PartTotals | None:
    """Rate and store the lines of a part, in one transaction; None if it is stored already.

    Parts of one source are taken in one after the other, so that a record is never taken twice;
    accounts are locked in the order of their ids, so that no period closes meanwhile.
    """
    part, read = prepared.part, prepared.read
    UsageSource.objects.select_for_update(no_key=True).get(pk=source.pk)
    file = UsageFile.objects.get_or_create(
        source=source,
        sha256=checked.sha256,
        defaults={"name": checked.path.name[:255], "size": checked.size, "imported_at": now},
    )[0]
    if _is_stored(file, part):
        return None
    totals, _ = rate_lines(
        source=source, file=file, batch=read.events, tables=tables, places=places
    )
    totals.rows, totals.ignored = read.rows, read.ignored
    if totals.suspended:
        store_suspended(file, totals.suspended)
    _store_slice(file, part, prepared.raw, totals, quantity=read.quantity)
    if part is checked.parts[-1]:
        publish_totals(file)
    return totals


def _is_stored(file: UsageFile, part: FilePart) -> bool:
    last_line: int = file.slices.aggregate(last=Max("last_line"))["last"] or 0
    if last_line < part.first_line - 1 or part.first_line <= last_line < part.last_line:
        raise DomainError(
            f"{file.name} is being imported by somebody else too; import it again afterwards."
        )
    return last_line >= part.last_line


def _store_slice(
    file: UsageFile, part: FilePart, raw: bytes, totals: PartTotals, *, quantity: int
) -> None:
    UsageFileSlice.objects.create(
        file=file,
        position=file.slices.count(),
        first_line=part.first_line,
        last_line=part.last_line,
        raw=raw,
        rated=totals.rated,
        duplicates=totals.duplicates,
        suspended=len(totals.suspended),
        ignored=totals.ignored,
        quantity=quantity,
        quantity_rated=totals.units.total(),
    )

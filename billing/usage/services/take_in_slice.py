"""Take lines of a usage file in: every one rated, duplicate, suspended or ignored, at once."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import numpy as np
from django.db import transaction
from django.db.models import Sum

from billing.usage.intake.batch import EventBatch
from billing.usage.intake.line_numbers import pack_lines
from billing.usage.intake.windows import Piece
from billing.usage.models import UsageFile, UsageFileSlice, UsageSource
from billing.usage.placing import Places
from billing.usage.price_tables import PriceTables
from billing.usage.services.rate_lines import rate_lines
from billing.usage.services.store_usage import Columns, publish_totals, store_suspended
from billing.usage.source_locks import write_for
from billing.usage.totals import PartTotals

# Little is gained by squeezing harder: the raw lines are read again only when somebody asks.
_COMPRESSION = 1


class SliceTaker:
    """Takes slices of one file in, for the importer who holds its source in `session`."""

    def __init__(
        self,
        source: UsageSource,
        file: UsageFile,
        *,
        line_count: int,
        session: int,
        now: datetime,
        header: Sequence[str] = (),
        tables: PriceTables | None = None,
    ) -> None:
        self.source, self.file = source, file
        self.line_count = line_count
        self.session = session
        self.now = now
        self.header = tuple(header)
        self.tables = tables or PriceTables()
        self.places = Places(source.brand)

    def take(self, piece: Piece) -> PartTotals:
        """Rate and store the lines of a piece, in one transaction.

        Accounts are locked in the order of their ids, so that no period closes meanwhile. With its
        last line the file is done. Raises `DomainError` if the importer is gone.
        """
        with ThreadPoolExecutor(max_workers=1) as aside:
            raw = aside.submit(zlib.compress, piece.lines.raw, _COMPRESSION)
            with transaction.atomic():
                write_for(self.source.pk, self.session)
                totals, stored = rate_lines(
                    source=self.source,
                    file=self.file,
                    batch=piece.events,
                    tables=self.tables,
                    places=self.places,
                    header=self.header,
                    now=self.now,
                )
                totals.rows = piece.rows
                totals.ignored = piece.rows - len(piece.events)
                if totals.suspended:
                    store_suspended(self.file, totals.suspended)
                self._store(piece, raw.result(), totals, units_of(piece.events, stored))
            return totals

    def _store(self, piece: Piece, raw: bytes, totals: PartTotals, quantity: int) -> None:
        # Slices are numbered, and the last one known, one by one.
        file = UsageFile.objects.select_for_update(no_key=True).get(pk=self.file.pk)
        numbers = piece.lines.numbers
        UsageFileSlice.objects.create(
            file=file,
            position=file.slices.count(),
            first_line=int(numbers[0]),
            last_line=int(numbers[-1]),
            line_count=len(numbers),
            lines=pack_lines(numbers),
            raw=raw,
            rated=totals.rated,
            duplicates=totals.duplicates,
            suspended=len(totals.suspended),
            ignored=totals.ignored,
            quantity=quantity,
            quantity_rated=totals.units.total(),
            quantity_duplicates=totals.duplicate_units,
            quantity_suspended=sum(event.quantity or 0 for event, _ in totals.suspended),
        )
        if file.slices.aggregate(lines=Sum("line_count"))["lines"] == self.line_count:
            publish_totals(file)


def units_of(batch: EventBatch, stored: Columns) -> int:
    """The units that all lines of a batch say; a correction that names its record says those of
    the record that it takes back."""
    rows = np.searchsorted(batch.line_numbers, stored["line_number"])
    return int(batch.quantities.sum() + (stored["quantity"] - batch.quantities[rows]).sum())

"""Take lines of a usage file in: every one rated, duplicate, suspended or ignored, at once."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from django.db import transaction
from django.db.models import Sum

from billing.usage.intake.line_numbers import pack_lines
from billing.usage.intake.windows import Piece
from billing.usage.models import UsageFile, UsageFileSlice, UsageSource
from billing.usage.placing import Places
from billing.usage.price_tables import PriceTables
from billing.usage.services.rate_lines import rate_lines
from billing.usage.services.store_usage import publish_totals, store_suspended
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
        header: Sequence[str] = (),
        tables: PriceTables | None = None,
    ) -> None:
        self.source, self.file = source, file
        self.line_count = line_count
        self.session = session
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
            quantity = int(piece.events.quantities.sum())
            with transaction.atomic():
                write_for(self.source.pk, self.session)
                totals, _ = rate_lines(
                    source=self.source,
                    file=self.file,
                    batch=piece.events,
                    tables=self.tables,
                    places=self.places,
                    header=self.header,
                )
                totals.rows = piece.rows
                totals.ignored = piece.rows - len(piece.events)
                if totals.suspended:
                    store_suspended(self.file, totals.suspended)
                self._store(piece, raw.result(), totals, quantity)
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
        )
        if file.slices.aggregate(lines=Sum("line_count"))["lines"] == self.line_count:
            publish_totals(file)

"""Take lines in suspense in after all, once their cause was mended."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Collection
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import QuerySet

from billing.usage.intake.batch import EventBatch
from billing.usage.intake.events import EventReader
from billing.usage.intake.layouts import layout_of, layout_of_file
from billing.usage.intake.normalising import Normaliser, normaliser_of
from billing.usage.intake.record_layout import Layout
from billing.usage.intake.rereading import header_of, read_again
from billing.usage.models import SuspendedUsage, UsageFile, UsageSource
from billing.usage.partitions import usual_months
from billing.usage.placing import Places
from billing.usage.price_tables import PriceTables
from billing.usage.services.ensure_partitions import ensure_partitions
from billing.usage.services.rate_lines import rate_lines
from billing.usage.services.store_release import store_release
from billing.usage.source_locks import write_alone
from billing.usage.totals import UsageTotals
from core.errors import InputProblem, InputRefused

SLICE_LINES_MAX = 50_000

# Which of two lines of one id is right, no master can say: a conflict stays.
RELEASABLE = tuple(
    reason for reason in SuspendedUsage.Reason if reason != SuspendedUsage.Reason.CONFLICT
)


def waiting_lines(
    source: UsageSource, reasons: Collection[str] = RELEASABLE, cause: str | None = None
) -> QuerySet[SuspendedUsage]:
    """The source's lines in suspense that a release tries: all, or those of one cause."""
    lines = SuspendedUsage.objects.filter(
        source=source, reason__in=reasons, state=SuspendedUsage.State.OPEN
    )
    return lines if cause is None else lines.filter(cause=cause)


def release_suspended(
    *,
    source: UsageSource,
    now: datetime,
    reasons: Collection[str] = RELEASABLE,
    cause: str | None = None,
    slice_lines: int = SLICE_LINES_MAX,
    tables: PriceTables | None = None,
    on_slice: Callable[[int], None] = lambda _lines: None,
) -> UsageTotals:
    """Rate what waits in suspense of `source` for one of `reasons`, as an import would today.

    With a `cause` only the lines of this cause are tried: what was mended once.
    Lines are read again with the source's settings of today. What can be rated becomes a record of
    its file and line (late if its period closed meanwhile); a line whose record came otherwise is
    a duplicate; both are released and their file counts them anew. The rest stays open, with
    today's reason. Each slice of at most `slice_lines` lines of one file is a transaction, so a
    release that was killed is called again; two at once release each line once. `on_slice` is
    told the lines of each slice. Raises `DomainError` if the source's settings make no sense.
    """
    release = _Release(source, reasons, cause, slice_lines, tables or PriceTables(), now)
    ensure_partitions(usual_months(now.astimezone(UTC).date()))
    # In the order in which they came: of two that say the same the first one counts.
    for file_id in release.file_ids():
        release.take(file_id, on_slice)
    return release.result


class _Release:
    """One release of a source: its settings, and what became of lines so far."""

    def __init__(
        self,
        source: UsageSource,
        reasons: Collection[str],
        cause: str | None,
        slice_lines: int,
        tables: PriceTables,
        now: datetime,
    ) -> None:
        self.source = source
        self.now = now
        self.reasons, self.cause = reasons, cause
        self.slice_lines = slice_lines
        self.tables = tables
        self.layout: Layout = layout_of(source)
        self.normaliser: Normaliser = normaliser_of(source)
        self.result = UsageTotals()

    def file_ids(self) -> list[int]:
        waiting = self._waiting()
        return list(waiting.order_by("file_id").values_list("file_id", flat=True).distinct())

    def _waiting(self) -> QuerySet[SuspendedUsage]:
        return waiting_lines(self.source, self.reasons, self.cause)

    def take(self, file_id: int, on_slice: Callable[[int], None]) -> None:
        """Try the lines of a file, slice by slice."""
        file = UsageFile.objects.get(pk=file_id)
        # The settings are those of this release, which may be newer than what is stored.
        file.source = self.source
        self.layout = layout_of_file(file)
        try:
            header = self._header(file)
        except InputRefused as refused:
            self._keep_all(file, refused)
            return
        last_line = 0
        while tried := self._take_slice(file_id, header, last_line):
            last_line = tried[-1].line_number
            on_slice(len(tried))

    def _header(self, file: UsageFile) -> tuple[str, ...]:
        if not self.layout.has_header:
            return ()
        first = file.slices.values_list("raw", flat=True).filter(first_line=1).first()
        if first is None:
            what, remedy = "the file's first lines were not taken in yet", "import it again"
            raise InputRefused([InputProblem(file.name, 1, what, remedy)])
        return header_of(file.name, zlib.decompress(first), self.layout)

    def _keep_all(self, file: UsageFile, refused: InputRefused) -> None:
        """No line of the file can be read with the mapping of today: all stay as they are."""
        waiting = self._waiting().filter(file=file)
        reasons = Counter(waiting.values_list("reason", flat=True))
        self.result.rows += reasons.total()
        self.result.suspended.update(reasons)
        for problem in refused.problems:
            self.result.tell(problem)

    @transaction.atomic
    def _take_slice(
        self, file_id: int, header: tuple[str, ...], after_line: int
    ) -> list[SuspendedUsage]:
        """Try the next lines behind `after_line`, and return them.

        The source is held first, then the accounts: the order of an import.
        """
        write_alone(self.source.pk)
        file = UsageFile.objects.get(pk=file_id)
        waiting = list(
            self._waiting()
            .filter(file=file, line_number__gt=after_line)
            .only("line_number", "raw", "reason", "quantity")
            .order_by("line_number")[: self.slice_lines]
        )
        if not waiting:
            return []
        texts = ((line.line_number, line.raw) for line in waiting)
        lines, problems = read_again(file.name, texts, self.layout, len(header))
        reader = EventReader(self.source.pk, self.layout, self.normaliser, header)
        events, ignored = reader.read(lines)
        totals, stored = rate_lines(
            source=self.source,
            file=file,
            batch=EventBatch.of(events),
            tables=self.tables,
            places=Places(self.source.brand),
            header=header,
            waiting=True,
            now=self.now,
        )
        totals.rows, totals.ignored = len(waiting), ignored
        misfits = {problem.line for problem in problems}
        fitting = [line for line in waiting if line.line_number not in misfits]
        store_release(file, fitting, events, totals.suspended, stored)
        self.result.add(file.name, totals)
        for line in waiting:
            if line.line_number in misfits:
                self.result.suspended[line.reason] += 1
        for problem in problems:
            self.result.tell(problem)
        return waiting

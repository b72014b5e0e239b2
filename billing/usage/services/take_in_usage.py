"""Take in whatever a path holds: a usage file, or an archive of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from billing.usage.intake.archives import unpacked
from billing.usage.intake.framing import check_file
from billing.usage.intake.layouts import layout_of
from billing.usage.models import UsageSource
from billing.usage.price_tables import PriceTables
from billing.usage.services.import_usage_file import ImportedFile, import_usage_file
from core.errors import InputProblem, InputRefused


@dataclass(frozen=True, slots=True)
class TakenFile:
    """A file that was taken in: how it is named, and what became of its lines."""

    shown: str
    imported: ImportedFile


def take_in_usage(
    *,
    source: UsageSource,
    path: Path,
    now: datetime,
    processes: int = 1,
    tables: PriceTables | None = None,
    on_slice: Callable[[int], None] = lambda _rows: None,
) -> list[TakenFile]:
    """Import the file, or each file of the archive, at `path`.

    Of an archive with several files all are found sound before any of them is taken in. Raises
    what `import_usage_file` and `unpacked` raise.
    """
    with unpacked(path, many=source.many_in_archive) as files:
        if len(files) > 1:
            problems: list[InputProblem] = []
            for file in files:
                try:
                    check_file(file.path, layout_of(source), name=file.shown)
                except InputRefused as refused:
                    problems += refused.problems
            if problems:
                raise InputRefused(problems)
        return [
            TakenFile(
                file.shown,
                import_usage_file(
                    source=source,
                    path=file.path,
                    shown=file.shown,
                    name=file.name,
                    now=now,
                    processes=processes,
                    tables=tables,
                    on_slice=on_slice,
                ),
            )
            for file in files
        ]

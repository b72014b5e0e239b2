"""List what came in by file, the latest first."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from rich.table import Table

from core.commands import TrunklineCommand
from core.models import ImportBatch


class Command(TrunklineCommand):
    help = "List the latest imports with their ids, which revert_import asks for."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--kind", help="Only imports of this kind.")
        parser.add_argument("--limit", type=int, default=30, help="How many; 30 if not said.")

    def run(self, *, kind: str | None, limit: int, **options: Any) -> int:
        rows = ImportBatch.objects.defer("compressed", "report", "mapping")
        if kind:
            rows = rows.filter(kind=kind)
        table = Table(box=None)
        for heading in ("id", "kind", "file", "state", "new", "changed", "when"):
            table.add_column(heading)
        for row in rows[: max(limit, 0)]:
            when = (row.applied_at or row.created_at).strftime("%Y-%m-%d %H:%M")
            cells = (row.pk, row.kind, row.file_name, row.state, row.new, row.changed, when)
            table.add_row(*map(str, cells))
        self.console.print(table)
        return 0

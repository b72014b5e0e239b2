"""Import usage files of a source: Asterisk or mapped CSV."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from billing.management.usage_command import UsageCommand
from billing.usage.models import SuspendedUsage, UsageSource
from billing.usage.price_tables import PriceTables
from billing.usage.services.import_usage_file import import_usage_file
from core.commands import CannotStart
from core.errors import DomainError, InputRefused


class Command(UsageCommand):
    help = "Import usage files of a source. Importing again is safe: each record counts once."
    has_dry_run = True

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", help="Code of the usage source, e.g. FJORD-SWITCH.")
        parser.add_argument(
            "files", nargs="+", type=Path, metavar="FILE", help="Files of usage, in any order."
        )

        parser.add_argument(
            "--processes",
            type=int,
            default=1,
            help="How many take in a large file side by side (default: 1).",
        )

    def run(self, *, source: str, files: list[Path], processes: int = 1, **options: Any) -> int:
        found = self.find_source(source)
        for path in files:
            if not path.is_file():
                raise CannotStart(f"There is no file {path}.")
        tables = PriceTables()
        self._may_be_released = False
        codes = [self._import(found, path, tables, processes) for path in files]
        if self._may_be_released and not options.get("dry_run"):
            self.console.print(
                "Lines in suspense wait: mend their causes, then run "
                f"release_suspended {found.code}.",
                markup=False,
            )
        return max(codes)

    def _import(self, source: UsageSource, path: Path, tables: PriceTables, processes: int) -> int:
        try:
            with self.progress(path.name, total=None) as bar:
                imported = import_usage_file(
                    source=source,
                    path=path,
                    now=timezone.now(),
                    tables=tables,
                    on_slice=bar.advance,
                    processes=processes,
                )
        except InputRefused as error:
            self.print_problems(error.problems)
            self.errors.print(f"{path}: refused; nothing of it was stored.", markup=False)
            return 1
        except DomainError as error:
            self.errors.print(f"{path}: {error}", markup=False)
            return 1
        except OSError as error:
            raise CannotStart(f"{path} can't be read: {error.strerror}.") from None
        if imported.known:
            self.console.print(
                f"{path}: known since {imported.known.imported_at:%Y-%m-%d %H:%M} UTC as "
                f"{imported.known.name}; nothing was stored.",
                markup=False,
            )
            return 0
        before = [("lines stored before", imported.resumed_after)]
        self.report(str(path), imported, before if imported.resumed_after else ())
        if set(imported.suspended) - {SuspendedUsage.Reason.CONFLICT}:
            self._may_be_released = True
        return 1 if imported.suspended else 0

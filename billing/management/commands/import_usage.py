"""Import usage files of a source, packed or not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from billing.management.usage_command import UsageCommand
from billing.usage.models import SuspendedUsage, UsageSource
from billing.usage.price_tables import PriceTables
from billing.usage.services.slice_crew import usual_processes
from billing.usage.services.take_in_usage import take_in_usage
from core.commands import CannotStart, count_argument
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
            type=count_argument,
            default=usual_processes(),
            help="How many take in a large file side by side; as many as cores, at most 4.",
        )

    def run(self, *, source: str, files: list[Path], processes: int, **options: Any) -> int:
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
                taken = take_in_usage(
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
        for file in taken:
            self.tell_imported(file)
            if set(file.imported.suspended) - {SuspendedUsage.Reason.CONFLICT}:
                self._may_be_released = True
        return 1 if any(file.imported.suspended for file in taken) else 0

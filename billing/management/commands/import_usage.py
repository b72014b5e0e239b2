"""Import usage files of a source: Asterisk or mapped CSV."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from billing.usage.intake.layouts import layout_of
from billing.usage.intake.normalising import normaliser_of
from billing.usage.models import SuspendedUsage, UsageSource, UsageType
from billing.usage.price_tables import PriceTables
from billing.usage.services.import_usage_file import ImportedFile, import_usage_file
from core.commands import PROBLEMS_PRINTED_MAX, CannotStart, TrunklineCommand
from core.errors import DomainError, InputRefused
from core.money import from_micro

UNIT_NAMES = {
    UsageType.VOICE: "seconds",
    UsageType.SMS: "messages",
    UsageType.DATA: "bytes",
}


class Command(TrunklineCommand):
    help = "Import usage files of a source. Importing again is safe: each record counts once."
    has_dry_run = True

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", help="Code of the usage source, e.g. FJORD-SWITCH.")
        parser.add_argument(
            "files", nargs="+", type=Path, metavar="FILE", help="Files of usage, in any order."
        )

    def run(self, *, source: str, files: list[Path], **options: Any) -> int:
        found = self._source(source)
        for path in files:
            if not path.is_file():
                raise CannotStart(f"There is no file {path}.")
        tables = PriceTables()
        codes = [self._import(found, path, tables) for path in files]
        return max(codes)

    def _source(self, code: str) -> UsageSource:
        found = UsageSource.objects.select_related("brand").filter(code=code).first()
        if found is None:
            codes = ", ".join(UsageSource.objects.values_list("code", flat=True)) or "none yet"
            raise CannotStart(f"There is no usage source {code}; there are: {codes}.")
        try:
            layout_of(found)
            normaliser_of(found)
        except DomainError as error:
            raise CannotStart(str(error)) from None
        return found

    def _import(self, source: UsageSource, path: Path, tables: PriceTables) -> int:
        try:
            with self.progress(path.name, total=None) as bar:
                imported = import_usage_file(
                    source=source,
                    path=path,
                    now=timezone.now(),
                    tables=tables,
                    on_part=bar.advance,
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
        self._report(path, imported)
        return 1 if imported.suspended else 0

    def _report(self, path: Path, imported: ImportedFile) -> None:
        suspended = imported.suspended.total()
        self.print_problems(imported.problems)
        if suspended > len(imported.problems) >= PROBLEMS_PRINTED_MAX:
            self.errors.print(f"{suspended} lines in suspense in all.")
        rows: list[tuple[str, object]] = []
        if imported.resumed_after:
            rows.append(("stored before, up to line", imported.resumed_after))
        rows += [
            ("rows", imported.rows),
            ("rated", imported.rated),
            ("duplicates", imported.duplicates),
            ("ignored", imported.ignored),
            ("suspended", suspended),
        ]
        rows += [
            (f"  {reason.value}", imported.suspended[reason.value])
            for reason in SuspendedUsage.Reason
            if imported.suspended[reason.value]
        ]
        rows += [
            (f"{UNIT_NAMES[UsageType(kind)]} rated", units)
            for kind, units in sorted(imported.units.items())
        ]
        rows += [
            (f"amount {currency}", from_micro(amount))
            for currency, amount in sorted(imported.amounts.items())
        ]
        self.print_totals(str(path), rows)

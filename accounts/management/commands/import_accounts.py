"""Take accounts in from YAML or CSV: people, locations, subscriptions, plans, numbers."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from accounts.services.import_accounts import STEPS, import_accounts
from core.commands import CannotStart, TrunklineCommand, date_argument, read_input
from core.input_printing import print_report
from core.services.apply_import import recorded_import

CSV_ENDINGS = (".csv", ".tsv", ".txt")
YAML_ENDINGS = (".yaml", ".yml")


class Command(TrunklineCommand):
    help = "Take in accounts (docs/formats.md, section 3)."
    has_dry_run = True

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", type=Path, metavar="FILE.yaml|FILE.csv", help="Accounts, all or some."
        )
        parser.add_argument(
            "--as-of", type=date_argument, metavar="DATE", help="Today, if not the clock's."
        )

    def run(self, *, file: Path, as_of: date | None, **options: Any) -> int:
        ending = file.suffix.lower()
        if ending not in CSV_ENDINGS + YAML_ENDINGS:
            raise CannotStart(f"{file} must end with .yaml or .csv, which says how to read it.")
        with self.progress(f"Accounts of {file.name}", total=STEPS) as bar:
            content = read_input(file)
            with recorded_import(
                "accounts", content, file=str(file), now=timezone.now()
            ) as recording:
                report = recording.report = import_accounts(
                    content,
                    file=str(file),
                    is_csv=ending in CSV_ENDINGS,
                    as_of=as_of or timezone.localdate(),
                    step=bar.advance,
                )
        print_report(self, report)
        self.console.print(f"Recorded as import {recording.batch.pk}.")
        return 0

"""Migrate a running reseller: everything of the system before, by one plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules
from rich.table import Table

from billing.invoicing.migration.plan import MigrationPlan, read_plan
from billing.invoicing.migration.trial_balance import Comparison
from billing.invoicing.services.migrate_reseller import (
    FileResult,
    MigrationResult,
    migrate_reseller,
    try_migration,
)
from core.commands import CannotStart, TrunklineCommand, date_argument

PLAN_NAME = "migration.yaml"
DIFFERENCES_SHOWN_MAX = 50


class Command(TrunklineCommand):
    help = (
        "Take over the customers, open invoices, mandates, consents and dates of the system "
        "before, as a plan says (docs/migration.md). Everything is tried first; nothing is stored "
        "while a row can't be taken in. Then each file becomes an import of its own. Run it again "
        "to go on after an interruption. Exit code 1 while balances differ."
    )

    has_dry_run = True

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "plan", type=Path, metavar="PLAN", help=f"The plan, or the folder of a {PLAN_NAME}."
        )
        parser.add_argument(
            "--reconcile", action="store_true", help="Only compare with the old trial balance."
        )
        parser.add_argument(
            "--reason", default="", help="Why it is finished though something stands against it."
        )
        parser.add_argument(
            "--as-of", type=date_argument, metavar="DATE", help="Today, if not the clock's."
        )

    def run(
        self,
        *,
        plan: Path,
        dry_run: bool,
        reconcile: bool,
        reason: str,
        as_of: date | None,
        **options: Any,
    ) -> int:
        autodiscover_modules("imports")
        path = plan / PLAN_NAME if plan.is_dir() else plan
        if not path.is_file():
            raise CannotStart(f"There is no plan {path}.")
        read = read_plan(path)
        if reconcile:
            read = replace(read, files=[], usage_from=None)
        today = as_of or timezone.localdate()
        tried = try_migration(read, as_of=today, now=timezone.now(), told=self._tell)
        if dry_run or tried.problems or (tried.obstacles and not reason and not reconcile):
            self._print(read, tried)
            if not dry_run:
                self.console.print("Nothing was stored.")
            return 1 if tried.problems or tried.obstacles else 0
        done = migrate_reseller(
            read, as_of=today, now=timezone.now(), reason=reason, told=self._tell
        )
        self._print(read, done)
        if done.reconciliation:
            self.console.print(f"Reconciliation {done.reconciliation.pk} is kept.")
        return 1 if done.obstacles and not reason else 0

    def _tell(self, text: str) -> None:
        self.errors.print(text, markup=False)

    def _print(self, plan: MigrationPlan, result: MigrationResult) -> None:
        self._print_files(result.files)
        self.print_problems(result.problems)
        if result.cutovers:
            self.console.print(
                f"{result.cutovers:,} accounts: usage before {plan.usage_from} stays with the "
                f"system before."
            )
        if result.comparison:
            self._print_comparison(result.comparison)
        for obstacle in result.obstacles:
            self.errors.print(obstacle, markup=False)

    def _print_files(self, files: list[FileResult]) -> None:
        table = Table(box=None)
        for heading in ("file", "kind", "new", "changed", "unchanged", "import"):
            table.add_column(heading)
        for each in files:
            parts = each.outcome.report.parts.values() if each.outcome else []
            counts = [
                f"{sum(getattr(part, name) for part in parts):,}" if each.outcome else "–"
                for name in ("new", "changed", "unchanged")
            ]
            number = "" if each.batch_id is None else str(each.batch_id)
            note = f"{number} (before)" if each.was_done else number
            table.add_row(each.planned.path.name, each.planned.kind.code, *counts, note)
        self.console.print(table)
        for each in files:
            for warning in each.outcome.report.warnings[:20] if each.outcome else []:
                self.errors.print(f"Note: {warning}", markup=False)

    def _print_comparison(self, comparison: Comparison) -> None:
        self.console.print(f"{comparison.compared:,} balances compared:")
        for currency, sums in comparison.totals.items():
            self.console.print(
                f"  {currency}: {sums['before']} before, {sums['taken_over']} taken over"
            )
        for difference in comparison.differences[:DIFFERENCES_SHOWN_MAX]:
            self.errors.print(f"  {difference}", markup=False)
        hidden = len(comparison.differences) - DIFFERENCES_SHOWN_MAX
        if hidden > 0:
            self.errors.print(f"  … and {hidden:,} more.")
        if not comparison.differences:
            self.console.print("Every balance agrees.")

"""Prints what an import did: the changes first, then how many of each."""

from __future__ import annotations

from rich.table import Table

from core.commands import PROBLEMS_PRINTED_MAX, TrunklineCommand
from core.input_report import ImportReport

DETAILS_PRINTED_MAX = 20


def print_report(command: TrunklineCommand, report: ImportReport) -> None:
    """Print warnings, the diff part by part (new `+`, changed `~`) and a table of totals."""
    for warning in report.warnings[:PROBLEMS_PRINTED_MAX]:
        command.errors.print(f"Note: {warning}", markup=False)
    if len(report.warnings) > PROBLEMS_PRINTED_MAX:
        command.errors.print(f"… and {len(report.warnings) - PROBLEMS_PRINTED_MAX} more notes.")
    for name, part in report.parts.items():
        if part.details:
            command.console.print(name, style="bold")
        for detail in part.details[:DETAILS_PRINTED_MAX]:
            command.console.print(f"  {detail}", markup=False)
        if len(part.details) > DETAILS_PRINTED_MAX:
            command.console.print(f"  … and {len(part.details) - DETAILS_PRINTED_MAX:,} more")
    _print_totals(command, report)


def _print_totals(command: TrunklineCommand, report: ImportReport) -> None:
    table = Table(box=None)
    table.add_column("")
    for heading in ("new", "changed", "unchanged"):
        table.add_column(heading, justify="right")
    for name, part in report.parts.items():
        table.add_row(name, f"{part.new:,}", f"{part.changed:,}", f"{part.unchanged:,}")
    command.console.print(table)
    if not report.has_changes:
        command.console.print("Nothing has changed.")

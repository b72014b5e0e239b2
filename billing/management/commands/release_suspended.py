"""Take lines of usage in suspense in after all, once their cause was mended."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from billing.management.usage_command import UsageCommand
from billing.usage.models import SuspendedUsage
from billing.usage.services.release_suspended import (
    RELEASABLE,
    release_suspended,
    waiting_lines,
)


class Command(UsageCommand):
    help = "Rate lines in suspense whose cause was mended. Running it again is safe."
    has_dry_run = True

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", help="Code of the usage source, e.g. FJORD-SWITCH.")
        parser.add_argument(
            "--reason",
            action="append",
            choices=[reason.value for reason in RELEASABLE],
            help="Only lines that wait for this reason (may be given several times).",
        )

    def run(self, *, source: str, reason: list[str] | None = None, **options: Any) -> int:
        found = self.find_source(source)
        reasons = reason or RELEASABLE
        with self.progress(found.code, total=waiting_lines(found, reasons).count()) as bar:
            released = release_suspended(
                source=found, now=timezone.now(), reasons=reasons, on_slice=bar.advance
            )
        self.report(f"{found.code}: lines that waited in suspense", released)
        conflicts = waiting_lines(found, [SuspendedUsage.Reason.CONFLICT]).count()
        if conflicts:
            self.console.print(
                f"{conflicts} lines of reason conflict are not tried: another record with the "
                "same id says something else, and only the source knows which is right.",
                markup=False,
            )
        return 1 if released.suspended else 0

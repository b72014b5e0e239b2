"""Discard lines of usage in suspense for good, or take that back."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from billing.management.usage_command import UsageCommand
from billing.usage.models import SuspendedUsage
from billing.usage.services.discard_suspended import discard_suspended, take_up_again
from core.commands import CannotStart


class Command(UsageCommand):
    help = "Discard lines in suspense that nobody will be charged for; --undo takes it back."
    has_dry_run = True

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", help="Code of the usage source, e.g. FJORD-SWITCH.")
        parser.add_argument("--cause", help="Only lines of this cause.")
        parser.add_argument(
            "--waits-for",
            choices=SuspendedUsage.Reason.values,
            help="Only lines in suspense for this reason.",
        )
        parser.add_argument("--file", help="Only lines of this file.")
        parser.add_argument("--line", type=int, help="Only this line, with --file.")
        parser.add_argument("--undo", action="store_true", help="Put them back into suspense.")

    def run(
        self,
        *,
        source: str,
        cause: str | None = None,
        waits_for: str | None = None,
        file: str | None = None,
        line: int | None = None,
        undo: bool = False,
        reason: str = "",
        **options: Any,
    ) -> int:
        if cause is None and waits_for is None and file is None:
            raise CannotStart("Say which lines: --cause, --waits-for or --file.")
        if line is not None and file is None:
            raise CannotStart("A line is one of a --file.")
        wanted = {"cause": cause, "reason": waits_for, "file__name": file, "line_number": line}
        lines = SuspendedUsage.objects.filter(
            source=self.find_source(source),
            **{name: value for name, value in wanted.items() if value is not None},
        )
        if undo:
            moved = take_up_again(lines)
            said = "back in suspense"
        else:
            moved = discard_suspended(lines, by_id=None, reason=reason, now=timezone.now())
            said = "discarded"
        self.console.print(f"{source}: {moved} lines {said}.", markup=False)
        return 0

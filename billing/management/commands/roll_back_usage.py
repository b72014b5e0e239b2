"""Roll usage files back: everything as if they had never come."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from billing.management.usage_command import UsageCommand
from billing.usage.models import UsageFile
from billing.usage.services.roll_back_file import RolledBack, roll_back_file
from core.commands import CannotStart
from core.formatting import format_money
from core.money import from_micro


class Command(UsageCommand):
    help = "Take all that a usage file brought away, while nothing of it is billed."
    has_dry_run = True

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", help="Code of the usage source, e.g. FJORD-SWITCH.")
        parser.add_argument(
            "file", help="The file's name as it was taken in, its SHA-256, or its number."
        )

    def run(self, *, source: str, file: str, reason: str = "", **options: Any) -> int:
        found = self._find(source, file)
        if not reason.strip():
            raise CannotStart("Say why with --reason: the file's page keeps it.")
        done = roll_back_file(found, by_id=None, reason=reason, now=timezone.now())
        self._say(done)
        return 0

    def _find(self, source: str, file: str) -> UsageFile:
        files = self.find_source(source).files.order_by("pk")
        if file.isdecimal() and (numbered := files.filter(pk=int(file)).first()):
            return numbered
        named = list(files.filter(name=file)) or list(files.filter(sha256=file))
        still = [each for each in named if each.state != UsageFile.State.ROLLED_BACK]
        if len(still) > 1:
            numbers = ", ".join(str(each.pk) for each in still)
            raise CannotStart(f"Several files of {source} have this name; say which: {numbers}.")
        if not named:
            raise CannotStart(f"{source} has no usage file {file}.")
        return (still or named)[-1]

    def _say(self, done: RolledBack) -> None:
        rows: list[tuple[str, object]] = [
            ("records taken away", done.records),
            ("lines in suspense taken away", done.suspended),
            ("accounts", done.accounts),
        ]
        rows += [
            (f"amount taken away, {currency}", format_money(from_micro(amount), currency, "en"))
            for currency, amount in sorted(done.amounts.items())
        ]
        rows += [
            ("lines of other files judged anew", done.lines_again),
            ("of these rated now", done.rated_again),
            ("other records that cost something else now", done.changed),
        ]
        self.print_totals(f"{done.file.name}: rolled back", rows)

"""Check every invariant of the books: one line each, exit code 1 on any hit."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from core.audit import all_invariants
from core.commands import CannotStart, TrunklineCommand

HITS_PRINTED_MAX = 10


class Command(TrunklineCommand):
    help = "Check every invariant of the books; exit code 1 if one does not hold."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", action="append", default=[], help="Only this one, e.g. I1.")

    def run(self, *, only: list[str], **options: Any) -> int:
        invariants = [item for item in all_invariants() if not only or item.id in only]
        if not invariants:
            raise CannotStart(f"There is no invariant called {', '.join(only)}.")
        broken = 0
        for item in invariants:
            hits = list(item.check())
            mark = "[green]ok[/green]" if not hits else f"[red]{len(hits)} hits[/red]"
            self.console.print(f"{item.id:<5} {mark}  {item.sentence}")
            for hit in hits[:HITS_PRINTED_MAX]:
                self.console.print(f"      {hit}", markup=False)
            broken += bool(hits)
        self.console.print(f"{len(invariants)} invariants checked, {broken} broken.")
        return 1 if broken else 0

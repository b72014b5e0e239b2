"""Take a file of rates into a deck."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from catalog.models import RateDeck
from catalog.services.import_rates import STEPS, RateImportResult, import_rates
from catalog.services.importing.rate_changes import PriceMove
from core.commands import (
    PROBLEMS_PRINTED_MAX,
    CannotStart,
    TrunklineCommand,
    date_argument,
    read_input,
)
from core.input_tree import listed
from core.periods import local_date


class Command(TrunklineCommand):
    help = "Take rates into a deck from a date on (docs/formats.md, section 2)."
    has_dry_run = True

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("deck", metavar="DECK", help="The deck's code.")
        parser.add_argument("file", type=Path, metavar="FILE.csv", help="One line for each prefix.")
        parser.add_argument(
            "--from", dest="starts_on", type=date_argument, required=True, metavar="DATE",
            help="The first day on which the rates hold.",
        )  # fmt: skip
        parser.add_argument(
            "--as-of", type=date_argument, metavar="DATE", help="Today, if not the clock's."
        )

    def run(
        self, *, deck: str, file: Path, starts_on: date, as_of: date | None, **options: Any
    ) -> int:
        chosen = RateDeck.objects.filter(code=deck).select_related("brand").first()
        if chosen is None:
            known = listed(RateDeck.objects.values_list("code", flat=True))
            raise CannotStart(f"There is no deck called {deck}; known are: {known}.")
        now = timezone.now()
        with self.progress(f"Rates of {file.name}", total=STEPS) as bar:
            result = import_rates(
                read_input(file),
                file=str(file),
                deck=chosen,
                starts_on=starts_on,
                as_of=as_of or local_date(now, chosen.zone),
                now=now,
                step=bar.advance,
            )
        self._print(result)
        return 0

    def _print(self, result: RateImportResult) -> None:
        for warning in result.warnings[:PROBLEMS_PRINTED_MAX]:
            self.errors.print(f"Note: {warning}", markup=False)
        if len(result.warnings) > PROBLEMS_PRINTED_MAX:
            more = len(result.warnings) - PROBLEMS_PRINTED_MAX
            self.errors.print(f"… and {more:,} more notes.")
        for title, moves in (("Largest rises", result.rises), ("Largest falls", result.falls)):
            if moves:
                self.console.print(title, style="bold")
            for move in moves:
                self.console.print(f"  {_in_words(move)}", markup=False)
        if result.before_later_rates:
            self.console.print(
                f"{result.before_later_rates:,} of them hold only until a later rate of the deck"
                " takes over."
            )
        names = ("new", "changed", "ended", "unchanged")
        self.print_totals("Rates", ((name, getattr(result, name)) for name in names))


def _in_words(move: PriceMove) -> str:
    """`4790 Norway mobile: 0.49 → 0.59 per 60`."""
    before = f"{move.price_before.normalize():f}"
    if move.per_before != move.per:
        before += f" per {move.per_before}"
    name = f"{move.prefix} {move.destination}".strip()
    return f"{name}: {before} → {move.price.normalize():f} per {move.per}"

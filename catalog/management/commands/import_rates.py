"""Take a file of rates into a deck."""

from __future__ import annotations

import getpass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from catalog.models import RateDeck, RateImport
from catalog.services.import_rates import STEPS, RateImportResult, import_rates
from catalog.services.importing.rate_changes import PriceMove
from catalog.services.revert_rate_import import revert_rate_import
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
        parser.add_argument("deck", metavar="DECK", nargs="?", help="The deck's code.")
        parser.add_argument(
            "file", type=Path, metavar="FILE.csv", nargs="?", help="One line for each prefix."
        )
        parser.add_argument(
            "--from", dest="starts_on", type=date_argument, metavar="DATE",
            help="The first day on which the rates hold.",
        )  # fmt: skip
        parser.add_argument(
            "--as-of", type=date_argument, metavar="DATE", help="Today, if not the clock's."
        )
        parser.add_argument(
            "--show", action="append", default=[], metavar="PREFIX",
            help="Tell what the file does to this prefix; may be given several times.",
        )  # fmt: skip
        parser.add_argument(
            "--correct", action="store_true",
            help="Put the file's rates in the place of wrong ones that have started.",
        )  # fmt: skip
        parser.add_argument(
            "--revert", type=int, metavar="ID", help="Take an import back instead, by its number."
        )

    def run(
        self,
        *,
        deck: str | None,
        file: Path | None,
        starts_on: date | None,
        as_of: date | None,
        show: list[str],
        revert: int | None,
        correct: bool = False,
        reason: str = "",
        **options: Any,
    ) -> int:
        now = timezone.now()
        if revert is not None:
            if deck or file or starts_on:
                raise CannotStart("--revert stands alone: it names the import, not a deck or file.")
            return self._revert(revert, as_of, now)
        if deck is None or file is None or starts_on is None:
            raise CannotStart("Say DECK, FILE.csv and --from DATE, or --revert ID.")
        chosen = RateDeck.objects.filter(code=deck).select_related("brand").first()
        if chosen is None:
            known = listed(RateDeck.objects.values_list("code", flat=True))
            raise CannotStart(f"There is no deck called {deck}; known are: {known}.")
        if correct and not reason.strip():
            raise CannotStart("Say why with --reason: prices that have held are corrected.")
        with self.progress(f"Rates of {file.name}", total=STEPS) as bar:
            result = import_rates(
                read_input(file),
                file=str(file),
                deck=chosen,
                starts_on=starts_on,
                as_of=as_of or local_date(now, chosen.zone),
                now=now,
                by=_who(),
                correct=correct,
                reason=reason,
                look_up=show,
                step=bar.advance,
            )
        self._print(result)
        for prefix in show:
            self._show(prefix, result)
        if correct and result.has_changes:
            self.console.print(
                "What was rated keeps its price. Whom the correction affects:"
                f" rerate --deck {deck} --from {starts_on} --dry-run",
                markup=False,
            )
        return 0

    def _revert(self, number: int, as_of: date | None, now: datetime) -> int:
        record = RateImport.objects.filter(pk=number).select_related("deck").first()
        if record is None:
            raise CannotStart(f"There is no import of rates {number}.")
        removed = revert_rate_import(
            record, by=_who(), as_of=as_of or local_date(now, record.deck.zone), now=now
        )
        self.console.print(
            f"Reverted import {number} ({record.file_name}): {removed:,} rates of deck"
            f" {record.deck.code} removed.",
            markup=False,
        )
        return 0

    def _show(self, prefix: str, result: RateImportResult) -> None:
        rows = [row for row in result.looked_up if row.prefix == prefix]
        if not rows:
            self.console.print(f"  {prefix}: not in the file", markup=False)
        for row in rows:
            before = "no price" if row.price_before is None else _price(row.price_before)
            if row.price_before is not None and row.per_before != row.per:
                before += f" per {row.per_before}"
            after = "ended" if row.kind == "ended" else f"{_price(row.price)} per {row.per}"
            name = f"{row.prefix} {row.destination}".strip()
            self.console.print(
                f"  line {row.line}: {name} from {row.starts_on}: {row.kind}, {before} → {after}",
                markup=False,
            )

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
        if result.record is not None:
            self.console.print(
                f"Import {result.record.pk}; take it back with --revert {result.record.pk}."
            )
        rows = [(name, getattr(result, name)) for name in ("new", "changed", "ended", "unchanged")]
        if superseded := sum(result.superseded.values()):
            rows.append(("of them in the place of rates that had started", superseded))
        self.print_totals("Rates", rows)


def _in_words(move: PriceMove) -> str:
    """`4790 Norway mobile: 0.49 → 0.59 per 60`."""
    before = f"{move.price_before.normalize():f}"
    if move.per_before != move.per:
        before += f" per {move.per_before}"
    name = f"{move.prefix} {move.destination}".strip()
    return f"{name}: {before} → {move.price.normalize():f} per {move.per}"


def _price(price: Decimal) -> str:
    return f"{price.normalize():f}"


def _who() -> str:
    """Who sits at the shell, as far as the machine knows."""
    try:
        return f"{getpass.getuser()} at the shell"
    except (KeyError, OSError):
        return "the shell"

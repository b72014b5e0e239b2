"""Rate usage of a deck again at its rates of today, customer by customer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from billing.usage.rerating.effects import csv_text, greatest_first
from billing.usage.rerating.models import Rerating, ReratingEffect
from billing.usage.services.run_rerating import (
    carry_out_rerating,
    interrupted_twin,
    request_rerating,
    try_rerating,
)
from catalog.models import RateDeck
from core.commands import CannotStart, TrunklineCommand, date_argument
from core.formatting import format_exact_money, format_number
from core.input_tree import listed
from core.money import from_micro

EFFECTS_PRINTED_MAX = 50


class Command(TrunklineCommand):
    help = (
        "Rate the usage of a deck again at its rates of today: open usage periods are replaced, "
        "billed ones adjusted on the next invoice. Running it again is safe."
    )
    has_dry_run = True

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--deck", required=True, help="The deck's code.")
        parser.add_argument(
            "--from", dest="starts_on", type=date_argument, required=True, metavar="DATE",
            help="Usage that started on this day of the deck's zone or later.",
        )  # fmt: skip
        parser.add_argument(
            "--csv",
            dest="table",
            type=Path,
            metavar="FILE",
            help="Write all customers and their amounts there.",
        )

    def run(
        self,
        *,
        deck: str,
        starts_on: date,
        reason: str = "",
        table: Path | None = None,
        **options: Any,
    ) -> int:
        chosen = RateDeck.objects.select_related("brand").filter(code=deck).first()
        if chosen is None:
            known = listed(RateDeck.objects.filter(direction="sell").values_list("code", flat=True))
            raise CannotStart(f"There is no deck called {deck}; known are: {known}.")
        is_trial = bool(options.get("dry_run"))
        if not is_trial and not reason.strip():
            raise CannotStart("Say why with --reason: the re-rating's page keeps it.")
        now = timezone.now()
        rerating = request_rerating(
            chosen, starts_on, reason=reason.strip() or "trial", by_id=None, now=now
        )
        stopped = None if is_trial else interrupted_twin(rerating)
        if stopped is not None:
            self._tell_of(stopped)
            rerating = stopped
        with self.progress(f"Accounts of {deck}", total=None) as bar:
            carry_out = try_rerating if is_trial else carry_out_rerating
            effects = greatest_first(
                carry_out(rerating, now=now, report=lambda done, total: bar.show(done, total, deck))
            )
        if table is not None:
            _write(table, effects)
        self._tell(effects)
        self._say(rerating, effects, is_trial=is_trial)
        return 0

    def _tell_of(self, stopped: Rerating) -> None:
        """Whose work goes on."""
        self.console.print(
            f"Re-rating {stopped.pk} of {stopped.requested_at:%Y-%m-%d %H:%M} UTC was interrupted:"
            " it goes on.",
            markup=False,
        )

    def _tell(self, effects: Sequence[ReratingEffect]) -> None:
        for effect in effects[:EFFECTS_PRINTED_MAX]:
            parts = []
            if effect.replaced or effect.open_before != effect.open_after:
                before, after = (
                    _money(effect, micro) for micro in (effect.open_before, effect.open_after)
                )
                parts.append(f"open usage {before} before, {after} after")
            if effect.adjusted or effect.adjustment:
                parts.append(f"next invoice {_money(effect, effect.adjustment, sign=True)}")
            self.console.print(
                f"account {effect.account.number} {effect.account.name}: {', '.join(parts)}",
                markup=False,
            )
        more = len(effects) - EFFECTS_PRINTED_MAX
        if more > 0:
            self.console.print(f"and {more:,} more; --csv FILE lists them all", markup=False)

    def _say(
        self, rerating: Rerating, effects: Sequence[ReratingEffect], *, is_trial: bool
    ) -> None:
        changes: dict[str, Decimal] = defaultdict(Decimal)
        for effect in effects:
            changes[effect.account.currency] += from_micro(effect.change)
        rows: list[tuple[str, object]] = [
            ("accounts", format_number(len(effects), "en")),
            ("records of open usage periods replaced", format_number(rerating.replaced, "en")),
            ("billed records adjusted", format_number(rerating.adjusted, "en")),
        ]
        rows += [
            (f"charges change by, {currency}", format_exact_money(change, currency, "en"))
            for currency, change in sorted(changes.items())
        ]
        rows += [
            (f"not rated again: {why}", format_number(count, "en"))
            for why, count in rerating.kept_as_they_are
            if count
        ]
        told = "would be rated again" if is_trial else "rated again"
        title = f"{rerating.deck.code} from {rerating.starts_on}: {told}"
        if not effects:
            is_whole = not any(count for _, count in rerating.kept_as_they_are)
            title += ": nothing" + (", all has today's price" if is_whole else "")
        self.print_totals(title, rows)


def _money(effect: ReratingEffect, micro: int, *, sign: bool = False) -> str:
    said = format_exact_money(from_micro(micro), effect.account.currency, "en")
    return f"+{said}" if sign and micro > 0 else said


def _write(path: Path, effects: Sequence[ReratingEffect]) -> None:
    try:
        path.write_text(csv_text(effects), encoding="utf-8", newline="")
    except OSError as error:
        raise CannotStart(f"{path} can't be written: {error.strerror}.") from None

"""Import a bank's CSV file of payments."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from core.commands import TrunklineCommand, read_input
from core.money import round_money
from payments.services.import_payments import PaymentImport, import_payments


class Command(TrunklineCommand):
    help = (
        "Import a bank's CSV file of payments (docs/formats.md 5). A payment is counted once per "
        "transaction id; exit code 1 if money is left that a person must look at."
    )
    has_dry_run = True

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.csv", help="The bank's transactions.")

    def run(self, *, file: Path, **_options: Any) -> int:
        result = import_payments(str(file), read_input(file), clock=timezone.now)
        if result.is_known_file:
            day = result.bank_file.imported_at.date()
            self.console.print(
                f"{file} was imported on {day} as {result.bank_file.name}: nothing to do.",
                markup=False,
            )
            return 0
        for line in result.left_alone:
            self.console.print(
                f"{file}:{line.line}: {line.amount} {line.currency} left alone: it is no payment "
                f"to us ({line.transaction_id})",
                markup=False,
            )
        self.print_problems(result.problems)
        self.print_totals("Payments", self._totals(result))
        return 1 if result.problems else 0

    def _totals(self, result: PaymentImport) -> list[tuple[str, object]]:
        return [
            ("matched", len(result.matched)),
            ("unmatched", len(result.unmatched)),
            ("known before", result.known),
            ("left alone", len(result.left_alone)),
            ("over-payments, kept as account credit", len(result.over_payments)),
            *(
                (f"new money, {currency}", round_money(amount, currency))
                for currency, amount in sorted(result.amounts.items())
            ),
        ]

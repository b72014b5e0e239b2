"""Write invoices as data: JSON with lines, tax groups, totals and the usage behind them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import CommandParser

from billing.invoicing.export import export_invoices
from billing.invoicing.models import Invoice
from core.commands import CannotStart, TrunklineCommand, date_argument


class Command(TrunklineCommand):
    help = "Write issued invoices as a JSON list, to standard output or to a file."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="The format; there is no other.")
        parser.add_argument("--brand", help="Only this brand's.")
        parser.add_argument("--bill-date", type=date_argument, help="Only this run's.")
        parser.add_argument("--number", help="Only this one.")
        parser.add_argument("--output", type=Path, help="A file; default standard output.")

    def run(
        self,
        *,
        brand: str | None,
        bill_date: date | None,
        number: str | None,
        output: Path | None,
        **options: Any,
    ) -> int:
        invoices = Invoice.objects.all()
        if brand:
            invoices = invoices.filter(brand__code=brand)
        if bill_date:
            invoices = invoices.filter(period_end=bill_date)
        if number:
            invoices = invoices.filter(number=number)
            if not invoices.exists():
                raise CannotStart(f"There is no invoice {number}.")
        if output is None:
            self._write(invoices, self.stdout)  # type: ignore[arg-type]  # a text stream to all ends
            return 0
        if not output.parent.is_dir():
            raise CannotStart(f"There is no folder {output.parent}.")
        unfinished = output.with_name(f".{output.name}.unfinished")
        with unfinished.open("w", encoding="utf-8") as file:
            count = self._write(invoices, file)
        unfinished.replace(output)
        self.errors.print(f"{count} invoices written to {output}", markup=False)
        return 0

    @staticmethod
    def _write(invoices: Any, file: TextIO) -> int:
        """Stream the list, so that memory does not grow with the number of invoices."""
        count = 0
        file.write("[")
        for invoice in export_invoices(invoices):
            file.write(",\n" if count else "\n")
            file.write(json.dumps(invoice, ensure_ascii=False, indent=1))
            count += 1
        file.write("\n]\n" if count else "]\n")
        return count

"""Make the PDFs of issued invoices that have none yet."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from billing.documents.queries import (
    document_path,
    documents_folder,
    invoices_without_document,
)
from billing.documents.services.render_invoice import RenderReport, render_invoices
from billing.invoicing.models import Invoice
from core.commands import CannotStart, TrunklineCommand, count_argument, date_argument
from core.models import Brand


class Command(TrunklineCommand):
    help = "Make the PDFs of issued invoices that have none yet; what is there is never remade."
    has_dry_run = True

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--brand", help="Only this brand's, by its code.")
        parser.add_argument(
            "--bill-date", type=date_argument, help="Only invoices of this bill date."
        )
        parser.add_argument("--invoice", metavar="NUMBER", help="Only this one.")
        parser.add_argument("--limit", type=count_argument, help="At most so many.")
        parser.add_argument(
            "--workers", type=count_argument, help="Renderer processes; all cores unless told."
        )
        parser.add_argument(
            "--print-paths", action="store_true", help="Print each file with its invoice's number."
        )

    def run(
        self,
        *,
        brand: str | None = None,
        bill_date: date | None = None,
        invoice: str | None = None,
        limit: int | None = None,
        workers: int | None = None,
        print_paths: bool = False,
        dry_run: bool = False,
        **options: Any,
    ) -> int:
        waiting = invoices_without_document(
            brand=_brand(brand), bill_date=bill_date, number=_number(invoice)
        )
        keys = list(waiting.values_list("pk", flat=True)[:limit])
        if dry_run:
            self.console.print(f"{len(keys)} PDFs would be made.")
            return 0
        with self.progress("Rendering PDFs", len(keys)) as bar:
            report = render_invoices(
                keys,
                workers=workers,
                now=timezone.now(),
                progress=lambda _done, _total: bar.advance(),
            )
        self._print_report(report, print_paths)
        return 1 if report.problems else 0

    def _print_report(self, report: RenderReport, print_paths: bool) -> None:
        if print_paths:
            for document in report.documents:
                path = document_path(document.sha256)
                self.stdout.write(f"{document.invoice.number}\t{path}")
        pages = sum(document.pages for document in report.documents)
        self.console.print(
            f"{len(report.documents)} PDFs, {pages} pages, in {documents_folder()}", markup=False
        )
        for problem in report.problems:
            self.errors.print(f"{problem}; the invoice itself stays as it is", markup=False)


def _brand(code: str | None) -> Brand | None:
    if code is None:
        return None
    brand = Brand.objects.filter(code=code).first()
    if brand is None:
        raise CannotStart(f"There is no brand {code}.")
    return brand


def _number(number: str | None) -> str | None:
    if number is not None and not Invoice.objects.filter(number=number).exists():
        raise CannotStart(f"There is no issued invoice {number}.")
    return number

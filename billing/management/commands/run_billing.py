"""Bill a brand's accounts: close their usage periods, calculate, number, post."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date
from typing import Any

from babel.numbers import format_decimal
from django.core.management.base import CommandParser
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from rich.table import Table

from billing.invoicing.models import BillRun, Invoice
from billing.invoicing.queries import bill_dates_in
from billing.invoicing.services.run_billing import (
    Until,
    parked_rows,
    refuse_incomplete,
    run_billing,
)
from core.commands import CannotStart, TrunklineCommand, date_argument, month_argument
from core.errors import DomainError
from core.models.organisation import Brand
from core.periods import local_date

ROWS_PRINTED_MAX = 40


class Command(TrunklineCommand):
    help = "Issue the invoices of a brand for one bill date, or for all of a month."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--brand", required=True, help="The brand's code.")
        when = parser.add_mutually_exclusive_group(required=True)
        when.add_argument("--bill-date", type=date_argument, help="For example 2026-11-01.")
        when.add_argument("--month", type=month_argument, help="All bill dates of 2026-11.")
        parser.add_argument("--as-of", type=date_argument, help="The day it is; default today.")
        parser.add_argument("--reason", default="", help="Why before the grace days are over.")
        parser.add_argument(
            "--preview", "--dry-run", action="store_true", help="Print it; store nothing."
        )
        parser.add_argument(
            "--until",
            choices=("review", "published"),
            default="published",
            help="Stop at review, for a second person to approve; default published.",
        )

    def run(
        self,
        *,
        brand: str,
        bill_date: date | None,
        month: date | None,
        as_of: date | None,
        reason: str,
        preview: bool,
        until: Until,
        **options: Any,
    ) -> int:
        found = Brand.objects.select_related("legal_entity", "series").filter(code=brand).first()
        if found is None:
            known = ", ".join(Brand.objects.values_list("code", flat=True)) or "none yet"
            raise CannotStart(f"There is no brand {brand!r}; there are: {known}.")
        today = as_of or local_date(timezone.now(), found.zone)
        dates = [bill_date] if bill_date else bill_dates_in(found, month or today)
        if not dates:
            raise DomainError(f"{brand} has no accounts yet, so there is nothing to bill.")
        code = 0
        for day in dates:
            try:
                code = max(code, self._bill(found, day, today, reason, preview, until))
            except DomainError as error:
                self.errors.print(str(error), markup=False)
                code = 1
        return code

    def _bill(
        self,
        brand: Brand,
        bill_date: date,
        as_of: date,
        reason: str,
        preview: bool,
        until: Until,
    ) -> int:
        if preview:
            self._tell_gaps(brand, bill_date)
        with (
            transaction.atomic() if preview else nullcontext(),
            self.progress(f"{brand.code} {bill_date}", total=None) as bar,
        ):
            run = run_billing(
                brand=brand,
                bill_date=bill_date,
                as_of=as_of,
                now=timezone.now(),
                reason=reason,
                report=bar.show,
                despite_gaps=preview,
                until=until,
            )
            self._print(run, preview=preview)
            parked = parked_rows(run)
            if preview:
                transaction.set_rollback(True)
        for row in parked:
            self.errors.print(f"{row.account}: {row.reason}", markup=False)
        return 1 if parked else 0

    def _tell_gaps(self, brand: Brand, bill_date: date) -> None:
        try:
            refuse_incomplete(brand, bill_date, now=timezone.now())
        except DomainError as held:
            self.errors.print(f"The run itself would be held. {held}", markup=False)

    def _print(self, run: BillRun, *, preview: bool) -> None:
        if preview:
            self._print_invoices(run)
        states = {row["state"]: row["n"] for row in _states(run)}
        self.print_totals(
            f"{'Preview of ' if preview else ''}{run.brand.code} {run.bill_date}",
            [
                ("accounts", run.accounts_total),
                ("invoices", run.invoices_total),
                ("nothing to bill", states.get("nothing", 0)),
                ("billed with their parent", states.get("with_parent", 0)),
                ("parked", states.get("parked", 0)),
                *(
                    (f"{label} {run.brand.currency}", _amount(value))
                    for label, value in (
                        ("net", run.net_total),
                        ("tax", run.tax_total),
                        ("total", run.total),
                    )
                ),
            ],
        )
        if preview:
            self.console.print("Preview: nothing was stored, no number was used.")
        elif run.state == BillRun.State.REVIEW:
            self.console.print(
                "It waits in review: ask for approval on its page in the back office."
            )

    def _print_invoices(self, run: BillRun) -> None:
        table = Table("account", "name", "lines", "net", "tax", "total", "due", box=None)
        for column in table.columns[2:6]:
            column.justify = "right"
        invoices = run.invoices.select_related("account").prefetch_related("lines")
        for invoice in invoices.order_by("account__number")[:ROWS_PRINTED_MAX]:
            table.add_row(*_row(invoice))
        self.console.print(table)
        if run.invoices_total > ROWS_PRINTED_MAX:
            self.console.print(f"… and {run.invoices_total - ROWS_PRINTED_MAX} more invoices.")


def _row(invoice: Invoice) -> list[str]:
    return [
        invoice.account.number,
        invoice.account.name,
        str(len(invoice.lines.all())),
        _amount(invoice.net_total),
        _amount(invoice.tax_total),
        _amount(invoice.total),
        str(invoice.due_date),
    ]


def _amount(value: Any) -> str:
    return str(format_decimal(value, format="#,##0.00#", locale="en"))


def _states(run: BillRun) -> Any:
    return run.accounts.values("state").annotate(n=Count("pk"))

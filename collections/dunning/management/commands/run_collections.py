"""Remind who still owes, once, kindly."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from accounts.services.send_messages import SendTotals, send_messages
from core.commands import CannotStart, TrunklineCommand, date_argument
from core.formatting import format_money
from core.models import Brand
from dunning.services.remind_account import Outcome
from dunning.services.run_collections import CollectionsRun, run_collections
from dunning.services.write_reminder import EVENT


class Command(TrunklineCommand):
    help = (
        "Send a reminder to whoever is late with a bill: once for each, some days after its due "
        "date. Exit code 1 if somebody could not be reminded."
    )
    has_dry_run = True

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--as-of", type=date_argument, required=True, metavar="DATE", help="The day it is."
        )
        parser.add_argument("--brand", default="", help="Only this brand; default all.")

    def run(self, *, as_of: date, brand: str, dry_run: bool, **_options: Any) -> int:
        brands = list(Brand.objects.filter(code=brand) if brand else Brand.objects.all())
        if brand and not brands:
            raise CannotStart(f"There is no brand {brand}.")
        return max((self._run_brand(one, as_of, dry_run=dry_run) for one in brands), default=0)

    def _run_brand(self, brand: Brand, as_of: date, *, dry_run: bool) -> int:
        with self.progress(f"{brand.name}: deciding", None) as bar:
            run = run_collections(
                brand,
                as_of=as_of,
                clock=timezone.now,
                progress=lambda done, total: bar.show(done, total, f"{brand.name}: deciding"),
            )
        sent = SendTotals()
        if not dry_run:
            sent = send_messages(clock=timezone.now, brand=brand, events=[EVENT])
        self._print(brand, as_of, run, sent)
        return 0 if sent.is_clean and not run.needs_person else 1

    def _print(self, brand: Brand, as_of: date, run: CollectionsRun, sent: SendTotals) -> None:
        for outcome in run.reminded:
            assert outcome.message is not None
            self._line("reminder", outcome, f"to {outcome.message.to_address}")
        for outcome in run.skipped:
            self._line("skipped ", outcome, outcome.reason)
        if sent.server_error:
            error = f"The mail server does not answer: {sent.server_error}. The messages wait."
            self.errors.print(error, markup=False)
        self.print_totals(
            f"{brand.name}, {as_of}",
            [
                ("reminders", len(run.reminded)),
                ("skipped", len(run.skipped)),
                ("sent", sent.sent),
                ("paid before sending", sent.dropped),
                ("put off by quiet hours or caps", sent.waiting),
                ("refused, to be tried again", sent.refused),
                ("failed", sent.failed),
            ],
        )

    def _line(self, what: str, outcome: Outcome, text: str) -> None:
        account = outcome.account
        amount = format_money(outcome.amount, account.currency, "en")
        self.console.print(
            f"{what} {account.number} {account.name}: {amount}, {text}", markup=False
        )

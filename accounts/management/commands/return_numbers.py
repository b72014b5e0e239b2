"""Bring numbers and SIMs to their state of the day: resting, free, retired."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from accounts.queries import today_of
from accounts.services.return_numbers import return_numbers
from core.commands import TrunklineCommand, date_argument
from core.models import Brand


class Command(TrunklineCommand):
    help = "Put numbers that were given back to rest, and free those that rested; once a day."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--as-of", type=date_argument, metavar="DATE", help="Today, if not the clock's."
        )

    def run(self, *, as_of: date | None, **options: Any) -> int:
        now = timezone.now()
        for brand in Brand.objects.order_by("code"):
            done = return_numbers(brand, as_of=as_of or today_of(brand, now))
            rows = (
                ("numbers that rest now", done.resting),
                ("numbers free again", done.free),
                ("SIMs retired", done.sims_retired),
            )
            self.print_totals(brand.code, rows)
        return 0

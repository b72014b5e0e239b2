"""Make the months of the usage table, so that records of that time can be stored."""

from __future__ import annotations

from datetime import UTC, date
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from billing.usage.partitions import months_between, usual_months
from billing.usage.services.ensure_partitions import ensure_partitions
from core.commands import CannotStart, TrunklineCommand, month_argument

MONTHS_MAX = 600


class Command(TrunklineCommand):
    help = (
        "Make the partitions of the usage table for some months; without arguments, from "
        "14 months back to 3 ahead."
    )

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--from", dest="first", type=month_argument, help="First month, such as 2024-01."
        )
        parser.add_argument(
            "--to", dest="last", type=month_argument, help="Last month; by default 3 months ahead."
        )

    def run(self, *, first: date | None, last: date | None, **options: Any) -> int:
        usual = usual_months(timezone.now().astimezone(UTC).date())
        months = months_between(first or usual[0], last or max(usual[-1], first or usual[-1]))
        if not months:
            raise CannotStart("--from lies after --to.")
        if len(months) > MONTHS_MAX:
            raise CannotStart(f"At most {MONTHS_MAX} months at once, not {len(months)}.")
        made = ensure_partitions(months)
        self.console.print(
            f"{len(made)} months made, {len(months) - len(made)} were there: "
            f"{months[0]:%Y-%m} to {months[-1]:%Y-%m}."
        )
        return 0

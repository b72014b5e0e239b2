"""Mask called numbers and drop usage as each brand's policy says."""

from __future__ import annotations

from dataclasses import astuple
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from billing.usage.services.retain_usage import Retained, drop_empty_months, retain_usage
from core.commands import CannotStart, TrunklineCommand
from core.models import Brand

LABELS = (
    "records whose called number was masked",
    "lines in suspense masked",
    "slices of raw files emptied",
    "lines in suspense given up",
    "records dropped",
    "months dropped",
)


class Command(TrunklineCommand):
    help = "Mask called numbers and drop usage as each brand's policy says; runs each night."
    has_dry_run = True

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--brand", help="Code of one brand; all by default.")

    def run(self, *, brand: str | None = None, **options: Any) -> int:
        brands = Brand.objects.order_by("code")
        if brand is not None:
            brands = brands.filter(code=brand)
            if not brands:
                raise CannotStart(f"There is no brand {brand}.")
        now, total = timezone.now(), Retained()
        for each in brands:
            done = retain_usage(each, now=now)
            self.print_totals(each.code, zip(LABELS[:-1], astuple(done), strict=False))
            total += done
        months = drop_empty_months(now)
        total += Retained(months_dropped=months)
        self.print_totals("All brands", zip(LABELS, astuple(total), strict=True))
        return 0

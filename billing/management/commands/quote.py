"""Say what an event would cost, and why: the price beyond allowances."""

from __future__ import annotations

import json as json_format
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import CommandParser
from django.utils import timezone

from billing.usage.intake.normalising import normaliser_of
from billing.usage.models import UsageSource
from billing.usage.quotes import (
    Quote,
    dialled_digits,
    quote_usage,
    usage_type_called,
    version_at,
)
from catalog.models import Plan, PlanVersion
from core.commands import CannotStart, TrunklineCommand
from core.models import Brand


class Command(TrunklineCommand):
    help = "Say what a call, message or data session would cost by a plan, step by step."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("brand", help="The brand's code.")
        parser.add_argument("plan", help="The plan's code.")
        parser.add_argument("number", nargs="?", default="", help="Who is called: +90 532 …")
        parser.add_argument(
            "--quantity", type=int, default=60, help="Seconds, messages or bytes; 60 unless told."
        )
        parser.add_argument(
            "--type", dest="usage_type", default="voice", help="voice (default), sms or data."
        )
        parser.add_argument(
            "--at",
            type=datetime.fromisoformat,
            help="When it starts: 2026-10-03T21:10, in the brand's zone unless it names one. Now.",
        )
        parser.add_argument("--source", help="Read the number as its lines are, and tell its cost.")
        parser.add_argument("--json", action="store_true", help="The same facts as JSON.")

    def run(
        self,
        *,
        brand: str,
        plan: str,
        number: str,
        quantity: int,
        usage_type: str,
        at: datetime | None = None,
        source: str | None = None,
        json: bool = False,
        **options: Any,
    ) -> int:
        seller = Brand.objects.filter(code=brand).first()
        if seller is None:
            raise CannotStart(f"There is no brand {brand}.")
        start = at or timezone.now()
        if start.tzinfo is None:
            start = start.replace(tzinfo=ZoneInfo(seller.zone))
        carried_by = _source(seller, source)
        quote = quote_usage(
            _version(seller, plan, start),
            usage_type=usage_type_called(usage_type),
            number=_digits(number, carried_by),
            start=start,
            quantity=quantity,
            supplier_id=carried_by.supplier_id if carried_by else None,
        )
        if json:
            self.stdout.write(json_format.dumps(quote.as_data(), ensure_ascii=False, indent=2))
        else:
            self._print(quote)
        return 0 if quote.amount is not None else 1

    def _print(self, quote: Quote) -> None:
        for text in quote.reasons:
            self.console.print(text, markup=False)
        if quote.amount is None:
            self.console.print(f"No price: {quote.outcome}.", markup=False)
            return
        self.console.print(
            f"{quote.amount:.6f} {quote.currency}, {quote.billed:,} units billed, by deck"
            f" {quote.deck}, before allowances.",
            markup=False,
        )
        if quote.cost is not None:
            self.console.print(
                f"It costs us {quote.cost:.6f} and leaves {quote.margin:.6f}.", markup=False
            )


def _version(brand: Brand, code: str, start: datetime) -> PlanVersion:
    plan = Plan.objects.filter(brand=brand, code=code).first()
    if plan is None:
        raise CannotStart(f"Brand {brand.code} has no plan {code}.")
    version = version_at(plan, start)
    if version is None:
        raise CannotStart(f"Plan {code} has no published version that holds on {start:%Y-%m-%d}.")
    return version


def _source(brand: Brand, code: str | None) -> UsageSource | None:
    if code is None:
        return None
    found = UsageSource.objects.filter(brand=brand, code=code).first()
    if found is None:
        raise CannotStart(f"Brand {brand.code} has no usage source {code}.")
    return found


def _digits(number: str, source: UsageSource | None) -> str:
    return dialled_digits(number, normaliser_of(source) if source else None)

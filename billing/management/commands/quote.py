"""Say what an event would cost, and why: by a plan before allowances, or for one line with them."""

from __future__ import annotations

import json as json_format
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import override

from billing.usage.intake.normalising import normaliser_of
from billing.usage.models import UsageSource
from billing.usage.quote_words import LANGUAGES
from billing.usage.quotes import (
    Quote,
    dialled_digits,
    quote_usage,
    usage_type_called,
    version_at,
)
from billing.usage.services.quote_for_line import (
    AskedEvent,
    quote_for_line,
    source_for_quotes,
)
from catalog.models import Plan, PlanVersion
from core.commands import CannotStart, TrunklineCommand
from core.models import Brand


class Command(TrunklineCommand):
    help = (
        "Say what a call, message or data session would cost, step by step: by a plan before"
        " allowances (BRAND PLAN NUMBER), or for a line with its allowances as they stand"
        " (BRAND NUMBER --service ITS-NUMBER). Nothing is stored."
    )

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("brand", help="The brand's code.")
        parser.add_argument(
            "plan", nargs="?", default="", help="The plan's code; left out with --service."
        )
        parser.add_argument("number", nargs="?", default="", help="Who is called: +90 532 …")
        parser.add_argument("--service", help="The line's number (or other service id).")
        parser.add_argument(
            "--id", dest="record_id", default="", help="The record's own id, where that matters."
        )
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
        parser.add_argument(
            "--language", choices=LANGUAGES, default="en", help="Of the words: en, nb or de."
        )
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
        service: str | None = None,
        record_id: str = "",
        language: str = "en",
        json: bool = False,
        **options: Any,
    ) -> int:
        seller = Brand.objects.filter(code=brand).first()
        if seller is None:
            raise CannotStart(f"There is no brand {brand}.")
        start = at or timezone.now()
        if start.tzinfo is None:
            start = start.replace(tzinfo=ZoneInfo(seller.zone))
        kind = usage_type_called(usage_type)
        if service is not None:
            if plan and number:
                raise CannotStart("Name a plan or a line (--service), not both.")
            asked = AskedEvent(
                source=source_for_quotes(seller, source or ""),
                service=service,
                usage_type=kind,
                number=plan or number,
                start=start,
                quantity=quantity,
                record_id=record_id,
                named=source is not None,
            )
            quote = quote_for_line(asked, now=timezone.now())
        else:
            if not plan:
                raise CannotStart("Name a plan, or a line (--service).")
            carried_by = _source(seller, source)
            quote = quote_usage(
                _version(seller, plan, start),
                usage_type=kind,
                number=_digits(number, carried_by),
                start=start,
                quantity=quantity,
                supplier_id=carried_by.supplier_id if carried_by else None,
            )
        with override(language):
            self._tell(quote, json=json)
        return 0 if quote.amount is not None else 1

    def _tell(self, quote: Quote, *, json: bool) -> None:
        if json:
            self.stdout.write(json_format.dumps(quote.as_data(), ensure_ascii=False, indent=2))
        else:
            self._print(quote)

    def _print(self, quote: Quote) -> None:
        for text in quote.in_words():
            self.console.print(text, markup=False)
        if quote.amount is None:
            self.console.print(f"No price: {quote.outcome}.", markup=False)
            return
        self.console.print(
            f"{quote.amount:.6f} {quote.currency}, {quote.billed:,} units billed, by deck"
            f" {quote.deck}{'' if quote.service else ', before allowances'}.",
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

"""What would it cost, and why did it: the back office's pages of quotes and explanations."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from billing.usage.models import UsageRecord, UsageType
from billing.usage.quantity_words import quantity_in_words
from billing.usage.quotes import Quote, dialled_digits, quote_usage, version_at
from billing.usage.services.quote_for_line import (
    AskedEvent,
    quote_for_line,
    source_for_quotes,
)
from catalog.models import Plan
from core.backoffice.forms import MomentInput
from core.backoffice.scoping import scoped
from core.errors import DomainError
from core.formatting import format_exact_money
from core.models import Brand

UNITS_MAX = 10**12


class QuoteForm(forms.Form):
    """An event that nobody had yet: of which line or by which plan, whom it calls, when, and how
    long it lasts."""

    brand = forms.ModelChoiceField(
        Brand.objects.none(), widget=UnfoldAdminSelectWidget, empty_label=None
    )
    service = forms.CharField(
        label="Line",
        required=False,
        help_text="Its number: the price then counts what its allowances leave now.",
        widget=UnfoldAdminTextInputWidget,
    )
    plan = forms.CharField(
        label="Plan code",
        required=False,
        help_text="Without a line: the price by this plan, before allowances.",
        widget=UnfoldAdminTextInputWidget,
    )
    usage_type = forms.ChoiceField(
        label="Usage",
        choices=[(kind.label, kind.label) for kind in UsageType],
        widget=UnfoldAdminSelectWidget,
    )
    number = forms.CharField(
        label="Called number",
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "+90 532 123 45 67"}),
    )
    at = forms.DateTimeField(label="Start, in the brand’s time", widget=MomentInput)
    quantity = forms.IntegerField(
        label="Quantity",
        help_text="Seconds, messages or bytes.",
        min_value=0,
        max_value=UNITS_MAX,
        initial=60,
        widget=UnfoldAdminTextInputWidget,
    )

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request.GET if "at" in request.GET else None)
        brands = scoped(Brand.objects.all(), "pk", request)
        self.fields["brand"].queryset = brands  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Price the event; what hinders it is said at its field."""
        data = self.cleaned_data
        if self.errors:
            return data
        brand: Brand = data["brand"]
        start = data["at"].replace(tzinfo=ZoneInfo(brand.zone))
        if bool(data["service"]) == bool(data["plan"]):
            self.add_error("plan", "Name a line or a plan.")
        elif data["service"]:
            self._quote_line(brand, start)
        else:
            self._quote_plan(brand, start)
        return data

    def _quote_line(self, brand: Brand, start: datetime) -> None:
        data = self.cleaned_data
        try:
            asked = AskedEvent(
                source=source_for_quotes(brand),
                service=data["service"],
                usage_type=data["usage_type"],
                number=data["number"],
                start=start,
                quantity=data["quantity"],
            )
            data["quote"] = quote_for_line(asked, now=timezone.now())
        except DomainError as error:
            self.add_error(None, str(error))

    def _quote_plan(self, brand: Brand, start: datetime) -> None:
        data = self.cleaned_data
        plan = Plan.objects.filter(brand=brand, code=data["plan"]).first()
        if plan is None:
            self.add_error("plan", "This brand has no plan with that code.")
            return
        version = version_at(plan, start)
        if version is None:
            self.add_error("plan", "The plan has no published version that holds on that day.")
            return
        try:
            data["quote"] = quote_usage(
                version,
                usage_type=data["usage_type"],
                number=dialled_digits(data["number"]),
                start=start,
                quantity=data["quantity"],
            )
        except DomainError as error:
            self.add_error(None, str(error))


def quote_facts(quote: Quote, zone: str) -> dict[str, Any]:
    """A quote as the page shows it."""
    kind = int(next(one for one in UsageType if one.label == quote.usage_type))
    facts = [("Deck", quote.deck)] if quote.deck else []
    if quote.subscription:
        facts.append(("Line", f"{quote.service}, {quote.subscription} with plan {quote.plan}"))
    facts += [
        ("Number", quote.number),
        ("Start", f"{quote.start.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S} ({zone})"),
        ("Used", quantity_in_words(quote.quantity, kind)),
    ]
    if quote.prefix is not None:
        of = f" ({quote.destination})" if quote.destination else ""
        facts.append(("Prefix", f"{quote.prefix or 'any number'}{of}, since {quote.rate_from}"))
    if quote.band:
        facts.append(("Hours", quote.band))
    if quote.amount is not None:
        facts.append(("Billed", quantity_in_words(quote.billed or 0, kind)))
    facts += _money_facts(quote, kind)
    return {
        "quote": quote,
        "facts": facts,
        "price": ""
        if quote.amount is None
        else format_exact_money(quote.amount, quote.currency, "en"),
    }


def _money_facts(quote: Quote, kind: int) -> list[tuple[str, str]]:
    """What allowances leave of the price, and what is left of that."""
    said = [
        ("Before allowances", quote.before),
        ("Paid by allowances", quote.paid or None),
        ("Costs us", None if quote.margin is None else quote.cost),
        ("Leaves", quote.margin),
        ("Adds to the account’s usage", quote.adds),
    ]
    facts = [
        (label, format_exact_money(amount, quote.currency, "en"))
        for label, amount in said
        if amount is not None
    ]
    if quote.covered:
        facts.insert(0, ("Covered by allowances", quantity_in_words(quote.covered, kind)))
    if quote.late:
        facts.append(("Stands", "on the next invoice, as late usage"))
    return facts


def record_zone(record: UsageRecord) -> str:
    """The zone in which the record's brand reads the clock."""
    return Brand.objects.get(pk=record.brand_id).zone

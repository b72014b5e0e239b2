"""What would it cost, and why did it: the back office's pages of quotes and explanations."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from billing.usage.models import UsageRecord, UsageType
from billing.usage.quantity_words import quantity_in_words
from billing.usage.quotes import Quote, dialled_digits, quote_usage, version_at
from catalog.models import Plan
from core.backoffice.forms import MomentInput
from core.backoffice.scoping import scoped
from core.errors import DomainError
from core.formatting import format_exact_money
from core.models import Brand

UNITS_MAX = 10**12


class QuoteForm(forms.Form):
    """An event that nobody had yet: by which plan, whom it calls, when, and how long it lasts."""

    brand = forms.ModelChoiceField(
        Brand.objects.none(), widget=UnfoldAdminSelectWidget, empty_label=None
    )
    plan = forms.CharField(label="Plan code", widget=UnfoldAdminTextInputWidget)
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
        super().__init__(request.GET if "plan" in request.GET else None)
        brands = scoped(Brand.objects.all(), "pk", request)
        self.fields["brand"].queryset = brands  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Price the event; what hinders it is said at its field."""
        data = self.cleaned_data
        if self.errors:
            return data
        brand: Brand = data["brand"]
        start = data["at"].replace(tzinfo=ZoneInfo(brand.zone))
        plan = Plan.objects.filter(brand=brand, code=data["plan"]).first()
        if plan is None:
            self.add_error("plan", "This brand has no plan with that code.")
            return data
        version = version_at(plan, start)
        if version is None:
            self.add_error("plan", "The plan has no published version that holds on that day.")
            return data
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
        return data


def quote_facts(quote: Quote, zone: str) -> dict[str, Any]:
    """A quote as the page shows it."""
    kind = int(next(one for one in UsageType if one.label == quote.usage_type))
    facts = [
        ("Deck", quote.deck),
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
    if quote.before is not None:
        before = format_exact_money(quote.before, quote.currency, "en")
        facts.append(("Before allowances", before))
    if quote.covered:
        facts.append(("Covered by allowances", quantity_in_words(quote.covered, kind)))
    if quote.paid:
        paid = format_exact_money(quote.paid, quote.currency, "en")
        facts.append(("Paid by allowances", paid))
    if quote.cost is not None and quote.margin is not None:
        facts.append(("Costs us", format_exact_money(quote.cost, quote.currency, "en")))
        facts.append(("Leaves", format_exact_money(quote.margin, quote.currency, "en")))
    return {
        "quote": quote,
        "facts": facts,
        "price": ""
        if quote.amount is None
        else format_exact_money(quote.amount, quote.currency, "en"),
    }


def record_zone(record: UsageRecord) -> str:
    """The zone in which the record's brand reads the clock."""
    return Brand.objects.get(pk=record.brand_id).zone

"""Forms of a draft's rows: a charge, an allowance, a step of the fee for leaving early."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from django import forms
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from catalog.models import Allowance, Charge, UsageType
from catalog.version_content import AllowanceContent, ChargeContent, TierContent
from core.models import Brand
from core.models.organisation import code_validator

NO_LIMIT = "beyond"


def choice(choices: Any, **options: Any) -> forms.ChoiceField:
    """One of several words."""
    return forms.ChoiceField(choices=choices, widget=UnfoldAdminSelectWidget, **options)


def several(choices: Any = (), **options: Any) -> forms.MultipleChoiceField:
    """Any number of several words, each with its box."""
    return forms.MultipleChoiceField(
        choices=choices, required=False, widget=forms.CheckboxSelectMultiple, **options
    )


def figure(**options: Any) -> forms.DecimalField:
    """A price or a quantity with up to six decimals."""
    options = {"max_digits": 20, "decimal_places": 6, "required": False} | options
    return forms.DecimalField(widget=UnfoldAdminTextInputWidget, **options)


def count(low: int, high: int, **options: Any) -> forms.IntegerField:
    """A whole number within limits."""
    options = {"min_value": low, "max_value": high, "required": False} | options
    return forms.IntegerField(widget=UnfoldAdminTextInputWidget, **options)


def tick(**options: Any) -> forms.BooleanField:
    """Yes or no."""
    return forms.BooleanField(widget=UnfoldBooleanWidget, required=False, **options)


def code() -> forms.CharField:
    """A code that is unique among its like within the version."""
    return forms.CharField(
        max_length=40, validators=[code_validator], widget=UnfoldAdminTextInputWidget
    )


class LanguagesForm(forms.Form):
    """A form with one input for each of the brand's languages for every text it names."""

    texts: ClassVar[dict[str, tuple[str, Any]]] = {}

    def __init__(self, *args: Any, brand: Brand, **options: Any) -> None:
        super().__init__(*args, **options)
        self.brand = brand
        for name, (label, widget) in self.texts.items():
            for language in brand.languages:
                self.fields[f"{name}_{language}"] = forms.CharField(
                    label=f"{label} ({language})", required=False, max_length=4000, widget=widget
                )

    def text(self, name: str) -> dict[str, str]:
        """A text by language, as far as it was given."""
        given = ((one, self.cleaned_data.get(f"{name}_{one}", "")) for one in self.brand.languages)
        return {language: text.replace("\r\n", "\n") for language, text in given if text}


def texts_initial(name: str, texts: dict[str, str]) -> dict[str, str]:
    """What stands in the inputs of a text."""
    return {f"{name}_{language}": text for language, text in texts.items()}


class ChargeForm(LanguagesForm):
    """A charge; what is empty of a charge by usage is said by its deck or its tiers."""

    texts = {"description": ("What the customer reads", UnfoldAdminTextInputWidget)}
    code = code()
    kind = choice(Charge.Kind.choices, initial=Charge.Kind.RECURRING)
    price = figure(help_text="Empty: 0. Of tiers, each has its own.")
    months = count(1, 60, initial=1, help_text="Length of the charge period.")
    timing = choice(Charge.Timing.choices, initial=Charge.Timing.ADVANCE)
    proration = choice(Charge.Proration.choices, initial=Charge.Proration.DAILY)
    taken_at = choice(Charge.TakenAt.choices, initial=Charge.TakenAt.START, label="Once, taken")
    discountable = tick(initial=True)
    counts_toward_minimum = tick(label="Counts towards the minimum spend")
    pricing = choice([("", "not by usage"), *Charge.Pricing.choices], required=False)
    usage_types = several(UsageType.choices)
    per = count(1, 2**62, help_text="Units a price is for; in a package, those of a block.")
    tiers = forms.CharField(
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=f"One a line, limit and price: 1000 0.50, then {NO_LIMIT} 0.30",
    )
    destinations = several(help_text="None: all.")
    categories = several(help_text="None: all.")

    def __init__(self, *args: Any, groups: Any, categories: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, choices in (("destinations", groups), ("categories", categories)):
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = choices

    def clean_tiers(self) -> tuple[TierContent, ...]:
        """Each line as a tier; a line that can't be read is named."""
        lines = self.cleaned_data["tiers"].splitlines()
        return tuple(_tier(number, line) for number, line in enumerate(lines, 1) if line.strip())

    def clean(self) -> dict[str, Any]:
        """What belongs to charges by usage only, and what those need."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("kind") != Charge.Kind.USAGE:
            for name in ("pricing", "usage_types", "per", "tiers", "destinations", "categories"):
                if data.get(name):
                    self.add_error(name, "Only a charge by usage has this: leave it empty.")
        elif not data.get("pricing"):
            self.add_error("pricing", "Say how its usage is priced.")
        elif data["pricing"] == Charge.Pricing.PER_UNIT:
            for name in ("per", "price"):
                if data.get(name):
                    self.add_error(name, "The rate deck says it: leave it empty.")
        return data

    def content(self) -> ChargeContent:
        """The charge as plain data."""
        data = self.cleaned_data
        same = ("code", "kind", "timing", "proration", "taken_at", "pricing", "per", "tiers")
        flags = ("discountable", "counts_toward_minimum")
        return ChargeContent(
            description=self.text("description"),
            price=data["price"] or Decimal(0),
            months=data["months"] or 1,
            usage_types=tuple(sorted(data["usage_types"])),
            destinations=tuple(sorted(data["destinations"])),
            categories=tuple(sorted(data["categories"])),
            **{name: data[name] for name in (*same, *flags)},
        )


def charge_initial(charge: ChargeContent) -> dict[str, Any]:
    """What stands in the form of a charge."""
    names = ChargeContent.__dataclass_fields__
    values = {name: getattr(charge, name) for name in names} | {
        "tiers": "\n".join(f"{tier.up_to or NO_LIMIT} {plain(tier.price)}" for tier in charge.tiers)
    }
    for name in ("usage_types", "destinations", "categories"):
        values[name] = list(values[name])
    return (
        values | {"price": plain(charge.price)} | texts_initial("description", charge.description)
    )


def plain(value: Decimal | None) -> str | None:
    """A figure without needless noughts, but with the two decimals that prices have."""
    if value is None:
        return None
    short = value.normalize()
    exponent = short.as_tuple().exponent
    assert isinstance(exponent, int)
    return f"{value:.2f}" if exponent > -2 else f"{short:f}"


def _tier(number: int, line: str) -> TierContent:
    words = line.replace(":", " ").split()
    try:
        limit, price = words
        up_to = None if limit.lower() == NO_LIMIT else int(limit)
        amount = Decimal(price)
    except (ValueError, InvalidOperation):
        raise forms.ValidationError(
            f"Line {number}: “{line.strip()}” is not a limit and a price: write 1000 0.50, or"
            f" {NO_LIMIT} 0.30"
        ) from None
    if (up_to is not None and not 0 < up_to < 2**62) or not amount.is_finite():
        raise forms.ValidationError(f"Line {number}: “{line.strip()}” is out of range.")
    return TierContent(up_to, amount)


class AllowanceForm(LanguagesForm):
    """An allowance: what is included in a usage period."""

    texts = {"description": ("What the customer reads", UnfoldAdminTextInputWidget)}
    code = code()
    unit = choice(Allowance.Unit.choices, initial=Allowance.Unit.SECONDS)
    quantity = figure(help_text="Seconds, messages, bytes or money; empty: no limit.")
    usage_types = several(UsageType.choices)
    scope = choice(Allowance.Scope.choices, initial=Allowance.Scope.OWN)
    priority = count(0, 32767, initial=100, help_text="The lowest is used first.")
    expires_after_days = count(1, 1830, help_text="Empty: it ends with its usage period.")
    roll_over_periods = count(0, 60, initial=0)
    roll_over_cap = figure(help_text="Empty: all of it.")
    proration = choice(Allowance.Proration.choices, initial=Allowance.Proration.FULL)
    connection_fee_when_covered = tick(label="Covered calls cost their connection fee")
    destinations = several(help_text="None: all.")

    def __init__(self, *args: Any, groups: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["destinations"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = groups

    def content(self) -> AllowanceContent:
        """The allowance as plain data."""
        data = self.cleaned_data
        same = ("code", "unit", "quantity", "scope", "expires_after_days", "roll_over_cap")
        rest = ("proration", "connection_fee_when_covered")
        return AllowanceContent(
            description=self.text("description"),
            usage_types=tuple(sorted(data["usage_types"])),
            destinations=tuple(sorted(data["destinations"])),
            priority=100 if data["priority"] is None else data["priority"],
            roll_over_periods=data["roll_over_periods"] or 0,
            **{name: data[name] for name in (*same, *rest)},
        )


def allowance_initial(row: AllowanceContent) -> dict[str, Any]:
    """What stands in the form of an allowance."""
    values = {name: getattr(row, name) for name in AllowanceContent.__dataclass_fields__}
    for name in ("usage_types", "destinations"):
        values[name] = list(values[name])
    for name in ("quantity", "roll_over_cap"):
        values[name] = None if values[name] is None else f"{values[name].normalize():f}"
    return values | texts_initial("description", row.description)


class StepForm(forms.Form):
    """A step of the fee for leaving early."""

    from_month = count(1, 120, required=True)
    fee = figure(required=True)

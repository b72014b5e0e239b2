"""The form of a whole draft: its terms, charges, allowances, decks and fees, checked together."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
)

from catalog.admin_draft_rows import (
    AllowanceForm,
    ChargeForm,
    LanguagesForm,
    StepForm,
    allowance_initial,
    charge_initial,
    choice,
    count,
    figure,
    plain,
    texts_initial,
)
from catalog.models import PlanVersion, RateDeck, UsageType
from catalog.publication_checks import Objection, objections_to
from catalog.queries import content_of, decks_named
from catalog.services.draft_plan_version import unsound
from catalog.version_content import TermsContent, VersionContent
from core.backoffice.forms import DayInput
from core.localised import localised

PARTS = {"charges": "charge", "allowances": "allowance"}


class TermsForm(LanguagesForm):
    """When a version starts, whom it reaches, its texts, its term and the decks of its usage."""

    texts = {
        "summary": ("What it is, in a sentence", UnfoldAdminTextareaWidget(attrs={"rows": 2})),
        "exclusions": ("Not included, one a line", UnfoldAdminTextareaWidget(attrs={"rows": 3})),
    }
    starts_on = forms.DateField(widget=DayInput)
    adoption = choice(PlanVersion.Adoption.choices, label="Who gets it")
    term_months = count(0, 120, help_text="Months of binding; 0: none.")
    notice_days = count(0, 730)
    trial_days = count(0, 730, help_text="Recurring charges start after so many days.")
    minimum_spend = figure(help_text="For each usage period; 0: none.")
    termination = choice(PlanVersion.Termination.choices, label="Leaving early costs")
    termination_share = figure(label="Per cent of the monthly price, for each month left")
    termination_amount = figure(label="Or an amount, for each month left")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        decks = list(RateDeck.objects.filter(brand=self.brand))
        for usage_type, label in UsageType.choices:
            fitting = [(deck.code, deck.code) for deck in decks if deck.usage_type == usage_type]
            self.fields[f"deck_{usage_type}"] = forms.ChoiceField(
                label=f"Rate deck for {label}",
                choices=[("", "none"), *fitting],
                required=False,
                widget=UnfoldAdminSelectWidget,
            )

    def clean(self) -> dict[str, Any]:
        """A share or an amount belongs to a fee for months left alone."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("termination") != PlanVersion.Termination.REMAINING_MONTHS:
            for name in ("termination_share", "termination_amount"):
                if data.get(name) is not None:
                    self.add_error(name, "Only a fee for each month left has this.")
        return data

    def content(self) -> TermsContent:
        """The terms as plain data."""
        data: dict[str, Any] = self.cleaned_data
        numbers = ("term_months", "notice_days", "trial_days")
        same = ("adoption", "termination", "termination_share", "termination_amount")
        plain: dict[str, Any] = {name: data[name] or 0 for name in numbers}
        plain |= {name: data[name] for name in same}
        return TermsContent(
            summary=self.text("summary"),
            exclusions=self.text("exclusions"),
            minimum_spend=data["minimum_spend"] or Decimal(0),
            **plain,
        )

    def decks(self) -> dict[str, str]:
        """The deck of each usage type that has one."""
        chosen = {name: self.cleaned_data[f"deck_{name}"] for name in UsageType.values}
        return {usage_type: code for usage_type, code in chosen.items() if code}


class CodesOnce(BaseFormSet):  # type: ignore[type-arg]
    """Rows whose codes differ."""

    def clean(self) -> None:
        """The second row of a code is told so."""
        seen: set[str] = set()
        for form in self.kept():
            code = form.cleaned_data.get("code", "")
            if code and code in seen:
                form.add_error("code", f"There is a row {code} already: choose another code.")
            seen.add(code)

    def kept(self) -> Iterator[Any]:
        """The forms that say something and are not marked to go."""
        for form in self.forms:
            says_something = form.has_changed() or form.initial
            if says_something and not form.cleaned_data.get("DELETE"):
                yield form


ChargeForms = formset_factory(ChargeForm, formset=CodesOnce, extra=1, can_delete=True)
AllowanceForms = formset_factory(AllowanceForm, formset=CodesOnce, extra=1, can_delete=True)
StepForms = formset_factory(StepForm, formset=CodesOnce, extra=1, can_delete=True)


class DraftForm:
    """All forms of a draft as one: filled from what it says, checked by the rules of drafts."""

    def __init__(self, version: PlanVersion, data: Any = None) -> None:
        plan = self.plan = version.plan
        brand = plan.brand
        now = content_of(version)
        groups = _choices(brand.destination_groups.all())
        terms = {name: getattr(now.terms, name) for name in TermsContent.__dataclass_fields__}
        for name in ("minimum_spend", "termination_amount"):
            terms[name] = plain(terms[name])
        terms |= texts_initial("summary", now.terms.summary)
        terms |= texts_initial("exclusions", now.terms.exclusions)
        terms |= {"starts_on": version.starts_on}
        terms |= {f"deck_{usage_type}": code for usage_type, code in now.decks.items()}
        self.terms = TermsForm(data, prefix="terms", initial=terms, brand=brand)
        self.charges = ChargeForms(
            data,
            prefix="charges",
            initial=[charge_initial(charge) for charge in now.charges],
            form_kwargs={
                "brand": brand,
                "groups": groups,
                "categories": _choices(brand.usage_categories.all()),
            },
        )
        self.allowances = AllowanceForms(
            data,
            prefix="allowances",
            initial=[allowance_initial(row) for row in now.allowances],
            form_kwargs={"brand": brand, "groups": groups},
        )
        steps = [{"from_month": month, "fee": plain(fee)} for month, fee in now.termination_steps]
        self.steps = StepForms(data, prefix="steps", initial=steps)

    @property
    def has_errors(self) -> bool:
        """Whether anything is to be mended."""
        forms_ = [self.terms, *self.charges.forms, *self.allowances.forms, *self.steps.forms]
        return any(form.errors for form in forms_)

    def is_valid(self) -> bool:
        """Whether a draft may say this; what it may not say is told at its field."""
        parts = (self.terms, self.charges, self.allowances, self.steps)
        checked = [part.is_valid() for part in parts]  # each of them tells its own mistakes
        if not all(checked) or self.has_errors:
            return False
        content = self.content()
        decks = decks_named(content.decks.values())
        for objection in unsound(objections_to(content, self.plan, decks)):
            self._tell(objection)
        return not self.has_errors

    def content(self) -> VersionContent:
        """What the draft shall say."""
        steps = [form.cleaned_data for form in self.steps.kept()]  # type: ignore[attr-defined]
        return VersionContent(
            terms=self.terms.content(),
            charges=tuple(form.content() for form in self.charges.kept()),  # type: ignore[attr-defined]
            allowances=tuple(form.content() for form in self.allowances.kept()),  # type: ignore[attr-defined]
            decks=self.terms.decks(),
            termination_steps=tuple(sorted((step["from_month"], step["fee"]) for step in steps)),
        )

    def _tell(self, objection: Objection) -> None:
        """Put an objection at the field it is about."""
        form: Any = self.terms
        name = objection.name
        if objection.part in PARTS:
            rows = getattr(self, objection.part).kept()
            form = next(one for one in rows if one.cleaned_data["code"] == objection.row)
        elif objection.part == "decks":
            name = f"deck_{objection.name}"
        elif objection.name == "early_termination":
            name = "termination"
        sentence = f"{objection.what[:1].upper()}{objection.what[1:]}: {objection.remedy}."
        form.add_error(name if name in form.fields else None, sentence)


def _choices(rows: Any) -> list[tuple[str, str]]:
    return [(row.code, localised(row.name, "en") or row.code) for row in rows]

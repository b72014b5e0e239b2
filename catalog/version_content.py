"""What a plan version says, as plain data: read, compared, copied and written as a whole.

Files, drafts in the back office and published rows all come down to this form, so that a
difference is told in the same words wherever it is met.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any

from catalog.models import Allowance, Charge, PlanVersion
from core.input_report import in_words
from core.localised import localised

Texts = dict[str, str]


@dataclass(frozen=True, slots=True)
class TierContent:
    """A tier: the price up to and including `up_to` units (None: no limit)."""

    up_to: int | None
    price: Decimal


@dataclass(frozen=True, slots=True)
class ChargeContent:
    """What a charge says; destinations and categories are codes of the brand."""

    code: str
    description: Texts = field(default_factory=dict)
    kind: str = Charge.Kind.RECURRING.value
    price: Decimal = Decimal(0)
    months: int = 1
    timing: str = Charge.Timing.ADVANCE.value
    proration: str = Charge.Proration.DAILY.value
    taken_at: str = Charge.TakenAt.START.value
    pricing: str = ""
    usage_types: tuple[str, ...] = ()
    per: int | None = None
    discountable: bool = True
    counts_toward_minimum: bool = False
    destinations: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    tiers: tuple[TierContent, ...] = ()

    @property
    def words(self) -> str:
        """The charge in a word or two: `monthly 299`, `setup 99 once`."""
        if self.kind == Charge.Kind.USAGE:
            return f"{self.code} {self.pricing} for {in_words(self.usage_types)}"
        text = f"{self.code} {in_words(self.price)}"
        if self.kind == Charge.Kind.ONE_OFF:
            return f"{text} once"
        return text if self.months == 1 else f"{text} per {self.months} months"


@dataclass(frozen=True, slots=True)
class AllowanceContent:
    """What an allowance says; destinations are codes of the brand; no quantity: no limit."""

    code: str
    description: Texts = field(default_factory=dict)
    unit: str = Allowance.Unit.SECONDS.value
    quantity: Decimal | None = None
    usage_types: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    scope: str = Allowance.Scope.OWN.value
    priority: int = 100
    expires_after_days: int | None = None
    roll_over_periods: int = 0
    roll_over_cap: Decimal | None = None
    proration: str = Allowance.Proration.FULL.value
    connection_fee_when_covered: bool = False

    @property
    def words(self) -> str:
        """The allowance in a word or two: `minutes 6000 seconds`."""
        quantity = "unlimited" if self.quantity is None else in_words(self.quantity)
        return f"{self.code} {quantity} {self.unit}"


@dataclass(frozen=True, slots=True)
class TermsContent:
    """The terms of a version beside its prices."""

    adoption: str = PlanVersion.Adoption.RENEWAL.value
    summary: Texts = field(default_factory=dict)
    exclusions: Texts = field(default_factory=dict)
    term_months: int = 0
    notice_days: int = 0
    trial_days: int = 0
    minimum_spend: Decimal = Decimal(0)
    termination: str = PlanVersion.Termination.NONE.value
    termination_share: Decimal | None = None
    termination_amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class VersionContent:
    """A whole version; decks are codes by usage type, steps are (from_month, fee)."""

    terms: TermsContent = field(default_factory=TermsContent)
    charges: tuple[ChargeContent, ...] = ()
    allowances: tuple[AllowanceContent, ...] = ()
    decks: Mapping[str, str] = field(default_factory=dict)
    termination_steps: tuple[tuple[int, Decimal], ...] = ()

    @property
    def words(self) -> str:
        """All of it in a line, for lists."""
        parts = [charge.words for charge in self.charges]
        parts += [allowance.words for allowance in self.allowances]
        parts += [f"{usage_type} by {code}" for usage_type, code in sorted(self.decks.items())]
        return ", ".join(parts) or "no charges"


Cell = tuple[str, str, str]


def differences(
    before: VersionContent, after: VersionContent, languages: Sequence[str]
) -> list[Cell]:
    """Each cell that differs: (label, before, after) in words; empty where both say the same.

    A text that stands in one language alone counts for all `languages` of the brand.
    """
    old = dict(_cells(before, languages, _rows(after)))
    new = dict(_cells(after, languages, _rows(before)))
    found = _gone_or_added(_rows(before), _rows(after))
    found += [(label, old[label], new[label]) for label in old if old[label] != new[label]]
    if not found and list(_rows(before)) != list(_rows(after)):
        found = [("the order", ", ".join(_rows(before)), ", ".join(_rows(after)))]
    return found


def told(cells: Iterable[Cell]) -> list[str]:
    """Cells as sentences: `monthly price: 299 → 319`, `setup is gone`."""
    return [
        label if (before, after) in ((label, ""), ("", label)) else f"{label}: {before} → {after}"
        for label, before, after in cells
    ]


def _rows(content: VersionContent) -> dict[str, ChargeContent | AllowanceContent]:
    """Charges and allowances by the name under which they stand in a difference."""
    rows: dict[str, ChargeContent | AllowanceContent] = {
        charge.code: charge for charge in content.charges
    }
    return rows | {f"allowance {row.code}": row for row in content.allowances}


def _gone_or_added(before: Iterable[str], after: Iterable[str]) -> list[Cell]:
    old, new = set(before), set(after)
    found = [(f"{name} is added", "", f"{name} is added") for name in sorted(new - old)]
    return found + [(f"{name} is gone", f"{name} is gone", "") for name in sorted(old - new)]


def _cells(
    content: VersionContent, languages: Sequence[str], others: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """The cells of the terms, and of the rows that the other content has as well."""
    yield from _row_cells("", content.terms, languages)
    steps = [f"from month {month} {in_words(fee)}" for month, fee in content.termination_steps]
    yield "termination_steps", ", ".join(steps) or "(empty)"
    decks = [f"{kind} by {code}" for kind, code in sorted(content.decks.items())]
    yield "decks", ", ".join(decks) or "none"
    for name, row in _rows(content).items():
        if name in others:
            yield from _row_cells(f"{name} ", row, languages)


def _row_cells(prefix: str, row: Any, languages: Sequence[str]) -> Iterator[tuple[str, str]]:
    for each in fields(row):
        value = getattr(row, each.name)
        if each.name == "code":
            continue
        if isinstance(value, dict):
            for language in languages:
                yield f"{prefix}{each.name} {language}", in_words(localised(value, language))
        elif each.name == "tiers":
            yield f"{prefix}tiers", ", ".join(map(_tier_words, value)) or "(empty)"
        else:
            yield f"{prefix}{each.name}", in_words(value)


def _tier_words(tier: TierContent) -> str:
    limit = "beyond" if tier.up_to is None else f"up to {tier.up_to}"
    return f"{limit} {in_words(tier.price)}"

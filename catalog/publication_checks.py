"""What stands in the way of publishing a plan version: told all at once, place by place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, pairwise

from catalog.models import Allowance, Charge, Plan, PlanVersion, RateDeck
from catalog.models.allowances import OF_UNITS, QUANTITY_LIMIT
from catalog.models.freezing import PRICE_LIMIT
from catalog.version_content import AllowanceContent, ChargeContent, TermsContent, VersionContent

Termination = PlanVersion.Termination
TIERED = (Charge.Pricing.GRADUATED, Charge.Pricing.VOLUME)


@dataclass(frozen=True, slots=True)
class Objection:
    """One thing to mend: `part` is terms, charges, allowances or decks; `row` its code there."""

    part: str
    row: str
    name: str
    what: str
    remedy: str

    def __str__(self) -> str:
        """`charge monthly: description has no text in nb; add one`."""
        row = f"{self.part.removesuffix('s')} {self.row}: " if self.row else ""
        return f"{row}{self.what}; {self.remedy}"


def objections_to(
    content: VersionContent, plan: Plan, decks: Mapping[str, RateDeck]
) -> list[Objection]:
    """Everything that keeps this content from being published for `plan`.

    `decks` are the content's decks by code. What customers read must stand there in each of the
    brand's languages; prices are exact, zero or more, in the brand's currency.
    """
    languages = list(plan.brand.languages)
    found: list[Objection] = []
    found += _about_terms(content, languages)
    for charge in content.charges:
        found += _about_charge(charge, plan, content, languages)
    for first, second in combinations(content.charges, 2):
        found += _about_overlap(first, second)
    for allowance in content.allowances:
        found += _about_allowance(allowance, languages)
    if plan.kind == Plan.Kind.ONE_OFF and content.allowances:
        found.append(Objection("terms", "", "", "a one-off has no allowances", "make it an add-on"))
    found += _about_decks(content, plan, decks)
    return found


def missing_languages(texts: Mapping[str, str], languages: Sequence[str]) -> list[str]:
    """The languages in which a text does not stand."""
    return [language for language in languages if not texts.get(language, "").strip()]


def is_exact_price(value: Decimal) -> bool:
    """Whether it is a number, zero or more, below 10¹², with at most 6 decimals."""
    if not value.is_finite() or value.is_signed() or value >= PRICE_LIMIT:
        return False
    return value == value.quantize(Decimal("0.000001"))


def _about_terms(content: VersionContent, languages: Sequence[str]) -> Iterator[Objection]:
    terms = content.terms
    for name, texts in (("summary", terms.summary), ("exclusions", terms.exclusions)):
        missing = missing_languages(texts, languages)
        if texts and missing:
            what = f"{name} has no text in {', '.join(missing)}"
            yield Objection("terms", "", name, what, "add it, or leave it out")
    if not is_exact_price(terms.minimum_spend):
        yield _not_a_price("terms", "", "minimum_spend", terms.minimum_spend)
    yield from _about_termination(terms, content.termination_steps)


def _on_leaving(what: str, remedy: str) -> Objection:
    return Objection("terms", "", "early_termination", what, remedy)


def _about_termination(
    terms: TermsContent, steps: Sequence[tuple[int, Decimal]]
) -> Iterator[Objection]:
    if terms.termination != Termination.NONE and not terms.term_months:
        yield _on_leaving("a fee for leaving early needs a term", "give term_months")
    if (terms.termination == Termination.SCHEDULE) != bool(steps):
        yield _on_leaving("a schedule has steps, and nothing else has", "give steps with it")
    if terms.termination == Termination.REMAINING_MONTHS:
        yield from _about_months_left(terms)
    if steps:
        yield from _about_steps(terms, steps)


def _about_months_left(terms: TermsContent) -> Iterator[Objection]:
    share, amount = terms.termination_share, terms.termination_amount
    if (share is None) == (amount is None):
        yield _on_leaving("a fee for months left is a share or an amount", "give one of the two")
    if share is not None and not (share.is_finite() and 0 < share <= 100):
        yield _on_leaving(f"a share of {share} per cent is out of range", "use up to 100")
    if amount is not None and not is_exact_price(amount):
        yield _not_a_price("terms", "", "early_termination", amount)


def _about_steps(terms: TermsContent, steps: Sequence[tuple[int, Decimal]]) -> Iterator[Objection]:
    wrong = [fee for _month, fee in steps if not is_exact_price(fee)]
    for fee in wrong:
        yield _not_a_price("terms", "", "early_termination", fee)
    if steps[0][0] != 1:
        yield _on_leaving(f"the first step is from month {steps[0][0]}", "begin with month 1")
    for (month, fee), (later, lower) in pairwise(steps):
        if later <= month:
            yield _on_leaving(f"month {later} follows month {month}", "put the steps in order")
        elif not wrong and lower > fee:
            yield _on_leaving(f"the fee rises in month {later}", "let it fall or stay")
    if terms.term_months and steps[-1][0] > terms.term_months:
        what = f"month {steps[-1][0]} lies beyond the term of {terms.term_months} months"
        yield _on_leaving(what, "leave it out")


def _about_charge(
    charge: ChargeContent, plan: Plan, content: VersionContent, languages: Sequence[str]
) -> Iterator[Objection]:
    def problem(name: str, what: str, remedy: str) -> Objection:
        return Objection("charges", charge.code, name, what, remedy)

    yield from _about_description("charges", charge.code, charge.description, languages)
    if not is_exact_price(charge.price):
        yield _not_a_price("charges", charge.code, "price", charge.price)
    if plan.kind == Plan.Kind.ONE_OFF and charge.kind != Charge.Kind.ONE_OFF:
        yield problem("kind", "a one-off has one-off charges only", "make it an add-on")
    if charge.kind == Charge.Kind.RECURRING and not 1 <= charge.months <= 60:
        yield problem("months", f"{charge.months} months are out of range", "use 1 to 60")
    if charge.kind == Charge.Kind.USAGE:
        yield from _about_usage(charge, content)


def _about_usage(charge: ChargeContent, content: VersionContent) -> Iterator[Objection]:
    def problem(name: str, what: str, remedy: str) -> Objection:
        return Objection("charges", charge.code, name, what, remedy)

    if not charge.usage_types:
        yield problem("usage_types", "a usage charge names what is used", "give usage_types")
    if charge.pricing == Charge.Pricing.PER_UNIT:
        for usage_type in charge.usage_types:
            if usage_type not in content.decks:
                yield problem(
                    "usage_types",
                    f"no deck prices {usage_type}",
                    "name one under decks, or price it by tiers or packages",
                )
    elif not charge.per:
        yield problem("per", "per is missing", "say for how many units the price is")
    yield from _about_tiers(charge)


def _about_tiers(charge: ChargeContent) -> Iterator[Objection]:
    def problem(what: str, remedy: str) -> Objection:
        return Objection("charges", charge.code, "tiers", what, remedy)

    if charge.pricing not in TIERED:
        if charge.tiers:
            yield problem(f"{charge.pricing or 'it'} has no tiers", "leave them out")
        return
    if charge.price:
        yield Objection(
            "charges", charge.code, "price", "its prices stand in its tiers", "leave it out"
        )
    if not charge.tiers or charge.tiers[-1].up_to is not None:
        yield problem("the last tier has no limit", "end with a tier without up_to")
    limits = [tier.up_to for tier in charge.tiers[:-1]]
    if None in limits or any(
        later <= limit for limit, later in pairwise(filter(None, [0, *limits]))
    ):
        yield problem("the limits of its tiers don't rise", "put them in order")
    for tier in charge.tiers:
        if not is_exact_price(tier.price):
            yield _not_a_price("charges", charge.code, "tiers", tier.price)


def _about_overlap(first: ChargeContent, second: ChargeContent) -> Iterator[Objection]:
    """Two usage charges may not both want the same units; the one with a narrower reach wins."""
    shared = set(first.usage_types) & set(second.usage_types)
    if not shared:
        return
    narrow = [bool(each.destinations or each.categories) for each in (first, second)]
    if narrow[0] != narrow[1]:
        return
    by_destination = first.destinations and second.destinations
    by_category = first.categories and second.categories
    apart = (by_destination and not set(first.destinations) & set(second.destinations)) or (
        by_category and not set(first.categories) & set(second.categories)
    )
    if not apart:
        yield Objection(
            "charges",
            second.code,
            "usage_types",
            f"{first.code} prices the same {', '.join(sorted(shared))}",
            "give them different destinations or categories, or leave one out",
        )


def _about_allowance(allowance: AllowanceContent, languages: Sequence[str]) -> Iterator[Objection]:
    def problem(name: str, what: str, remedy: str) -> Objection:
        return Objection("allowances", allowance.code, name, what, remedy)

    yield from _about_description("allowances", allowance.code, allowance.description, languages)
    for name in ("quantity", "roll_over_cap"):
        value = getattr(allowance, name)
        if value is None:
            continue
        if not is_exact_price(value) or not 0 < value < QUANTITY_LIMIT:
            yield problem(name, f"{name} {value} is out of range", "use more than 0")
        elif allowance.unit != Allowance.Unit.MONEY and value != value.to_integral_value():
            yield problem(name, f"{name} {value} is not whole", "units are counted whole")
    usage_type = OF_UNITS.get(allowance.unit)
    if usage_type and allowance.usage_types != (usage_type,):
        yield problem("usage_types", f"{allowance.unit} are used by {usage_type}", "name it alone")
    if not allowance.usage_types:
        yield problem("usage_types", "an allowance names what it covers", "give usage_types")
    yield from _about_roll_over(allowance)


def _about_roll_over(allowance: AllowanceContent) -> Iterator[Objection]:
    def problem(name: str, what: str, remedy: str) -> Objection:
        return Objection("allowances", allowance.code, name, what, remedy)

    if allowance.roll_over_periods and allowance.quantity is None:
        yield problem("roll_over_periods", "what has no limit can't be carried on", "leave it out")
    if allowance.roll_over_cap is not None and not allowance.roll_over_periods:
        yield problem("roll_over_cap", "nothing is carried on", "give roll_over_periods")
    if allowance.expires_after_days and allowance.roll_over_periods:
        yield problem("expires_after_days", "it either expires or rolls over", "choose one")


def _about_decks(
    content: VersionContent, plan: Plan, decks: Mapping[str, RateDeck]
) -> Iterator[Objection]:
    for usage_type, code in content.decks.items():
        deck = decks.get(code)
        if deck is None or deck.brand_id != plan.brand_id:
            what, remedy = f"deck {code} is not one of the brand's", "name one of its own"
        elif deck.usage_type != usage_type:
            what, remedy = f"deck {code} prices {deck.usage_type}", "name a deck that fits"
        elif deck.currency != plan.brand.currency:
            what, remedy = f"deck {code} is in {deck.currency}", f"use {plan.brand.currency}"
        else:
            continue
        yield Objection("decks", "", usage_type, what, remedy)


def _about_description(
    part: str, row: str, texts: Mapping[str, str], languages: Sequence[str]
) -> Iterator[Objection]:
    missing = missing_languages(texts, languages)
    if missing:
        yield Objection(
            part,
            row,
            "description",
            f"description has no text in {', '.join(missing)}",
            "customers read it: give one in each of the brand's languages",
        )


def _not_a_price(part: str, row: str, name: str, value: Decimal) -> Objection:
    return Objection(
        part,
        row,
        name,
        f"{name} {value} is not a price",
        "use zero or more, below 10¹², with at most 6 decimals",
    )

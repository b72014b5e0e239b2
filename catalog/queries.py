"""Reads of the catalogue: what holds on a day, what a version says, who may have it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from operator import attrgetter

from django.db.models import QuerySet

from catalog.eligibility import Eligibility
from catalog.models import (
    Allowance,
    Charge,
    EligibilityRule,
    Plan,
    PlanVersion,
    Promotion,
    Rate,
    RateDeck,
    TaxCategory,
    TaxRate,
)
from catalog.version_content import (
    AllowanceContent,
    ChargeContent,
    TermsContent,
    TierContent,
    VersionContent,
)
from core.models import LegalEntity

# A prefix has at most so many digits.
RATED_DIGITS_MAX = 15


def version_in_force(plan: Plan, day: date) -> PlanVersion | None:
    """The published version of `plan` that holds on `day`: the last one started, or None."""
    return plan.versions.published().filter(starts_on__lte=day).order_by("-starts_on").first()


def versions_of(plans: Iterable[Plan | int]) -> dict[int, list[PlanVersion]]:
    """The published versions of each plan (or plan id), earliest first, by plan id, in few queries.

    Charges (in their order) and deck assignments with their decks are fetched with them. Every
    plan asked for has an entry.
    """
    ids = {plan if isinstance(plan, int) else plan.pk for plan in plans}
    versions: dict[int, list[PlanVersion]] = {plan_id: [] for plan_id in ids}
    rows = (
        PlanVersion.objects.published()
        .filter(plan_id__in=ids)
        .order_by("plan_id", "starts_on")
        .prefetch_related("charges", "deck_assignments__deck")
    )
    for version in rows:
        versions[version.plan_id].append(version)
    return versions


def version_of(
    versions: Sequence[PlanVersion], day: date, *, since: date | None = None
) -> PlanVersion | None:
    """Of a plan's versions, earliest first, the one that holds on `day`, without a query.

    For who has the plan `since` a day, versions for new customers only that came later don't count.
    """
    place = bisect_right(versions, day, key=attrgetter("starts_on"))
    while place > 1 and since is not None and is_for_others(versions[place - 1], since):
        place -= 1
    return versions[place - 1] if place else None


def is_for_others(version: PlanVersion, since: date) -> bool:
    """Whether the version is for new customers only, and who took the plan on `since` is none."""
    return version.adoption == PlanVersion.Adoption.NEW_ONLY and since < version.starts_on


def tax_rate_on(
    legal_entity: LegalEntity | int, category: TaxCategory | int, day: date
) -> TaxRate | None:
    """The rate of `category` for `legal_entity` on `day` (the tax point), or None."""
    return TaxRate.objects.filter(
        legal_entity=legal_entity, category=category, during__contains=day
    ).first()


def with_terms(versions: QuerySet[PlanVersion]) -> QuerySet[PlanVersion]:
    """The versions with everything that belongs to them, in a fixed number of queries.

    Plan, product and brand; charges with tiers, destinations and categories; allowances with
    destinations; decks; termination steps. Each in its order.
    """
    return versions.select_related("plan__brand", "plan__product").prefetch_related(
        "charges__tiers",
        "charges__destinations__group",
        "charges__categories__category",
        "allowances__destinations__group",
        "deck_assignments__deck",
        "termination_steps",
    )


def terms_of(version: PlanVersion | int) -> PlanVersion:
    """One version, draft or published, with everything that belongs to it."""
    version_id = version if isinstance(version, int) else version.pk
    return with_terms(PlanVersion.objects.all()).get(pk=version_id)


def content_of(version: PlanVersion) -> VersionContent:
    """What the version says, as plain data; reads least of a version from `terms_of`."""
    return VersionContent(
        terms=TermsContent(
            **{name: getattr(version, name) for name in TermsContent.__dataclass_fields__}
        ),
        charges=tuple(_charge_content(charge) for charge in version.charges.all()),
        allowances=tuple(_allowance_content(row) for row in version.allowances.all()),
        decks={row.usage_type: row.deck.code for row in version.deck_assignments.all()},
        termination_steps=tuple(
            (step.from_month, step.fee) for step in version.termination_steps.all()
        ),
    )


def decks_named(codes: Iterable[str]) -> dict[str, RateDeck]:
    """The decks of these codes, which are unique among all brands."""
    return {deck.code: deck for deck in RateDeck.objects.filter(code__in=set(codes))}


def _charge_content(charge: Charge) -> ChargeContent:
    names = set(ChargeContent.__dataclass_fields__) - {
        "usage_types",
        "destinations",
        "categories",
        "tiers",
    }
    return ChargeContent(
        **{name: getattr(charge, name) for name in names},
        usage_types=tuple(sorted(charge.usage_types)),
        destinations=tuple(sorted(row.group.code for row in charge.destinations.all())),
        categories=tuple(sorted(row.category.code for row in charge.categories.all())),
        tiers=tuple(TierContent(tier.up_to, tier.price) for tier in charge.tiers.all()),
    )


def _allowance_content(row: Allowance) -> AllowanceContent:
    names = set(AllowanceContent.__dataclass_fields__) - {"usage_types", "destinations"}
    return AllowanceContent(
        **{name: getattr(row, name) for name in names},
        usage_types=tuple(sorted(row.usage_types)),
        destinations=tuple(sorted(each.group.code for each in row.destinations.all())),
    )


def eligibility_of(plans: Iterable[Plan]) -> dict[int, Eligibility]:
    """Who may have each plan, by plan id, in two queries; see `catalog.eligibility.why_not`."""
    by_id = {plan.pk: plan for plan in plans}
    rules: dict[int, list[EligibilityRule]] = {plan_id: [] for plan_id in by_id}
    rows = EligibilityRule.objects.filter(plan_id__in=by_id).order_by("plan", "position", "pk")
    for rule in rows.select_related("other_plan", "product"):
        assert rule.plan_id is not None
        rules[rule.plan_id].append(rule)
    return {
        plan_id: Eligibility(plan.sold_from, plan.sold_until, rules[plan_id])
        for plan_id, plan in by_id.items()
    }


def eligibility_of_promotion(promotion: Promotion) -> Eligibility:
    """Who may have the promotion."""
    rules = promotion.eligibility_rules.select_related("other_plan", "product")
    during = promotion.available
    return Eligibility(during.lower, during.upper, list(rules.order_by("position", "pk")))


def promotion_by_code(brand_id: int, given: str) -> Promotion | None:
    """The brand's promotion that a customer's code stands for, whatever its case, or None."""
    code = given.strip().upper()
    if not code:
        return None
    rows = Promotion.objects.filter(brand_id=brand_id, promotion_code=code)
    return rows.select_related("discount").first()


def rate_in_place_of(rate: Rate) -> Rate | None:
    """The rate that came in the place of a superseded one; None where it has been taken out."""
    found = _of_its_time(rate).filter(imported_by=rate.superseded_by_id)
    return found.first() if rate.superseded_by_id else None


def rates_superseded_by(rate: Rate) -> list[Rate]:
    """The wrong rates whose place this one took."""
    if rate.imported_by_id is None:
        return []
    return list(_of_its_time(rate).filter(superseded_by=rate.imported_by_id))


def _of_its_time(rate: Rate) -> QuerySet[Rate]:
    """The rates of the same deck, prefix and band that start on the same day."""
    rows = Rate.objects.filter(
        deck=rate.deck_id, prefix=rate.prefix, band=rate.band_id, starts_on=rate.starts_on
    )
    return rows.select_related("deck", "superseded_by")


def rates_for_number(deck: RateDeck, number: str, day: date) -> list[Rate]:
    """The rates that serve `number` (digits) on `day`: those of the longest prefix in force.

    One for each band that has a price, the one without a band last; empty where no prefix of the
    number has a rate that has started and is not ended.
    """
    digits = number[:RATED_DIGITS_MAX]
    prefixes = [digits[:length] for length in range(1, len(digits) + 1)]
    rows = (
        deck.rates.filter(prefix__in=prefixes, starts_on__lte=day, superseded_by=None)
        .order_by("prefix", "band_id", "-starts_on")
        .distinct("prefix", "band_id")
        .select_related("band", "deck", "category")
    )
    in_force = [rate for rate in rows if not rate.ended]
    longest = max((len(rate.prefix) for rate in in_force), default=0)
    return [rate for rate in in_force if len(rate.prefix) == longest]

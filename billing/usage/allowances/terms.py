"""What a brand's plan versions say of allowances and cumulative prices, as the engine wants it."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from billing.rating.cumulative import MODELS, CumulativePrice, Tier
from billing.rating.grants import SCOPES
from billing.rating.openings import AllowanceTerms
from billing.usage.allowances.destinations import Destinations, load_destinations
from catalog.models import Allowance, Charge, PlanVersion, UsageCategory
from catalog.models.usage_types import USAGE_TYPES
from core.models import Brand
from core.money import to_micro


@dataclass(frozen=True, slots=True)
class CumulativeTerms:
    """A cumulative charge: what it counts, and the price of a period's units.

    Without `groups` it counts all destinations, without `categories` all categories.
    """

    charge_id: int
    price: CumulativePrice
    usage_types: frozenset[str]
    groups: frozenset[int]
    categories: frozenset[int]


@dataclass(frozen=True, slots=True)
class VersionTerms:
    """What a version says of usage beyond its decks, and from which day on it holds, for whom."""

    version_id: int
    starts_on: date
    for_new_only: bool
    allowances: tuple[AllowanceTerms, ...]
    cumulative: tuple[CumulativeTerms, ...]


class PlanTerms:
    """What some published versions, earliest first, say of allowances and cumulative prices.

    They know their allowances and charges.
    """

    def __init__(self, versions: Iterable[PlanVersion]) -> None:
        self._allowance_ids: dict[AllowanceTerms, int] = {}
        self._terms: dict[int, AllowanceTerms] = {}
        self._by_plan: dict[int, list[VersionTerms]] = defaultdict(list)
        self._by_version: dict[int, VersionTerms] = {}
        self._groups: set[int] = set()
        for version in versions:
            self._add(version)

    def version_of(self, plan_id: int, day: date, since: date) -> VersionTerms | None:
        """The plan's version that holds on `day` for who has it `since` a day, or its first one;
        None if it has none."""
        versions = self._by_plan.get(plan_id, [])
        place = bisect_right(versions, day, key=lambda version: version.starts_on)
        while place > 1:
            version = versions[place - 1]
            if not (version.for_new_only and since < version.starts_on):
                break
            place -= 1
        return versions[max(place - 1, 0)] if versions else None

    def allowances_of_plan(self, plan_id: int) -> Sequence[AllowanceTerms]:
        """All allowances that some version of the plan has."""
        return [each for version in self._by_plan.get(plan_id, []) for each in version.allowances]

    def all_allowances(self) -> Collection[AllowanceTerms]:
        """Every allowance of these versions."""
        return self._terms.values()

    def cumulative_of(self, version_id: int) -> Sequence[CumulativeTerms]:
        """The version's cumulative charges, in their order."""
        version = self._by_version.get(version_id)
        return version.cumulative if version else ()

    def allowance_id(self, terms: AllowanceTerms) -> int:
        """The allowance with these terms; of several that say the same the first."""
        return self._allowance_ids[terms]

    def terms_of(self, allowance_id: int) -> AllowanceTerms:
        """What an allowance says."""
        return self._terms[allowance_id]

    def _add(self, version: PlanVersion) -> None:
        allowances = []
        for row in version.allowances.all():
            terms = _allowance_terms(row)
            allowances.append(terms)
            self._terms[row.pk] = terms
            self._allowance_ids[terms] = min(row.pk, self._allowance_ids.get(terms, row.pk))
            self._groups |= terms.destinations
        cumulative = [
            _cumulative_terms(charge) for charge in version.charges.all() if charge.is_cumulative
        ]
        for charge in cumulative:
            self._groups |= charge.groups
        found = VersionTerms(
            version.pk,
            version.starts_on,
            version.adoption == PlanVersion.Adoption.NEW_ONLY,
            tuple(allowances),
            tuple(cumulative),
        )
        self._by_plan[version.plan_id].append(found)
        self._by_version[version.pk] = found


class BrandTerms(PlanTerms):
    """The published versions of a brand, and the destinations that their terms name.

    `source_ranks` is the place of each of its usage sources, by code; `costed_sources` are those
    whose supplier says what usage costs; `usual_categories` are those that are called as the usage
    types are.
    """

    def __init__(self, brand: Brand) -> None:
        self.zone = brand.zone
        sources = sorted(brand.usage_sources.all(), key=lambda source: source.code.encode())
        self.source_ranks = {source.pk: rank for rank, source in enumerate(sources)}
        self.costed_sources = [source.pk for source in sources if source.supplier_id]
        self.usual_categories = dict(
            UsageCategory.objects.filter(brand=brand, code__in=USAGE_TYPES).values_list(
                "code", "pk"
            )
        )
        versions = PlanVersion.objects.published().filter(plan__brand=brand)
        rows = versions.order_by("plan_id", "starts_on").prefetch_related(
            "allowances__destinations",
            "charges__tiers",
            "charges__destinations",
            "charges__categories",
        )
        super().__init__(rows)
        self.plans_with_allowances = frozenset(
            plan
            for plan, versions in self._by_plan.items()
            if any(version.allowances for version in versions)
        )
        self.has_cumulative = any(version.cumulative for version in self._by_version.values())

    @property
    def is_empty(self) -> bool:
        """Whether no plan of the brand has an allowance or a cumulative price."""
        return not self.plans_with_allowances and not self.has_cumulative

    @cached_property
    def destinations(self) -> Destinations:
        """The destination groups that some allowance or charge names."""
        return load_destinations(self._groups)


def counting(
    terms: Sequence[CumulativeTerms], usage_type: str, groups: frozenset[int], category_id: int
) -> CumulativeTerms | None:
    """The charge that counts such usage: the first in the version's order, or None."""
    for charge in terms:
        if (
            usage_type in charge.usage_types
            and (not charge.groups or charge.groups & groups)
            and (not charge.categories or category_id in charge.categories)
        ):
            return charge
    return None


def _allowance_terms(row: Allowance) -> AllowanceTerms:
    money = row.unit == Allowance.Unit.MONEY
    [scope] = [scope for scope in SCOPES if scope == row.scope]

    def units(value: Decimal | None) -> int | None:
        if value is None:
            return None
        return to_micro(value) if money else int(value)

    return AllowanceTerms(
        code=row.code,
        quantity=units(row.quantity),
        usage_types=frozenset(row.usage_types),
        money=money,
        scope=scope,
        priority=row.priority,
        destinations=frozenset(each.group_id for each in row.destinations.all()),
        fee_when_covered=row.connection_fee_when_covered,
        by_days=row.proration == Allowance.Proration.DAYS,
        roll_over_periods=row.roll_over_periods,
        roll_over_cap=units(row.roll_over_cap),
        expires_after_days=row.expires_after_days,
    )


def _cumulative_terms(charge: Charge) -> CumulativeTerms:
    if charge.pricing == Charge.Pricing.PACKAGE:
        tiers: tuple[Tier, ...] = (Tier(None, to_micro(charge.price)),)
    else:
        tiers = tuple(Tier(tier.up_to, to_micro(tier.price)) for tier in charge.tiers.all())
    [model] = [model for model in MODELS if model == charge.pricing]
    return CumulativeTerms(
        charge_id=charge.pk,
        price=CumulativePrice(model, charge.per or 1, tiers),
        usage_types=frozenset(charge.usage_types or USAGE_TYPES),
        groups=frozenset(row.group_id for row in charge.destinations.all()),
        categories=frozenset(row.category_id for row in charge.categories.all()),
    )

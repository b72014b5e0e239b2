"""Reads of the catalogue: which version of a plan holds on a day, and which tax rate."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from operator import attrgetter

from catalog.models import Plan, PlanVersion, TaxCategory, TaxRate
from core.models import LegalEntity


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


def version_of(versions: Sequence[PlanVersion], day: date) -> PlanVersion | None:
    """Of a plan's versions, earliest first, the one that holds on `day`, without a query."""
    place = bisect_right(versions, day, key=attrgetter("starts_on"))
    return versions[place - 1] if place else None


def tax_rate_on(
    legal_entity: LegalEntity | int, category: TaxCategory | int, day: date
) -> TaxRate | None:
    """The rate of `category` for `legal_entity` on `day` (the tax point), or None."""
    return TaxRate.objects.filter(
        legal_entity=legal_entity, category=category, during__contains=day
    ).first()

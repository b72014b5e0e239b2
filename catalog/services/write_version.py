"""Writes the whole content of a draft: terms, charges, tiers, allowances, decks and fees."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from catalog.models import (
    Allowance,
    AllowanceDestination,
    Charge,
    ChargeCategory,
    ChargeDestination,
    ChargeTier,
    DeckAssignment,
    DestinationGroup,
    PlanVersion,
    RateDeck,
    TerminationStep,
    UsageCategory,
)
from catalog.version_content import AllowanceContent, ChargeContent, VersionContent
from core.errors import DomainError


def write_version(version: PlanVersion, content: VersionContent) -> None:
    """Make a draft say exactly this, in the caller's transaction; codes are of its brand.

    Raises DomainError where a deck, destination group or category is not known.
    """
    for name, value in asdict(content.terms).items():
        setattr(version, name, value)
    version.save()
    version.charges.all().delete()
    version.allowances.all().delete()
    version.deck_assignments.all().delete()
    version.termination_steps.all().delete()
    brand_id = version.plan.brand_id
    groups = _by_code(
        DestinationGroup.objects.filter(brand_id=brand_id).values_list("code", "pk"),
        [code for charge in content.charges for code in charge.destinations]
        + [code for allowance in content.allowances for code in allowance.destinations],
        "destination group",
    )
    categories = _by_code(
        UsageCategory.objects.filter(brand_id=brand_id).values_list("code", "pk"),
        (code for charge in content.charges for code in charge.categories),
        "usage category",
    )
    decks = _by_code(
        RateDeck.objects.filter(brand_id=brand_id).values_list("code", "pk"),
        content.decks.values(),
        "deck",
    )
    _write_charges(version, content.charges, groups, categories)
    _write_allowances(version, content.allowances, groups)
    DeckAssignment.objects.bulk_create(
        DeckAssignment(version=version, usage_type=usage_type, deck_id=decks[code])
        for usage_type, code in content.decks.items()
    )
    TerminationStep.objects.bulk_create(
        TerminationStep(version=version, from_month=month, fee=fee)
        for month, fee in content.termination_steps
    )


def _by_code(rows: Iterable[tuple[str, int]], wanted: Iterable[str], what: str) -> dict[str, int]:
    known = dict(rows)
    unknown = sorted(set(wanted) - set(known))
    if unknown:
        raise DomainError(f"The brand has no {what} {', '.join(unknown)}.")
    return known


def _write_charges(
    version: PlanVersion,
    contents: Iterable[ChargeContent],
    groups: dict[str, int],
    categories: dict[str, int],
) -> None:
    rows = [(content, _charge(version, content, i)) for i, content in enumerate(contents)]
    Charge.objects.bulk_create(row for _, row in rows)
    ChargeTier.objects.bulk_create(
        ChargeTier(charge=row, up_to=tier.up_to, price=tier.price)
        for content, row in rows
        for tier in content.tiers
    )
    ChargeDestination.objects.bulk_create(
        ChargeDestination(charge=row, group_id=groups[code])
        for content, row in rows
        for code in content.destinations
    )
    ChargeCategory.objects.bulk_create(
        ChargeCategory(charge=row, category_id=categories[code])
        for content, row in rows
        for code in content.categories
    )


def _charge(version: PlanVersion, content: ChargeContent, position: int) -> Charge:
    values = asdict(content)
    for name in ("tiers", "destinations", "categories"):
        del values[name]
    return Charge(
        version=version,
        position=position,
        **(values | {"usage_types": list(content.usage_types)}),
    )


def _write_allowances(
    version: PlanVersion, contents: Iterable[AllowanceContent], groups: dict[str, int]
) -> None:
    rows = [(content, _allowance(version, content, i)) for i, content in enumerate(contents)]
    Allowance.objects.bulk_create(row for _, row in rows)
    AllowanceDestination.objects.bulk_create(
        AllowanceDestination(allowance=row, group_id=groups[code])
        for content, row in rows
        for code in content.destinations
    )


def _allowance(version: PlanVersion, content: AllowanceContent, position: int) -> Allowance:
    values = asdict(content)
    del values["destinations"]
    return Allowance(
        version=version,
        position=position,
        **(values | {"usage_types": list(content.usage_types)}),
    )

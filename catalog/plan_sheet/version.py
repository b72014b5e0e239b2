"""Which version of a plan a sheet shows on a day."""

from __future__ import annotations

from datetime import date

from catalog.models import Plan, PlanVersion


def version_for_sheet(plan: Plan, day: date) -> PlanVersion | None:
    """The published version that holds on `day`, else the first to come, with all a sheet reads."""
    versions = (
        PlanVersion.objects.published()
        .filter(plan=plan)
        .select_related("plan__brand", "plan__product")
        .prefetch_related(
            "charges__tiers",
            "charges__destinations__group",
            "allowances__destinations__group",
            "termination_steps",
            "deck_assignments__deck",
        )
    )
    held = versions.filter(starts_on__lte=day).order_by("-starts_on").first()
    return held or versions.order_by("starts_on").first()

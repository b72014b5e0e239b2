"""Panels and buttons of plans and versions: the timeline, who may have it, what to do next."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone

from catalog.admin_versions import ADD, CHANGE, DELETE, VIEW, sheets_of, waiting_for
from catalog.approval_kinds import KIND
from catalog.models import Plan, PlanVersion
from catalog.plan_sheet.together import rows_who_may
from catalog.plan_sheet.words import Words
from catalog.queries import content_of, terms_of, version_in_force, with_terms
from core.backoffice.registry import Cell, Link, Panel, link, panel
from core.formatting import format_day
from core.models import Approval
from core.periods import local_date


@panel("catalog.plan", position=10, permission=VIEW)
def timeline(plan: Plan) -> Panel:
    """The plan's versions, earliest first: each holds until the next published one starts."""
    versions = list(with_terms(plan.versions.all()).order_by("starts_on"))
    now = version_in_force(plan, local_date(timezone.now(), plan.brand.zone))
    starts = [version.starts_on for version in versions if not version.is_draft]
    rows = []
    for version in versions:
        address = reverse("admin:catalog_planversion_change", args=[version.pk])
        end = next((day for day in starts if day > version.starts_on), None)
        state, tone = ("draft", "warning") if version.is_draft else ("published", "")
        if now is not None and version.pk == now.pk:
            state, tone = "in force", "good"
        rows.append(
            (
                Cell(format_day(version.starts_on, "en"), url=address),
                format_day(end, "en") if end else "–",
                Cell(state, tone=tone),  # type: ignore[arg-type]
                content_of(version).words,
                version.get_adoption_display(),
                version.published_by or "–",
            )
        )
    return Panel(
        title="Versions",
        columns=("From", "Until", "State", "What it says", "Who gets it", "Published by"),
        rows=rows,
        empty="It has no version yet.",
    )


@panel("catalog.plan", position=20, permission="catalog.view_plan")
def who_may_have_it(plan: Plan) -> Panel:
    """The days of sale and the rules, as sentences."""
    words = Words(plan.brand, "en")
    rows = [(row.label,) for row in rows_who_may(PlanVersion(plan=plan), words)]
    if plan.sold_from:
        rows.append((f"From {format_day(plan.sold_from, 'en')} on",))
    if plan.sold_until:
        rows.append((f"Until {format_day(plan.sold_until, 'en')}",))
    return Panel(
        title="Who may have it", columns=("Condition",), rows=rows, empty="Everybody, at any time."
    )


@link("catalog.plan", position=10, permission=ADD)
def new_version(plan: Plan) -> list[Link]:
    """Prices for a later time."""
    address = reverse("admin:catalog_plan_new_version", args=[plan.pk])
    return [Link("New version", address, primary=True)]


@link("catalog.planversion", position=10, permission=VIEW)
def see_sheet(version: PlanVersion) -> list[Link]:
    """What customers read of it."""
    return [Link("Plan sheet", _to(version, "sheet"))]


@link("catalog.planversion", position=20, permission=CHANGE)
def change_draft(version: PlanVersion) -> list[Link]:
    """Edit a draft, or have it published."""
    if not version.is_draft:
        return []
    links = [Link("Edit", _to(version, "edit"))]
    waiting = waiting_for(version)
    if waiting is not None:
        page = reverse("admin:core_approval_change", args=[waiting.pk])
        return [*links, Link("See the request", page, primary=True)]
    return [*links, Link("Publish…", _to(version, "publish"), primary=True)]


@link("catalog.planversion", position=30, permission=DELETE)
def drop_draft(version: PlanVersion) -> list[Link]:
    """Delete a draft."""
    return [Link("Delete", _to(version, "delete_draft"), post=True)] if version.is_draft else []


@panel("core.approval", position=20, permission=VIEW)
def sheet_to_approve(approval: Approval) -> Panel | None:
    """What customers would read, in the brand's first language."""
    version = approval.subject
    if approval.kind != KIND or not isinstance(version, PlanVersion):
        return None
    sheet = sheets_of(terms_of(version))[0]
    return Panel(
        title=f"Plan sheet: {sheet.name}",
        columns=("", "", "", ""),
        rows=[
            (section.title if first else "", row.label, row.value, row.note)
            for section in sheet.sections
            for first, row in ((row is section.rows[0], row) for row in section.rows)
        ],
        empty="",
        url=_to(version, "sheet"),
        note=f"{sheet.valid_from}. {sheet.prices_note}",
    )


def _to(version: PlanVersion, page: str) -> str:
    return reverse(f"admin:catalog_planversion_{page}", args=[version.pk])

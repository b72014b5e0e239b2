"""Makes, changes and deletes drafts of plan versions; a draft may copy any other version."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from catalog.models import Plan, PlanVersion
from catalog.publication_checks import Objection, objections_to
from catalog.queries import content_of, decks_named, terms_of
from catalog.services.write_version import write_version
from catalog.version_content import VersionContent
from core.errors import DomainError

# A draft may still lack texts; everything else must be sound from the beginning.
MAY_BE_MISSING = {"description", "summary", "exclusions"}


def create_draft(
    plan: Plan,
    *,
    starts_on: date,
    content: VersionContent | None = None,
    clone_of: PlanVersion | None = None,
) -> PlanVersion:
    """A draft of the plan from `starts_on`: with this content, as a copy, or empty.

    Raises DomainError if the plan has another version that starts on that day, drafted or
    published, or if prices or limits are out of range.
    """
    if clone_of is not None:
        content = content_of(terms_of(clone_of))
    with transaction.atomic():
        _lock(plan)
        _refuse_same_start(plan, starts_on)
        version = PlanVersion(plan=plan, starts_on=starts_on)
        _write(version, content or VersionContent())
    return version


def edit_draft(
    version: PlanVersion, *, content: VersionContent | None = None, starts_on: date | None = None
) -> PlanVersion:
    """Replace what a draft says, when it starts, or both.

    Raises DomainError for a published version, and as `create_draft` does.
    """
    with transaction.atomic():
        _lock(version.plan)
        draft = _fresh_draft(version)
        if starts_on is not None and starts_on != draft.starts_on:
            _refuse_same_start(draft.plan, starts_on)
            draft.starts_on = starts_on
        if content is None:
            draft.save()
        else:
            _write(draft, content)
    return draft


def delete_draft(version: PlanVersion) -> None:
    """Delete a draft with all that belongs to it; DomainError for a published version."""
    with transaction.atomic():
        _lock(version.plan)
        _fresh_draft(version).delete()


def unsound(objections: list[Objection]) -> list[Objection]:
    """Those of the objections that a draft may not have either."""
    return [each for each in objections if each.name not in MAY_BE_MISSING]


def _write(version: PlanVersion, content: VersionContent) -> None:
    decks = decks_named(content.decks.values())
    found = unsound(objections_to(content, version.plan, decks))
    if found:
        raise DomainError(" ".join(f"{objection}." for objection in found))
    write_version(version, content)


def _lock(plan: Plan) -> None:
    """One change of a plan's versions at a time."""
    Plan.objects.select_for_update(no_key=True).get(pk=plan.pk)


def _fresh_draft(version: PlanVersion) -> PlanVersion:
    draft = PlanVersion.objects.select_related("plan__brand").filter(pk=version.pk).first()
    if draft is None:
        raise DomainError("The draft is not there any more.")
    if not draft.is_draft:
        raise DomainError(
            f"{draft} is published and never changes: make a draft with a later start."
        )
    return draft


def _refuse_same_start(plan: Plan, starts_on: date) -> None:
    other = plan.versions.filter(starts_on=starts_on).first()
    if other is not None:
        raise DomainError(f"There is {other} already: choose another day, or change that draft.")

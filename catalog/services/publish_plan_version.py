"""Publishes a drafted plan version: from then on it never changes."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from catalog.models import Plan, PlanVersion
from catalog.publication_checks import objections_to
from catalog.queries import content_of, decks_named, terms_of
from core.errors import DomainError


def publish_plan_version(
    version: PlanVersion, *, published_by: str, now: datetime, today: date | None
) -> PlanVersion:
    """Publish a draft; `published_by` is a person, or the file it came from.

    `today` is the date in the brand's zone: a version may not start before it. None stands for
    an import from the shell, which may date prices back. Raises DomainError with everything that
    stands in the way (see `catalog.publication_checks`).
    """
    with transaction.atomic():
        Plan.objects.select_for_update(no_key=True).get(pk=version.plan_id)
        draft = terms_of(version)
        reasons = why_not_publish(draft, today=today)
        if reasons:
            raise DomainError(" ".join(f"{reason}." for reason in reasons))
        draft.state = PlanVersion.State.PUBLISHED
        draft.published_at, draft.published_by = now, published_by[-200:]
        draft.save(update_fields=["state", "published_at", "published_by"])
    return draft


def why_not_publish(version: PlanVersion, *, today: date | None) -> list[str]:
    """What stands in the way of publishing this version, in sentences; empty: nothing."""
    if not version.is_draft:
        return [f"{version} is published already"]
    reasons: list[str] = []
    if today is not None and version.starts_on < today:
        reasons.append(
            f"It starts on {version.starts_on}, which is past; let it start today or later"
        )
    content = content_of(version)
    decks = decks_named(content.decks.values())
    return reasons + [str(each) for each in objections_to(content, version.plan, decks)]

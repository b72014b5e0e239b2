"""What a second person decides about prices: the publication of drafts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from catalog.models import Charge, PlanVersion
from catalog.queries import content_of, terms_of
from catalog.services.publish_plan_version import publish_plan_version, why_not_publish
from catalog.version_content import Cell, VersionContent, differences
from core.approvals import Effect, approval_kind
from core.errors import DomainError
from core.models import Approval
from core.money import round_money
from core.periods import local_date

KIND = "publish_plan_version"


@approval_kind(KIND, permission="catalog.publish_planversion")
class PublishPlanVersion:
    """Publish the drafted prices and terms of a plan."""

    title = "Publish prices"

    def effect(self, subject: PlanVersion, payload: Mapping[str, Any]) -> Effect:
        """Each cell that differs from the version it takes over from, and what a month costs more.

        The money is the change of all recurring charges of a month, in the brand's currency.
        """
        version = terms_of(subject)
        reasons = why_not_publish(version, today=None)
        if reasons:
            raise DomainError(" ".join(f"{reason}." for reason in reasons))
        before, rows, money = change_of(version)
        since = f", in place of the prices from {before.starts_on}" if before else ""
        return Effect(
            summary=f"Prices of {version.plan.code} from {version.starts_on}{since}",
            rows=rows,
            money=money,
            currency=version.plan.brand.currency,
        )

    def fingerprint(self, subject: PlanVersion, payload: Mapping[str, Any]) -> str:
        """What the draft says, when it starts, and which version it takes over from."""
        version = terms_of(subject)
        before = _taken_over_from(version)
        facts = (version.state, version.starts_on, before and before.pk, content_of(version))
        return hashlib.sha256(repr(facts).encode()).hexdigest()

    def carry_out(self, approval: Approval, now: datetime) -> PlanVersion:
        """Publish it in the name of who asked and who decided; it may not start in the past."""
        version: Any = approval.subject
        zone = version.plan.brand.zone
        return publish_plan_version(
            version,
            published_by=f"{approval.requested_by}, approved by {approval.decided_by}",
            now=now,
            today=local_date(now, zone),
        )


def change_of(version: PlanVersion) -> tuple[PlanVersion | None, list[Cell], Decimal]:
    """The version that `version` takes over from, each cell that differs, and the money of it.

    The money is the change of all recurring charges of a month, rounded half away from zero to
    the currency's places; `version` comes from `terms_of`.
    """
    before = _taken_over_from(version)
    old = content_of(terms_of(before)) if before else VersionContent()
    new = content_of(version)
    money = _monthly(new) - _monthly(old)
    brand = version.plan.brand
    return before, differences(old, new, brand.languages), round_money(money, brand.currency)


def _monthly(content: VersionContent) -> Decimal:
    """What the recurring charges come to in a month."""
    recurring = [each for each in content.charges if each.kind == Charge.Kind.RECURRING]
    return sum((each.price / each.months for each in recurring), Decimal(0))


def _taken_over_from(version: PlanVersion) -> PlanVersion | None:
    """The published version that holds until this one starts."""
    earlier = version.plan.versions.published().filter(starts_on__lt=version.starts_on)
    return earlier.order_by("-starts_on").first()

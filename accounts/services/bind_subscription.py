"""Bind a subscription for the term of the plan version that was accepted."""

from __future__ import annotations

from datetime import date

from accounts.models import Subscription, SubscriptionTerm
from catalog.models import PlanVersion
from core.periods import anchor_date


def bind_subscription(
    subscription: Subscription, version: PlanVersion, *, bound_from: date
) -> SubscriptionTerm | None:
    """Copy the version's term and notice to the subscription; None where it has neither.

    The term is what was accepted: a later version of the plan doesn't change it. It ends on the
    same day of the month, or a short month's last.
    """
    if not version.term_months and not version.notice_days:
        return None
    subscription.terms.filter(bound_from__gte=bound_from).delete()
    return SubscriptionTerm.objects.create(
        subscription=subscription,
        bound_from=bound_from,
        months=version.term_months,
        bound_until=months_later(bound_from, version.term_months),
        notice_days=version.notice_days,
        plan_version=version,
    )


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or that month's last day: 31 January → 28 February."""
    month = day.month - 1 + months
    return anchor_date(day.year + month // 12, month % 12 + 1, day.day)

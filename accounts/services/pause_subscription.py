"""Pause a subscription: from a day on it rests, until it is resumed."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from accounts.models import Subscription, SubscriptionPause
from accounts.services.standing import (
    lock_subscription,
    refuse_a_day_that_passed,
    refuse_unless_running,
)
from core.errors import DomainError


@transaction.atomic
def pause_subscription(
    subscription: Subscription,
    *,
    as_of: date,
    starts_on: date | None = None,
    until: date | None = None,
    reason: str = "",
) -> SubscriptionPause:
    """Pause from `starts_on` (default today, `as_of`) until before `until`, or until resumed.

    The day of the pause is not charged, the day of the resume is. Raises DomainError where the
    subscription has not begun, is cancelled, or is paused on one of these days.
    """
    subscription = lock_subscription(subscription)
    first_day = starts_on or as_of
    refuse_a_day_that_passed(first_day, as_of)
    if first_day < subscription.starts_on:
        raise DomainError(
            _("%(subscription)s starts on %(day)s and can't be paused before.")
            % {"subscription": subscription, "day": subscription.starts_on}
        )
    refuse_unless_running(subscription, first_day)
    if until is not None and until <= first_day:
        raise DomainError(_("A pause must end after it starts."))
    during = DateRange(first_day, until)
    if subscription.pauses.filter(during__overlap=during).exists():
        raise DomainError(
            _("%(subscription)s is paused on some of these days already.")
            % {"subscription": subscription}
        )
    return SubscriptionPause.objects.create(subscription=subscription, during=during, reason=reason)

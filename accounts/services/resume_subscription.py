"""Resume a paused subscription."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from accounts.models import Subscription
from accounts.services.standing import (
    lock_subscription,
    refuse_a_day_that_passed,
    refuse_unless_running,
)
from core.errors import DomainError


@transaction.atomic
def resume_subscription(
    subscription: Subscription, *, as_of: date, resumes_on: date | None = None
) -> date:
    """End the pause on `resumes_on` (default today): the first day that is charged again.

    Resumed on the day of the pause, it was never paused. Returns that day. Raises DomainError
    where the subscription is not paused then, or is cancelled.
    """
    subscription = lock_subscription(subscription)
    day = resumes_on or as_of
    refuse_a_day_that_passed(day, as_of)
    refuse_unless_running(subscription, day)
    pause = subscription.pauses.filter(during__contains=day).first()
    if pause is None:
        raise DomainError(
            _("%(subscription)s is not paused on %(day)s.")
            % {"subscription": subscription, "day": day}
        )
    if pause.during.lower == day:
        pause.delete()
    else:
        pause.during = DateRange(pause.during.lower, day)
        pause.save(update_fields=["during"])
    return day

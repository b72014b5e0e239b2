"""Take an add-on, or a one-off purchase, beside a subscription's plan."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Subscription, SubscriptionAddOn
from accounts.services.standing import (
    lock_subscription,
    refuse_a_day_that_passed,
    refuse_unless_running,
    version_to_sell,
)
from catalog.models import Plan
from core.errors import DomainError

KINDS = {kind for kind in Plan.Kind.values if kind != Plan.Kind.PLAN}


@transaction.atomic
def add_add_on(
    subscription: Subscription,
    *,
    plan: Plan,
    code: str,
    as_of: date,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> SubscriptionAddOn:
    """Add `plan` from `starts_on` (default today, `as_of`) until before `ends_on`.

    `code` is the order's, once for a subscription: the same order adds nothing twice. Raises
    DomainError where the add-on can't be had or the code is taken.
    """
    subscription = lock_subscription(subscription)
    first_day = starts_on or as_of
    refuse_a_day_that_passed(first_day, as_of)
    if first_day < subscription.starts_on:
        raise DomainError(_("An add-on can't start before its subscription."))
    if ends_on is not None and ends_on < first_day:
        raise DomainError(_("An add-on can't end before it starts."))
    refuse_unless_running(subscription, first_day)
    version_to_sell(subscription.account, plan, kinds=KINDS, day=first_day)
    if subscription.add_ons.filter(code=code).exists():
        raise DomainError(
            _("%(subscription)s has the add-on %(code)s already.")
            % {"subscription": subscription, "code": code}
        )
    return SubscriptionAddOn.objects.create(
        subscription=subscription, plan=plan, code=code, starts_on=first_day, ends_on=ends_on
    )

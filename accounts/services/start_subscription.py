"""Start a subscription of an account with its first plan."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from accounts.models import Account, Subscription, SubscriptionPlan
from accounts.services.bind_subscription import bind_subscription
from accounts.services.standing import (
    lock_account,
    refuse_a_day_that_passed,
    version_to_sell,
)
from catalog.models import Plan
from core.errors import DomainError


@transaction.atomic
def start_subscription(
    account: Account,
    *,
    plan: Plan,
    code: str,
    starts_on: date,
    as_of: date,
    label: str = "",
    location_code: str = "",
) -> Subscription:
    """A subscription with `plan` from `starts_on` on, bound by the plan's term.

    Raises DomainError where the plan can't be had, the code is taken, or the place isn't there.
    """
    account = lock_account(account.pk)
    refuse_a_day_that_passed(starts_on, as_of)
    version = version_to_sell(account, plan, kinds={Plan.Kind.PLAN}, day=starts_on)
    if account.subscriptions.filter(code=code).exists():
        raise DomainError(_("The account has a subscription %(code)s already.") % {"code": code})
    location = account.locations.filter(code=location_code).first() if location_code else None
    if location_code and location is None:
        raise DomainError(_("The account has no location %(code)s.") % {"code": location_code})
    subscription = Subscription.objects.create(
        account=account,
        code=code,
        label=label,
        location=location,
        ordered_on=as_of,
        starts_on=starts_on,
    )
    SubscriptionPlan.objects.create(
        subscription=subscription, plan=plan, during=DateRange(starts_on, None)
    )
    bind_subscription(subscription, version, bound_from=starts_on)
    return subscription

"""Change a subscription's plan, now or with the next usage period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from accounts.models import Subscription, SubscriptionPlan
from accounts.queries import top_account
from accounts.services.bind_subscription import bind_subscription
from accounts.services.standing import (
    lock_subscription,
    refuse_unless_running,
    version_to_sell,
)
from catalog.models import Plan, PlanVersion
from core.errors import DomainError
from core.periods import next_anchor

When = Literal["now", "next_period"]


@dataclass(frozen=True, slots=True)
class PlanChange:
    """What a change does: the plan until before `starts_on`, and the version from then on."""

    starts_on: date
    before: Plan | None
    version: PlanVersion


def preview_plan_change(
    subscription: Subscription, *, plan: Plan, when: When, as_of: date
) -> PlanChange:
    """What `change_plan` would do; raises DomainError for the same reasons. Stores nothing."""
    starts_on = as_of
    if when == "next_period":
        starts_on = next_anchor(as_of, top_account(subscription.account).bill_day)
    starts_on = max(starts_on, subscription.starts_on)
    refuse_unless_running(subscription, starts_on)
    version = version_to_sell(subscription.account, plan, kinds={Plan.Kind.PLAN}, day=starts_on)
    history = list(subscription.plan_history.select_related("plan"))
    before = next((row.plan for row in history if starts_on in row.during), None)
    later = [row for row in history if row.during.lower >= starts_on]
    if before == plan and not [row for row in later if row.plan != plan]:
        raise DomainError(
            _("%(subscription)s has %(plan)s already on %(day)s.")
            % {"subscription": subscription, "plan": plan.code, "day": starts_on}
        )
    return PlanChange(starts_on, before, version)


@transaction.atomic
def change_plan(subscription: Subscription, *, plan: Plan, when: When, as_of: date) -> PlanChange:
    """Give the subscription `plan` from today (`as_of`) or the next bill day on.

    The day of the change is the new plan's. Changes that were planned for later days fall away;
    the new plan's term binds from the change on. Raises DomainError where the plan can't be had.
    Rules: section 4.
    """
    subscription = lock_subscription(subscription)
    change = preview_plan_change(subscription, plan=plan, when=when, as_of=as_of)
    take_plan(subscription, plan, change.starts_on)
    bind_subscription(subscription, change.version, bound_from=change.starts_on)
    return change


def take_plan(subscription: Subscription, plan: Plan, starts_on: date) -> None:
    """Cut the plan history at `starts_on` and go on with `plan`; same neighbours become one."""
    subscription.plan_history.filter(during__startswith__gte=starts_on).delete()
    last = subscription.plan_history.order_by("-during").first()
    if last is not None and (last.during.upper is None or last.during.upper >= starts_on):
        same = last.plan_id == plan.pk
        last.during = DateRange(last.during.lower, None if same else starts_on)
        last.save(update_fields=["during"])
        if same:
            return
    SubscriptionPlan.objects.create(
        subscription=subscription, plan=plan, during=DateRange(starts_on, None)
    )

"""What every change of a subscription begins with: its account locked, its dates read anew."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from accounts.models import Account, Subscription
from accounts.queries import why_not_this_plan
from accounts.states import SubscriptionState, state_on
from catalog.models import Plan, PlanVersion
from catalog.queries import version_in_force
from core.errors import DomainError


def lock_account(account_id: int) -> Account:
    """The account, locked as a bill run locks it, so that changes and bills take turns."""
    locked = Account.objects.select_for_update(no_key=True, of=("self",))
    return locked.select_related("brand").get(pk=account_id)


def lock_subscription(subscription: Subscription) -> Subscription:
    """The subscription as it is now, its account locked until the transaction ends."""
    account = lock_account(subscription.account_id)
    fresh = Subscription.objects.select_related("location").get(pk=subscription.pk)
    fresh.account = account
    return fresh


def refuse_unless_running(subscription: Subscription, day: date) -> None:
    """Raise DomainError where the subscription is cancelled on `day`."""
    if state_on(subscription, day) == SubscriptionState.CANCELLED:
        raise DomainError(
            _("%(subscription)s is cancelled from %(day)s on.")
            % {"subscription": subscription, "day": subscription.ends_on}
        )


def refuse_a_day_that_passed(day: date, as_of: date) -> None:
    """Raise DomainError where `day` lies before today: bills were made with it."""
    if day < as_of:
        raise DomainError(
            _("%(day)s has passed: choose today, %(today)s, or a later day.")
            % {"day": day, "today": as_of}
        )


def version_to_sell(account: Account, plan: Plan, *, kinds: set[str], day: date) -> PlanVersion:
    """The plan's version in force on `day`; DomainError where it can't be had, with the reasons."""
    if plan.brand_id != account.brand_id:
        raise DomainError(_("%(plan)s is not sold by this brand.") % {"plan": plan.code})
    if plan.kind not in kinds:
        raise DomainError(
            _("%(plan)s is of the kind %(kind)s and can't be taken here.")
            % {"plan": plan.code, "kind": plan.get_kind_display()}
        )
    version = version_in_force(plan, day)
    if version is None:
        raise DomainError(_("%(plan)s has no price on %(day)s.") % {"plan": plan.code, "day": day})
    reasons = why_not_this_plan(account, plan, as_of=day)
    if reasons:
        raise DomainError(
            _("%(plan)s can't be had: %(reasons)s")
            % {"plan": plan.code, "reasons": " ".join(reasons)}
        )
    return version

"""End an add-on of a subscription."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Subscription, SubscriptionAddOn
from accounts.services.standing import lock_subscription, refuse_a_day_that_passed
from core.errors import DomainError


@transaction.atomic
def end_add_on(
    subscription: Subscription, *, code: str, as_of: date, ends_on: date | None = None
) -> SubscriptionAddOn:
    """End the add-on `code` on `ends_on` (default today): the first day without it.

    What was paid in advance for later days is credited by the next bill run. Raises DomainError
    where there is no such add-on, or it has ended.
    """
    subscription = lock_subscription(subscription)
    last = ends_on or as_of
    refuse_a_day_that_passed(last, as_of)
    add_on = subscription.add_ons.select_related("plan").filter(code=code).first()
    if add_on is None:
        raise DomainError(
            _("%(subscription)s has no add-on %(code)s.")
            % {"subscription": subscription, "code": code}
        )
    if add_on.ends_on is not None and add_on.ends_on <= as_of:
        raise DomainError(_("%(code)s ended on %(day)s.") % {"code": code, "day": add_on.ends_on})
    add_on.ends_on = max(last, add_on.starts_on)
    add_on.save(update_fields=["ends_on"])
    return add_on

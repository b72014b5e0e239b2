"""Take down what a customer wants as an order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Account, Order, OrderItem, Subscription
from accounts.queries import language_of
from accounts.services.standing import lock_account
from catalog.models import Plan
from core.errors import DomainError

Kind = OrderItem.Kind
# What an item's details may hold; everything is a text.
DETAILS: dict[str, frozenset[str]] = {
    Kind.NEW_SUBSCRIPTION: frozenset({"label", "location", "number", "iccid"}),
    Kind.PLAN_CHANGE: frozenset({"when"}),
    Kind.ADD_ON: frozenset({"ends_on"}),
    Kind.PAUSE: frozenset({"until", "reason"}),
    Kind.RESUME: frozenset(),
    Kind.CANCEL: frozenset({"effective_on", "reason", "note"}),
    Kind.NUMBER_CHANGE: frozenset({"number"}),
    Kind.SIM_CHANGE: frozenset({"iccid"}),
    Kind.BAR_EXTRAS: frozenset(),
    Kind.LIFT_BAR: frozenset(),
}
NEEDED: dict[str, frozenset[str]] = {
    Kind.NUMBER_CHANGE: frozenset({"number"}),
    Kind.SIM_CHANGE: frozenset({"iccid"}),
}
WITH_PLAN = {Kind.NEW_SUBSCRIPTION, Kind.PLAN_CHANGE, Kind.ADD_ON}
WITH_CODE = {Kind.NEW_SUBSCRIPTION, Kind.ADD_ON}


@dataclass(frozen=True, slots=True)
class WantedItem:
    """One thing wanted; `code` names a new subscription or add-on, `details` what a kind needs."""

    kind: str
    subscription: Subscription | None = None
    plan: Plan | None = None
    code: str = ""
    details: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def create_order(
    account: Account,
    *,
    number: str,
    items: Sequence[WantedItem],
    wanted_on: date,
    now: datetime,
    ordered_by: str = "",
    language: str = "",
) -> Order:
    """A draft order of the account, for `wanted_on` (a date in the brand's zone).

    Raises DomainError where the number is taken, nothing is wanted, or an item isn't whole.
    """
    account = lock_account(account.pk)
    if not items:
        raise DomainError(_("An order wants at least one thing."))
    if account.orders.filter(number=number).exists():
        raise DomainError(_("The order %(number)s is there already.") % {"number": number})
    for item in items:
        check_item(account, item)
    order = Order.objects.create(
        account=account,
        number=number,
        wanted_on=wanted_on,
        language=language or language_of(account),
        ordered_by=ordered_by,
        created_at=now,
    )
    for position, item in enumerate(items, start=1):
        OrderItem.objects.create(
            order=order,
            position=position,
            kind=item.kind,
            subscription=item.subscription,
            plan=item.plan,
            code=item.code,
            details=item.details,
        )
    return order


def check_item(account: Account, item: WantedItem) -> None:
    """Raise DomainError where the item isn't whole, or names what isn't the account's."""
    if item.kind not in DETAILS:
        raise DomainError(_("Nobody knows the kind %(kind)s.") % {"kind": item.kind})
    is_new = item.kind == Kind.NEW_SUBSCRIPTION
    if is_new != (item.subscription is None):
        raise DomainError(_("Each item but a new subscription names a subscription."))
    if item.subscription is not None and item.subscription.account_id != account.pk:
        raise DomainError(_("The subscription is not there."))
    if (item.kind in WITH_PLAN) != (item.plan is not None):
        raise DomainError(_("A plan belongs to new subscriptions, plan changes and add-ons."))
    if item.plan is not None and item.plan.brand_id != account.brand_id:
        raise DomainError(_("%(plan)s is not sold by this brand.") % {"plan": item.plan.code})
    if (item.kind in WITH_CODE) != bool(item.code):
        raise DomainError(_("A new subscription or add-on, and nothing else, is given a code."))
    strange = sorted(item.details.keys() - DETAILS[item.kind])
    missing = sorted(NEEDED.get(item.kind, frozenset()) - item.details.keys())
    if strange or missing:
        raise DomainError(
            _("The item %(kind)s needs %(missing)s and knows no %(strange)s.")
            % {
                "kind": item.kind,
                "missing": ", ".join(missing) or "–",
                "strange": ", ".join(strange) or "–",
            }
        )

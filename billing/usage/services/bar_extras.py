"""Bar what costs extra on a line, and lift the bar again: orders for the network side."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Acceptance, Order, OrderItem, Subscription
from accounts.queries import today_of
from accounts.services.accept_order import accept_order
from accounts.services.create_order import WantedItem, create_order
from accounts.services.standing import lock_account
from accounts.services.submit_order import submit_order
from billing.usage.alerts.caps import Cap
from billing.usage.alerts.models import ExtrasBar
from core.errors import DomainError
from core.formatting import format_money
from core.periods import Period

ORDERED_BY = "spend cap"


@transaction.atomic
def bar_extras(
    subscription: Subscription, *, cap: Cap, period: Period, now: datetime
) -> ExtrasBar | None:
    """Order the bar that a cap asks for, for the rest of the usage period; None if there is one.

    The order is accepted by the cap itself: it is a standing instruction. The network side takes
    accepted orders, bars what costs extra, and marks them done. The account is locked.
    """
    lock_account(subscription.account_id)
    if ExtrasBar.objects.filter(subscription=subscription, lifted_at=None).exists():
        return None
    amount = format_money(cap.amount, subscription.account.currency, "en")
    order = _ordered(
        subscription,
        OrderItem.Kind.BAR_EXTRAS,
        number=f"bar-{subscription.pk}-{subscription.extras_bars.count() + 1}",
        ordered_by=ORDERED_BY,
        evidence=f"spend cap of {amount} that blocks extras, {'own' if cap.own else 'usual'}",
        now=now,
    )
    return ExtrasBar.objects.create(
        subscription=subscription,
        period_start=period.start,
        until=period.end,
        cap_amount=cap.amount,
        bar_order=order,
        barred_at=now,
    )


@transaction.atomic
def lift_bar(bar: ExtrasBar, *, because: ExtrasBar.Lifted, by: str, now: datetime) -> ExtrasBar:
    """Order the end of a bar; `by` names who wants it, or what.

    Raises DomainError if it is lifted already.
    """
    lock_account(bar.subscription.account_id)
    bar = ExtrasBar.objects.select_related("subscription__account__brand", "bar_order").get(
        pk=bar.pk
    )
    if bar.lifted_at is not None:
        raise DomainError(_("The bar is lifted already."))
    bar.lift_order = _ordered(
        bar.subscription,
        OrderItem.Kind.LIFT_BAR,
        number=bar.bar_order.number.replace("bar-", "lift-", 1),
        ordered_by=by,
        evidence=f"{ExtrasBar.Lifted(because).label}: order {bar.bar_order.number}",
        now=now,
    )
    bar.lifted_at, bar.lifted_because, bar.lifted_by = now, because, by
    bar.save()
    return bar


def lift_ended_bars(now: datetime) -> int:
    """Lift the bars whose usage period is over in their brand's zone; how many there were."""
    lifted = 0
    bars = ExtrasBar.objects.filter(lifted_at=None).select_related("subscription__account__brand")
    for bar in bars.order_by("pk"):
        if bar.until <= today_of(bar.subscription.account.brand, now):
            try:
                lift_bar(bar, because=ExtrasBar.Lifted.PERIOD, by=ORDERED_BY, now=now)
            except DomainError:
                continue  # somebody lifted it meanwhile
            lifted += 1
    return lifted


def _ordered(
    subscription: Subscription,
    kind: OrderItem.Kind,
    *,
    number: str,
    ordered_by: str,
    evidence: str,
    now: datetime,
) -> Order:
    order = create_order(
        subscription.account,
        number=number,
        items=[WantedItem(kind, subscription)],
        wanted_on=today_of(subscription.account.brand, now),
        now=now,
        ordered_by=ordered_by,
    )
    summary = submit_order(order, now=now)
    accept_order(
        order,
        accepted_by=ordered_by,
        method=Acceptance.Method.INSTRUCTION,
        now=now,
        sha256=summary.sha256,
        evidence=evidence,
    )
    return Order.objects.get(pk=order.pk)

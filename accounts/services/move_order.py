"""Move an order from one state to another, as its machine allows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Order
from accounts.services.standing import lock_account
from core.errors import DomainError

State = Order.State


@transaction.atomic
def move_order(order: Order, state: Order.State, **fields: Any) -> Order:
    """Set the state and `fields` of the order, locked with its account.

    Raises DomainError where the order can't go there from where it stands.
    """
    account = lock_account(order.account_id)
    fresh = Order.objects.select_for_update().get(pk=order.pk)
    fresh.account = account
    if state not in Order.TRANSITIONS[State(fresh.state)]:
        raise DomainError(
            _("The order %(number)s is %(state)s: that can't be done now.")
            % {"number": fresh.number, "state": fresh.get_state_display()}
        )
    for name, value in fields.items():
        setattr(fresh, name, value)
    fresh.state = state
    fresh.save()
    return fresh


def reject_order(order: Order, *, reason: str, now: datetime) -> Order:
    """The reseller doesn't take the order on; `reason` is for its page and the customer."""
    return move_order(order, State.REJECTED, closed_at=now, closing_reason=reason)


def cancel_order(order: Order, *, reason: str, now: datetime) -> Order:
    """The customer doesn't want it any more; nothing of it was carried out."""
    return move_order(order, State.CANCELLED, closed_at=now, closing_reason=reason)

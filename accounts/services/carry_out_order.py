"""Carry out an accepted order: each item by its service, all or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import (
    Order,
    OrderItem,
    ServiceNumber,
    Sim,
    Subscription,
)
from accounts.services.add_add_on import add_add_on
from accounts.services.assign_number import assign_number
from accounts.services.assign_sim import assign_sim, swap_sim
from accounts.services.cancel_subscription import cancel_subscription
from accounts.services.change_plan import change_plan
from accounts.services.move_order import move_order
from accounts.services.pause_subscription import pause_subscription
from accounts.services.release_number import release_number
from accounts.services.resume_subscription import resume_subscription
from accounts.services.start_subscription import start_subscription
from core.errors import DomainError

Kind = OrderItem.Kind


@dataclass(frozen=True, slots=True)
class _Step:
    order: Order
    item: OrderItem
    as_of: date
    now: datetime

    @property
    def day(self) -> date:
        return max(self.order.wanted_on, self.as_of)

    @property
    def subscription(self) -> Subscription:
        assert self.item.subscription is not None  # order_item_names_a_subscription
        return self.item.subscription

    def text(self, name: str) -> str:
        return str(self.item.details.get(name) or "")

    def date(self, name: str) -> date | None:
        return date.fromisoformat(self.text(name)) if self.text(name) else None


@transaction.atomic
def carry_out_order(order: Order, *, as_of: date, now: datetime) -> Order:
    """Do what the order asks for, from the wanted day or today (`as_of`), whichever is later.

    Raises DomainError with the first item that can't be done, and why; nothing of the order is
    done then.
    """
    order = move_order(order, Order.State.DONE, closed_at=now)
    for item in order.items.select_related("subscription__account__brand", "plan"):
        try:
            _CARRY_OUT[Kind(item.kind)](_Step(order, item, as_of, now))
        except DomainError as error:
            raise DomainError(
                _("Item %(position)d (%(kind)s): %(error)s")
                % {
                    "position": item.position,
                    "kind": item.get_kind_display(),
                    "error": error,
                }
            ) from error
    return order


def _new_subscription(step: _Step) -> None:
    assert step.item.plan is not None  # order_item_names_a_plan
    step.item.subscription = start_subscription(
        step.order.account,
        plan=step.item.plan,
        code=step.item.code,
        starts_on=step.day,
        as_of=step.as_of,
        label=step.text("label"),
        location_code=step.text("location"),
    )
    step.item.save(update_fields=["subscription"])
    if step.text("number"):
        assign_number(step.subscription, number=_number(step), as_of=step.as_of)
    if step.text("iccid"):
        assign_sim(step.subscription, sim=_sim(step), as_of=step.as_of)


def _plan_change(step: _Step) -> None:
    assert step.item.plan is not None  # order_item_names_a_plan
    later = step.text("when") == "next_period"
    when = step.as_of if later else step.day
    change_plan(
        step.subscription,
        plan=step.item.plan,
        when="next_period" if later else "now",
        as_of=when,
    )


def _add_on(step: _Step) -> None:
    assert step.item.plan is not None  # order_item_names_a_plan
    add_add_on(
        step.subscription,
        plan=step.item.plan,
        code=step.item.code,
        as_of=step.as_of,
        starts_on=step.day,
        ends_on=step.date("ends_on"),
    )


def _pause(step: _Step) -> None:
    pause_subscription(
        step.subscription,
        as_of=step.as_of,
        starts_on=step.day,
        until=step.date("until"),
        reason=step.text("reason"),
    )


def _resume(step: _Step) -> None:
    resume_subscription(step.subscription, as_of=step.as_of, resumes_on=step.day)


def _cancel(step: _Step) -> None:
    cancel_subscription(
        step.subscription,
        as_of=step.as_of,
        now=step.now,
        effective_on=step.date("effective_on") or step.day,
        reason=step.text("reason") or "other",
        note=step.text("note"),
        requested_by=step.order.ordered_by,
        accept_costs=True,  # the summary that was accepted told them
    )


def _change_number(step: _Step) -> None:
    number = _number(step)
    held = step.subscription.numbers.filter(during__contains=step.day).select_related("number")
    for row in held:
        release_number(step.subscription, number=row.number, as_of=step.as_of, ends_on=step.day)
    assign_number(step.subscription, number=number, as_of=step.as_of, starts_on=step.day)


def _change_sim(step: _Step) -> None:
    swap_sim(step.subscription, sim=_sim(step), as_of=step.as_of)


def _by_the_network(_step: _Step) -> None:
    """The network did it: nothing here changes but the order."""


def _number(step: _Step) -> ServiceNumber:
    brand = step.order.account.brand
    number = ServiceNumber.objects.filter(brand=brand, number=step.text("number")).first()
    if number is None:
        raise DomainError(
            _("The number %(number)s is not there.") % {"number": step.text("number")}
        )
    return number


def _sim(step: _Step) -> Sim:
    brand = step.order.account.brand
    sim = Sim.objects.filter(brand=brand, iccid=step.text("iccid")).first()
    if sim is None:
        raise DomainError(_("The SIM %(sim)s is not there.") % {"sim": step.text("iccid")})
    return sim


_CARRY_OUT: dict[Kind, Callable[[_Step], None]] = {
    Kind.NEW_SUBSCRIPTION: _new_subscription,
    Kind.PLAN_CHANGE: _plan_change,
    Kind.ADD_ON: _add_on,
    Kind.PAUSE: _pause,
    Kind.RESUME: _resume,
    Kind.CANCEL: _cancel,
    Kind.NUMBER_CHANGE: _change_number,
    Kind.SIM_CHANGE: _change_sim,
    Kind.BAR_EXTRAS: _by_the_network,
    Kind.LIFT_BAR: _by_the_network,
}

"""Give a subscription its SIM, swap it, block it."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Sim, SimAssignment, Subscription
from accounts.services.standing import (
    lock_subscription,
    refuse_a_day_that_passed,
    refuse_unless_running,
)
from core.errors import DomainError

State = Sim.State


@transaction.atomic
def assign_sim(
    subscription: Subscription, *, sim: Sim, as_of: date, starts_on: date | None = None
) -> SimAssignment:
    """Assign a SIM from stock from `starts_on` (default today, `as_of`) on.

    Raises DomainError where the SIM isn't in stock or the subscription has one: swap it then.
    """
    subscription = lock_subscription(subscription)
    refuse_a_day_that_passed(starts_on or as_of, as_of)
    day = max(starts_on or as_of, subscription.starts_on)
    refuse_unless_running(subscription, day)
    sim = _lock(sim)
    if sim.brand_id != subscription.account.brand_id:
        raise DomainError(_("The SIM %(sim)s is not there.") % {"sim": sim})
    if sim.state != State.IN_STOCK:
        raise DomainError(
            _("The SIM %(sim)s is %(state)s, not in stock.")
            % {"sim": sim, "state": sim.get_state_display()}
        )
    try:
        with transaction.atomic():
            assignment = SimAssignment.objects.create(
                sim=sim, subscription=subscription, during=DateRange(day, subscription.ends_on)
            )
    except IntegrityError as error:
        raise DomainError(
            _("%(subscription)s has a SIM on or after %(day)s: swap it.")
            % {"subscription": subscription, "day": day}
        ) from error
    sim.state = State.ASSIGNED
    sim.save(update_fields=["state"])
    return assignment


@transaction.atomic
def swap_sim(subscription: Subscription, *, sim: Sim, as_of: date) -> SimAssignment:
    """Give the subscription another SIM from today on; the one it had is retired.

    Raises DomainError where it has none, or the new one isn't in stock.
    """
    subscription = lock_subscription(subscription)
    ahead = Q(during__endswith__isnull=True) | Q(during__endswith__gt=as_of)
    held = subscription.sims.filter(ahead).order_by("during").last()
    if held is None:
        raise DomainError(_("%(line)s has no SIM to swap.") % {"line": subscription})
    old = _lock(held.sim)
    if held.during.lower >= as_of:
        held.delete()
    else:
        held.during = DateRange(held.during.lower, as_of)
        held.save(update_fields=["during"])
    old.state = State.RETIRED
    old.save(update_fields=["state"])
    return assign_sim(subscription, sim=sim, as_of=as_of)


def block_sim(sim: Sim) -> Sim:
    """Block a SIM that is lost or stolen; it stays its subscription's."""
    return _move(sim, {State.ASSIGNED}, State.BLOCKED)


def unblock_sim(sim: Sim) -> Sim:
    """A blocked SIM was found."""
    return _move(sim, {State.BLOCKED}, State.ASSIGNED)


def retire_sim(sim: Sim) -> Sim:
    """A SIM of the stock is broken or expired, or one in use is given up without another."""
    return _move(sim, {State.IN_STOCK}, State.RETIRED)


@transaction.atomic
def _move(sim: Sim, before: set[Sim.State], after: Sim.State) -> Sim:
    sim = _lock(sim)
    if sim.state not in before:
        raise DomainError(
            _("The SIM %(sim)s is %(state)s.") % {"sim": sim, "state": sim.get_state_display()}
        )
    sim.state = after
    sim.save(update_fields=["state"])
    return sim


def _lock(sim: Sim) -> Sim:
    return Sim.objects.select_for_update().get(pk=sim.pk)

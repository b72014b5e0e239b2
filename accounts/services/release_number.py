"""Take a number from a subscription: it rests before somebody else may have it."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import NumberAssignment, ServiceNumber, Subscription
from accounts.services.standing import lock_subscription, refuse_a_day_that_passed
from core.errors import DomainError

State = ServiceNumber.State
QUARANTINE_DAYS = 90


@transaction.atomic
def release_number(
    subscription: Subscription,
    *,
    number: ServiceNumber,
    as_of: date,
    ends_on: date | None = None,
    ported_out_to: str = "",
) -> ServiceNumber:
    """End the assignment on `ends_on` (default today): the first day without the number.

    It rests for its pool's days (90 without a pool) from then on; with `ported_out_to` it goes to
    that operator instead. Where `ends_on` lies ahead, it stays assigned until `return_numbers`
    meets that day. Raises DomainError where the subscription doesn't have it.
    """
    subscription = lock_subscription(subscription)
    day = ends_on or as_of
    refuse_a_day_that_passed(day, as_of)
    number = ServiceNumber.objects.select_for_update().get(pk=number.pk)
    rows = subscription.numbers.filter(number=number)
    ahead = Q(during__endswith__isnull=True) | Q(during__endswith__gt=day)
    held = rows.filter(ahead).order_by("during").last()
    if held is None:
        raise DomainError(
            _("%(subscription)s does not have the number %(number)s on %(day)s.")
            % {"subscription": subscription, "number": number, "day": day}
        )
    end_assignment(held, day)
    if ported_out_to:
        number.ported_out_to, number.ported_out_on = ported_out_to, day
        number.save(update_fields=["ported_out_to", "ported_out_on"])
    if day <= as_of:
        put_away(number, day)
    return number


@transaction.atomic
def take_number_back(number: ServiceNumber, *, as_of: date) -> ServiceNumber:
    """A number that was ported out is ours again (its new owner gave it up): it rests first."""
    number = ServiceNumber.objects.select_for_update().get(pk=number.pk)
    if number.state != State.PORTED_OUT:
        raise DomainError(_("The number %(number)s was not ported out.") % {"number": number})
    number.state = State.QUARANTINED
    number.quarantined_until = as_of + timedelta(days=quarantine_days(number))
    number.save(update_fields=["state", "quarantined_until"])
    return number


@transaction.atomic
def retire_number(number: ServiceNumber) -> ServiceNumber:
    """Never give this number out again."""
    number = ServiceNumber.objects.select_for_update().get(pk=number.pk)
    if number.state not in {State.FREE, State.QUARANTINED}:
        raise DomainError(
            _("The number %(number)s is %(state)s and can't be retired.")
            % {"number": number, "state": number.get_state_display()}
        )
    number.state, number.quarantined_until = State.RETIRED, None
    number.save(update_fields=["state", "quarantined_until"])
    return number


def end_assignment(held: NumberAssignment, day: date) -> None:
    """End the assignment before `day`; one that had not begun goes."""
    if held.during.lower >= day:
        held.delete()
        return
    held.during = DateRange(held.during.lower, day)
    held.save(update_fields=["during"])


def put_away(number: ServiceNumber, day: date) -> None:
    """What becomes of a number that nobody has from `day` on: ported out, or resting."""
    if number.ported_out_on is not None and number.ported_out_on >= day:
        number.state = State.PORTED_OUT
    else:
        number.state = State.QUARANTINED
        number.quarantined_until = day + timedelta(days=quarantine_days(number))
    number.save(update_fields=["state", "quarantined_until"])


def quarantine_days(number: ServiceNumber) -> int:
    """For how many days the number rests."""
    return number.pool.quarantine_days if number.pool is not None else QUARANTINE_DAYS

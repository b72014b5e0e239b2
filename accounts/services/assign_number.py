"""Give a number to a subscription, and keep one for a customer who is deciding."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from accounts.models import NumberAssignment, ServiceNumber, Subscription
from accounts.services.standing import (
    lock_subscription,
    refuse_a_day_that_passed,
    refuse_unless_running,
)
from core.errors import DomainError

State = ServiceNumber.State


@transaction.atomic
def assign_number(
    subscription: Subscription,
    *,
    number: ServiceNumber,
    as_of: date,
    starts_on: date | None = None,
    ported_in_from: str = "",
) -> NumberAssignment:
    """Assign `number` from `starts_on` (default today, `as_of`) on.

    A number in quarantine goes back only to the account that had it last; one that was ported out
    comes back with `ported_in_from`, the operator that gives it. Raises DomainError where
    somebody has it, or it may not be given out.
    """
    subscription = lock_subscription(subscription)
    day = max(starts_on or as_of, subscription.starts_on)
    refuse_a_day_that_passed(starts_on or as_of, as_of)
    refuse_unless_running(subscription, day)
    number = ServiceNumber.objects.select_for_update().get(pk=number.pk)
    if number.brand_id != subscription.account.brand_id:
        raise DomainError(_("The number %(number)s is not there.") % {"number": number})
    _refuse_what_is_not_free(number, subscription, ported_in_from)
    try:
        with transaction.atomic():
            assignment = NumberAssignment.objects.create(
                number=number,
                subscription=subscription,
                during=DateRange(day, subscription.ends_on),
            )
    except IntegrityError as error:
        raise DomainError(
            _("Somebody has the number %(number)s on or after %(day)s.")
            % {"number": number, "day": day}
        ) from error
    number.state = State.ASSIGNED
    number.quarantined_until = number.reserved_until = None
    if ported_in_from:
        number.ported_in_from, number.ported_in_on = ported_in_from, day
        number.ported_out_on, number.ported_out_to = None, ""
    number.save()
    return assignment


@transaction.atomic
def reserve_number(number: ServiceNumber, *, until: date, as_of: date) -> ServiceNumber:
    """Keep a free number until before `until` for somebody who is deciding."""
    number = ServiceNumber.objects.select_for_update().get(pk=number.pk)
    if number.state != State.FREE:
        raise DomainError(
            _("The number %(number)s is %(state)s, not free.")
            % {"number": number, "state": number.get_state_display()}
        )
    if until <= as_of:
        raise DomainError(_("A reservation must end after today."))
    number.state, number.reserved_until = State.RESERVED, until
    number.save(update_fields=["state", "reserved_until"])
    return number


def _refuse_what_is_not_free(
    number: ServiceNumber, subscription: Subscription, ported_in_from: str
) -> None:
    if number.state in {State.FREE, State.RESERVED}:
        return
    if number.state == State.PORTED_OUT and ported_in_from:
        return
    if number.state == State.QUARANTINED:
        last = number.assignments.select_related("subscription").order_by("-during").first()
        if last is not None and last.subscription.account_id == subscription.account_id:
            return
        raise DomainError(
            _("The number %(number)s rests until %(day)s.")
            % {"number": number, "day": number.quarantined_until}
        )
    raise DomainError(
        _("The number %(number)s is %(state)s, not free.")
        % {"number": number, "state": number.get_state_display()}
    )

"""Cancel a subscription: what it costs, the notice, the end, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from accounts.models import Subscription, SubscriptionCancellation, SubscriptionTerm
from accounts.queries import term_on
from accounts.services.standing import (
    lock_subscription,
    refuse_a_day_that_passed,
    refuse_unless_running,
)
from catalog.termination import months_left, termination_of
from core.errors import DomainError
from core.money import round_money


@dataclass(frozen=True, slots=True)
class CancellationCosts:
    """What leaving on `effective_on` means; `fee` is in the account's currency, 0 where none.

    `earliest_on` is the first day on which it costs nothing and notice is kept. `months_left`
    counts a started month whole.
    """

    effective_on: date
    earliest_on: date
    notice_days: int
    bound_until: date | None
    months_left: int
    fee: Decimal
    currency: str

    def as_data(self) -> dict[str, Any]:
        """As it is kept with the cancellation."""
        return {
            "effective_on": str(self.effective_on),
            "earliest_on": str(self.earliest_on),
            "notice_days": self.notice_days,
            "bound_until": str(self.bound_until) if self.bound_until else None,
            "months_left": self.months_left,
            "fee": str(self.fee),
            "currency": self.currency,
        }


def cancellation_costs(
    subscription: Subscription, *, as_of: date, effective_on: date | None = None
) -> CancellationCosts:
    """What it costs to cancel; without a day, from the earliest that costs nothing. Stores nothing.

    Notice counts from today (`as_of`). The fee is by the version whose term was accepted: for
    each month left, or by its falling schedule. Rules: section 8 (a started month counts whole).
    """
    term = term_on(subscription, as_of)
    notice_days = term.notice_days if term else 0
    bound_until = term.bound_until if term else None
    earliest = max(as_of + timedelta(days=notice_days), bound_until or as_of)
    earliest = max(earliest, subscription.starts_on)
    day = effective_on or earliest
    months = months_left(day, bound_until) if bound_until else 0
    currency = subscription.account.currency
    fee = round_money(_fee(term, months), currency) if term and months else Decimal(0)
    return CancellationCosts(day, earliest, notice_days, bound_until, months, fee, currency)


@transaction.atomic
def cancel_subscription(
    subscription: Subscription,
    *,
    as_of: date,
    now: datetime,
    effective_on: date | None = None,
    reason: str = SubscriptionCancellation.Reason.OTHER,
    note: str = "",
    requested_by: str = "",
    accept_costs: bool = False,
    waive_notice: bool = False,
) -> SubscriptionCancellation:
    """End the subscription on `effective_on`, the first day without it, with its numbers and SIM.

    Default is the earliest day that costs nothing. Raises DomainError where notice isn't kept
    (unless `waive_notice`), where it is still bound (unless `accept_costs`), and where it is
    cancelled already. What leaving costs is kept with the row.
    """
    subscription = lock_subscription(subscription)
    costs = cancellation_costs(subscription, as_of=as_of, effective_on=effective_on)
    refuse_a_day_that_passed(costs.effective_on, as_of)
    if costs.effective_on < subscription.starts_on:
        raise DomainError(
            _("%(subscription)s starts on %(day)s and can't end before.")
            % {"subscription": subscription, "day": subscription.starts_on}
        )
    if subscription.ends_on is not None:
        refuse_unless_running(subscription, as_of)
        raise DomainError(
            _("%(subscription)s is cancelled from %(day)s on; take that back first.")
            % {"subscription": subscription, "day": subscription.ends_on}
        )
    _check_notice(costs, as_of, waive_notice=waive_notice)
    _check_binding(costs, accept_costs=accept_costs)
    _end(subscription, costs.effective_on)
    return SubscriptionCancellation.objects.create(
        subscription=subscription,
        requested_at=now,
        requested_by=requested_by,
        effective_on=costs.effective_on,
        reason=reason,
        note=note,
        costs=costs.as_data(),
    )


@transaction.atomic
def take_back_cancellation(
    subscription: Subscription, *, as_of: date, now: datetime
) -> Subscription:
    """Let a cancelled subscription go on, with the numbers and the SIM that ended with it.

    Raises DomainError where it isn't cancelled, has ended, or somebody else has its number.
    """
    subscription = lock_subscription(subscription)
    ends_on = subscription.ends_on
    if ends_on is None:
        raise DomainError(_("%(line)s is not cancelled.") % {"line": subscription})
    refuse_unless_running(subscription, as_of)
    for rows in (subscription.numbers, subscription.sims):
        for row in rows.filter(during__endswith=ends_on):
            row.during = DateRange(row.during.lower, None)
            row.save(update_fields=["during"])
    subscription.ends_on = None
    subscription.save(update_fields=["ends_on"])
    subscription.cancellations.filter(taken_back_at__isnull=True).update(taken_back_at=now)
    return subscription


def _check_notice(costs: CancellationCosts, as_of: date, *, waive_notice: bool) -> None:
    first = as_of + timedelta(days=costs.notice_days)
    if costs.effective_on < first and not waive_notice:
        raise DomainError(
            _("Notice of %(count)d days was agreed: the earliest end is %(day)s.")
            % {"count": costs.notice_days, "day": first}
        )


def _check_binding(costs: CancellationCosts, *, accept_costs: bool) -> None:
    if costs.months_left and not accept_costs:
        raise DomainError(
            _("It is bound until %(day)s; leaving before costs %(fee)s %(currency)s.")
            % {"day": costs.bound_until, "fee": costs.fee, "currency": costs.currency}
        )


def _end(subscription: Subscription, day: date) -> None:
    """End the subscription, its pauses, numbers and SIM there; what would begin later goes."""
    for rows in (subscription.numbers, subscription.sims, subscription.pauses):
        rows.filter(during__startswith__gte=day).delete()
        for row in rows.filter(during__contains=day):
            row.during = DateRange(row.during.lower, day)
            row.save(update_fields=["during"])
    subscription.ends_on = day
    subscription.save(update_fields=["ends_on"])


def _fee(term: SubscriptionTerm, left: int) -> Decimal:
    if term.plan_version is None:
        return Decimal(0)
    return termination_of(term.plan_version).fee(left, term.months)

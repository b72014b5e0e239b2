"""The customer accepts an order: the record says who, when, how, and of which text."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Acceptance, Account, Order, Person
from accounts.queries import today_of
from accounts.services.move_order import move_order
from core.errors import DomainError

# Directive 2011/83/EU, article 9: consumers may withdraw from distance contracts.
WITHDRAWAL_DAYS = 14
AT_A_DISTANCE = {
    Acceptance.Method.PORTAL,
    Acceptance.Method.PHONE,
    Acceptance.Method.EMAIL,
    Acceptance.Method.LETTER,
}


@transaction.atomic
def accept_order(
    order: Order,
    *,
    accepted_by: str,
    method: str,
    now: datetime,
    sha256: str,
    person: Person | None = None,
    evidence: str = "",
    ip_address: str | None = None,
) -> Acceptance:
    """Record the acceptance of the summary whose hash is `sha256`: the one that was shown.

    A consumer who accepts at a distance may withdraw for 14 days after that day. Raises
    DomainError where another summary has been made since, or nobody is named.
    """
    if not accepted_by.strip():
        raise DomainError(_("Name who accepts."))
    if method not in Acceptance.Method.values:
        raise DomainError(_("Nobody knows the way %(method)s.") % {"method": method})
    order = move_order(order, Order.State.ACCEPTED)
    summary = order.summaries.order_by("id").last()
    if summary is None or summary.sha256 != sha256:
        raise DomainError(_("What was shown is not what the order says now: show it again."))
    may_withdraw = order.account.kind == Account.Kind.CONSUMER and method in AT_A_DISTANCE
    today = today_of(order.account.brand, now)
    return Acceptance.objects.create(
        order=order,
        summary=summary,
        accepted_at=now,
        accepted_by=accepted_by.strip(),
        person=person,
        method=method,
        evidence=evidence,
        ip_address=ip_address,
        language=summary.language,
        withdrawal_until=today + timedelta(days=WITHDRAWAL_DAYS) if may_withdraw else None,
    )

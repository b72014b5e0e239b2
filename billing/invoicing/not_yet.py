"""What accounts may ask for that a bill run can't do yet: they are parked, never billed wrongly."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from accounts.models import Account
from billing.invoicing.facts import Family, SubscriptionFacts
from core.errors import DomainError


def refuse_what_is_not_billed_yet(family: Family, bill_date: date) -> None:
    """Raise DomainError with everything of this account that a bill run can't do yet."""
    reasons = [*_of_account(family.top)]
    for facts in family.subscriptions:
        reasons += _of_subscription(facts, bill_date)
    if reasons:
        raise DomainError("; ".join(dict.fromkeys(reasons)))


def _of_account(account: Account) -> Iterator[str]:
    if account.invoice_months != 1:
        yield f"invoices of {account.invoice_months} months can't be made yet"
    if account.streams != Account.Streams.ONE:
        yield "recurring charges and add-ons on invoices of their own can't be made yet"


def _of_subscription(facts: SubscriptionFacts, bill_date: date) -> Iterator[str]:
    for cancellation in facts.subscription.cancellations.all():
        is_seen = cancellation.effective_on <= bill_date and cancellation.taken_back_at is None
        if is_seen and Decimal(cancellation.costs.get("fee", "0")):
            yield (
                f"the fee for leaving {facts.subscription.code} early,"
                f" {cancellation.costs['fee']}, can't be billed yet"
            )

"""Parks accounts that can't be billed exactly yet, before anything of them is calculated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from accounts.models import Account
from billing.invoicing.catalogue import Catalogue
from billing.invoicing.facts import Family, SubscriptionFacts
from billing.invoicing.recurring import Segment
from billing.invoicing.unpriced import (
    Window,
    bound_months,
    refuse_bundles,
    refuse_early_end,
    refuse_unpriced,
)
from core.errors import DomainError
from core.periods import next_anchor


def refuse_what_cannot_be_billed(family: Family, catalogue: Catalogue, bill_date: date) -> None:
    """Raise DomainError with what a bill run can't do yet for this account, in plain words."""
    reasons = [*_of_account(family.top)]
    for facts in family.subscriptions:
        reasons += _of_subscription(facts, bill_date)
    if reasons:
        raise DomainError("; ".join(dict.fromkeys(reasons)))
    _refuse_what_has_no_price(family, catalogue, bill_date)


def _refuse_what_has_no_price(family: Family, catalogue: Catalogue, bill_date: date) -> None:
    """Raise DomainError, naming plan and feature, if something can't be billed exactly yet.

    What was billed elsewhere before an account came is left alone. Asks the database only where
    a service with a fee for leaving early has ended.
    """
    if not catalogue.unpriced and not catalogue.bundles:
        return
    horizon = next_anchor(bill_date, family.top.bill_day)
    for facts in family.subscriptions:
        window = Window(facts.account.billed_until or date.min, bill_date, horizon)
        for segment in facts.segments:
            terms = catalogue.unpriced.get(facts.plan_of_segment[segment.key])
            if not terms:
                continue
            refuse_unpriced(terms, segment, window)
            months = bound_months(terms, segment, window) if _leaves(facts, segment) else 0
            if months:
                agreed = None if facts.names_add_on(segment) else _agreed_end(facts, segment)
                refuse_early_end(terms[0].plan_code, segment, months, agreed)
    for account in family.members if catalogue.bundles else ():
        held = [
            (segment, plan_id, catalogue.product_of_plan[plan_id].pk)
            for facts in family.subscriptions
            if facts.account == account
            for segment in facts.segments
            for plan_id in (facts.plan_of_segment[segment.key],)
        ]
        window = Window(account.billed_until or date.min, bill_date, horizon)
        refuse_bundles(catalogue.bundles, held, window)


def _leaves(facts: SubscriptionFacts, segment: Segment) -> bool:
    """Whether the service ends with the stretch; a change to another plan is no leaving."""
    return bool(facts.names_add_on(segment)) or segment.end == facts.subscription.ends_on


def _agreed_end(facts: SubscriptionFacts, segment: Segment) -> date | None:
    """Until when the subscription is bound as it was agreed; None: nothing was noted."""
    assert segment.end is not None
    begun = [term for term in facts.subscription.terms.all() if term.bound_from <= segment.end]
    term = max(begun, key=lambda term: (term.bound_from, -term.pk), default=None)
    return term.bound_until if term else None


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

"""Parks accounts that can't be billed exactly yet, before anything of them is calculated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from accounts.models import Account
from billing.invoicing.catalogue import Catalogue
from billing.invoicing.facts import Family
from billing.invoicing.unpriced import (
    Window,
    refuse_unpriced,
)
from core.errors import DomainError
from core.periods import next_anchor


def refuse_what_cannot_be_billed(family: Family, catalogue: Catalogue, bill_date: date) -> None:
    """Raise DomainError with what a bill run can't do yet for this account, in plain words."""
    reasons = [*_of_account(family.top)]
    if reasons:
        raise DomainError("; ".join(dict.fromkeys(reasons)))
    _refuse_what_has_no_price(family, catalogue, bill_date)


def _refuse_what_has_no_price(family: Family, catalogue: Catalogue, bill_date: date) -> None:
    """Raise DomainError, naming plan and feature, if something can't be billed exactly yet.

    What was billed elsewhere before an account came is left alone.
    """
    if not catalogue.unpriced:
        return
    horizon = next_anchor(bill_date, family.top.bill_day)
    for facts in family.subscriptions:
        window = Window(facts.account.billed_until or date.min, bill_date, horizon)
        for segment in facts.segments:
            terms = catalogue.unpriced.get(facts.plan_of_segment[segment.key])
            if not terms:
                continue
            refuse_unpriced(terms, segment, window)


def _of_account(account: Account) -> Iterator[str]:
    if account.streams != Account.Streams.ONE:
        yield "recurring charges and add-ons on invoices of their own can't be made yet"

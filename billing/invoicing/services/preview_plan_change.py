"""Preview a plan change: the very lines that it will bring on the next invoice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import Subscription
from accounts.services.change_plan import PlanChange, When, change_plan
from billing.invoicing.live.changed_bill import ChangedBill, changed_bill
from billing.invoicing.live.running_bill import running_bill
from catalog.models import Plan
from core.periods import local_date


@dataclass(frozen=True, slots=True)
class PlanChangePreview:
    """What the change is, and what it does to the next invoice."""

    change: PlanChange
    bill: ChangedBill


def preview_plan_change(
    subscription: Subscription, *, plan: Plan, when: When, now: datetime, language: str = ""
) -> PlanChangePreview:
    """Carry the change out, see the next invoice, and undo it all: nothing is kept.

    The same calculation makes the invoice later, so these are its lines. Raises DomainError where
    the plan can't be had. Rules: section 4.
    """
    account = subscription.account
    as_of = local_date(now, account.brand.zone)
    with transaction.atomic():
        before = running_bill(account, now=now, language=language)
        change = change_plan(subscription, plan=plan, when=when, as_of=as_of)
        after = running_bill(account, now=now, language=language)
        transaction.set_rollback(True)
    return PlanChangePreview(change, changed_bill(before, after))

"""Decide, under the account's lock, whether an account is reminded of what it owes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import Account, Message
from accounts.queries import billing_address_of, language_of
from accounts.services.queue_message import queue_message
from billing.invoicing.models import OpenItem
from core.errors import DomainError
from core.formatting import format_money
from dunning.models import DunningAction
from dunning.policy import REMINDER, reminded_from, step_due
from dunning.queries import late_items_of, open_sum, overdue_items, reminders_of
from dunning.services.write_reminder import EVENT, write_reminder
from payments.services.lock_accounts import lock_accounts


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was decided for one account. `reason` says why there is no message.

    `needs_person`: it stays unreminded until somebody mends something.
    """

    account: Account
    amount: Decimal
    message: Message | None = None
    reason: str = ""
    needs_person: bool = False


def remind_account(account_id: int, *, as_of: date, at: datetime) -> Outcome:
    """Queue one e-mail about all invoices whose reminder is due, and note the step for each.

    Each invoice is reminded of once; the minimum counts for all that the account is overdue with.
    Decision, message and steps are one transaction; before sending it is decided again.
    """
    with transaction.atomic():
        account = lock_accounts([account_id])[account_id]
        brand = account.brand
        late = late_items_of(account_id, as_of)
        if not late:
            return Outcome(account, Decimal(0), reason="paid while this ran")
        overdue = overdue_items(late, as_of, brand.reminder_days_after_due)
        if not overdue:
            first_day = reminded_from(late[0].due_date, brand.reminder_days_after_due)
            return Outcome(account, open_sum(late), reason=f"not before {first_day}")
        amount = open_sum(overdue)
        if not _is_step_due(overdue[0], amount, as_of):
            minimum = format_money(brand.minimum_open_amount, account.currency, "en")
            return Outcome(account, amount, reason=f"less than the {minimum} worth a reminder")
        taken = reminders_of([item.invoice_id for item in overdue])
        new = [item for item in overdue if item.invoice_id not in taken]
        if not new:
            return _reminded_before(account, amount, list(taken.values()))
        try:
            return _queue(account, new, amount, as_of, at)
        except DomainError as error:
            return Outcome(account, amount, reason=str(error), needs_person=True)


def _is_step_due(item: OpenItem, amount: Decimal, as_of: date) -> bool:
    brand = item.account.brand
    step = step_due(
        due_date=item.due_date,
        as_of=as_of,
        open_amount=amount,
        minimum_open_amount=brand.minimum_open_amount,
        days_after_due=brand.reminder_days_after_due,
    )
    return step is not None


def _reminded_before(account: Account, amount: Decimal, taken: list[DunningAction]) -> Outcome:
    for action in taken:
        if action.message.state in (Message.State.FAILED, Message.State.BOUNCED):
            why = action.message.delivery_detail or action.message.error
            reason = f"its reminder could not be delivered: {why}"
            return Outcome(account, amount, reason=reason, needs_person=True)
    day = max(action.as_of for action in taken)
    return Outcome(account, amount, reason=f"reminded before, for {day}")


def _queue(
    account: Account, items: list[OpenItem], amount: Decimal, as_of: date, at: datetime
) -> Outcome:
    to_address = billing_address_of(account)
    if not to_address:
        reason = "no e-mail address: give the account one"
        return Outcome(account, amount, reason=reason, needs_person=True)
    language = language_of(account)
    message = queue_message(
        account=account,
        event=EVENT,
        language=language,
        to_address=to_address,
        content=write_reminder(account, items, language),
        unique_key=f"{EVENT}:{account.pk}:{as_of}:{items[0].invoice_id}",
        queued_at=at,
    )
    if message is None:
        return Outcome(account, amount, reason=f"reminded before, for {as_of}")
    DunningAction.objects.bulk_create(
        DunningAction(
            invoice_id=item.invoice_id,
            step=REMINDER,
            as_of=as_of,
            open_amount=item.open_amount,
            message=message,
            decided_at=at,
        )
        for item in items
    )
    return Outcome(account, amount, message=message)

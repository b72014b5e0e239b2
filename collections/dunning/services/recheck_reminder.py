"""Decide again, in the sending transaction: who has paid meanwhile is not reminded."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Message
from accounts.services.recheck_message import ReasonGoneError, recheck
from accounts.services.render_message import MessageContent
from dunning.models import DunningAction
from dunning.policy import step_due
from dunning.queries import late_items_of, open_sum, overdue_items
from dunning.services.write_reminder import EVENT, write_reminder
from payments.services.lock_accounts import lock_accounts


@recheck(EVENT)
def recheck_reminder(message: Message, _at: datetime) -> MessageContent:
    """The reminder with what is open now; raises ReasonGoneError if that asks for none.

    The account is locked, so a payment comes either before (and is seen here) or after the
    message. The step of an invoice that was paid is taken back: nothing was said about it.
    """
    owner = message.account_id
    if owner is None:
        raise ReasonGoneError("The reminder is of no account.")
    account = lock_accounts([owner])[owner]
    brand = account.brand
    actions = {action.invoice_id: action for action in message.dunning_actions.all()}
    as_of = max(action.as_of for action in actions.values())
    late = late_items_of(account.pk, as_of)
    overdue = overdue_items(late, as_of, brand.reminder_days_after_due)
    items = [item for item in overdue if item.invoice_id in actions]
    is_due = items and step_due(
        due_date=items[0].due_date,
        as_of=as_of,
        open_amount=open_sum(overdue),
        minimum_open_amount=brand.minimum_open_amount,
        days_after_due=brand.reminder_days_after_due,
    )
    still_open = {item.invoice_id for item in items} if is_due else set()
    DunningAction.objects.filter(message=message).exclude(invoice__in=still_open).delete()
    if not is_due:
        raise ReasonGoneError("The bills were paid, or too little is left, before it was sent.")
    return write_reminder(account, items, message.language)

"""Name the account of money that matched nobody."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from accounts.models import Account
from accounts.queries import top_account
from billing.ledger.services.post_entry import NewPosting, post_entry
from core.errors import DomainError
from payments.models import Payment
from payments.services.apply_credit import apply_credit
from payments.services.lock_accounts import lock_accounts
from payments.services.tell_payments import tell_payments


def assign_payment(payment_id: int, account: Account, *, on: date, at: datetime) -> Payment:
    """Give an unmatched payment to an account and pay what that owes, oldest due first.

    The money moves in the books from unapplied money to the account's receivables, dated `on`.
    Raises DomainError if the payment has an account already, or belongs to another legal entity
    or currency, or the account's bills go to a parent.
    """
    with transaction.atomic():
        account = lock_accounts([account.pk])[account.pk]
        payment = Payment.objects.select_for_update(no_key=True).get(pk=payment_id)
        _refuse_unfit(payment, account)
        payment.account = account
        payment.brand = account.brand
        payment.save(update_fields=["account", "brand"])
        post_entry(
            legal_entity=account.brand.legal_entity,
            brand=account.brand,
            date=on,
            source="payment_assignment",
            source_id=payment.pk,
            description=f"Payment {payment.provider_reference} assigned to {account.number}",
            postings=[
                NewPosting("unapplied", payment.amount, payment.currency),
                NewPosting("receivable", -payment.amount, payment.currency, account.pk),
            ],
            posted_at=at,
        )
        apply_credit([account.pk], at=at)
        payment.refresh_from_db()
        tell_payments([payment], now=at)
    return payment


def _refuse_unfit(payment: Payment, account: Account) -> None:
    if payment.account_id is not None:
        raise DomainError(f"This payment belongs to account {payment.account} already.")
    if payment.legal_entity_id != account.brand.legal_entity_id:
        raise DomainError(
            f"The money came to {payment.legal_entity}, but account {account.number} is a "
            f"customer of {account.brand.legal_entity}; choose an account of the former."
        )
    if payment.currency != account.currency:
        raise DomainError(
            f"The payment is in {payment.currency}, account {account.number} in "
            f"{account.currency}; choose an account in {payment.currency}."
        )
    payer = top_account(account)
    if payer.pk != account.pk:
        raise DomainError(
            f"Account {account.number} bills to account {payer.number}; choose that one."
        )

"""Credit an invoice at once within the brand's limit, else ask a second person."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import Account
from billing.invoicing.approval_kinds import CREDIT_INVOICE, payload_of
from billing.invoicing.models import Invoice
from billing.invoicing.services.credit_invoice import Wish, credit_invoice, preview_credit
from core.models import Approval, User
from core.periods import local_date
from core.services.request_approval import request_approval


def needs_approval(invoice: Invoice, amount: Decimal) -> bool:
    """Whether credit of that amount, with what the invoice was credited before, is beyond the
    brand's limit; amounts include tax and are positive."""
    notes = invoice.corrections.filter(state=Invoice.State.ISSUED, live=True)
    before = -sum((note.total for note in notes), Decimal(0))
    return before + amount > invoice.brand.credit_without_approval


@transaction.atomic
def ask_for_credit(
    invoice: Invoice, wish: Wish, *, reason: str, by: User, now: datetime
) -> Invoice | Approval:
    """The credit note, or the request that a second person decides. Raises DomainError where there
    is no reason, or less is left than wished."""
    Account.objects.select_for_update(no_key=True).get(pk=invoice.account_id)
    made = preview_credit(invoice, wish)
    if needs_approval(invoice, -made.total):
        return request_approval(
            CREDIT_INVOICE,
            subject=invoice,
            brand=invoice.brand,
            requested_by=by,
            reason=reason,
            now=now,
            payload=payload_of(wish),
        )
    as_of = local_date(now, invoice.brand.zone)
    return credit_invoice(invoice, wish, reason=reason, as_of=as_of, now=now)

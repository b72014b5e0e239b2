"""What a second person decides about invoices: credit beyond the brand's limit."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from billing.invoicing.models import Invoice, InvoiceLine
from billing.invoicing.services.credit_invoice import Wish, credit_invoice, left_of, preview_credit
from core.approvals import Effect, approval_kind
from core.formatting import format_money
from core.models import Approval
from core.periods import local_date

CREDIT_INVOICE = "credit_invoice"


@approval_kind(CREDIT_INVOICE, permission="billing.approve_credit")
class CreditInvoice:
    """Issue a credit note for an invoice."""

    title = "Credit an invoice"

    def effect(self, subject: Invoice, payload: Mapping[str, Any]) -> Effect:
        """Each line that gets credit, before and after; the money includes tax."""
        made = preview_credit(subject, wish_of(payload))
        left = {line.line_id: line.left for line in left_of(subject)[0]}
        named = InvoiceLine.objects.in_bulk(made.amounts)
        rows = [
            (
                f"{named[pk].position}. {named[pk].description}",
                format_money(left[pk], subject.currency, "en"),
                format_money(left[pk] + amount, subject.currency, "en"),
            )
            for pk, amount in sorted(made.amounts.items(), key=lambda item: named[item[0]].position)
        ]
        return Effect(
            summary=f"Credit on invoice {subject.number} of account {subject.account.number}",
            rows=rows,
            money=made.total,
            currency=subject.currency,
        )

    def fingerprint(self, subject: Invoice, payload: Mapping[str, Any]) -> str:
        """What is left of the invoice, and what is wished of it."""
        lines, tax = left_of(subject)
        facts = (sorted((line.line_id, line.left) for line in lines), sorted(tax.items()))
        return hashlib.sha256(repr((facts, sorted(payload.items()))).encode()).hexdigest()

    def carry_out(self, approval: Approval, now: datetime) -> Invoice:
        """Issue the credit note, dated today in the brand's zone."""
        invoice: Any = approval.subject
        return credit_invoice(
            invoice,
            wish_of(approval.payload),
            reason=approval.reason,
            as_of=local_date(now, invoice.brand.zone),
            now=now,
        )


def payload_of(wish: Wish) -> dict[str, Any]:
    """A wish as it is kept with a request."""
    payload: dict[str, Any] = {}
    if wish.lines is not None:
        payload["lines"] = {str(pk): str(amount) for pk, amount in sorted(wish.lines.items())}
    if wish.amount is not None:
        payload["amount"] = str(wish.amount)
    return payload


def wish_of(payload: Mapping[str, Any]) -> Wish:
    """The wish that was kept."""
    lines, amount = payload.get("lines"), payload.get("amount")
    return Wish(
        {int(pk): Decimal(text) for pk, text in lines.items()} if lines is not None else None,
        Decimal(amount) if amount is not None else None,
    )

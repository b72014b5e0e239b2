"""What a second person decides about invoices: bill runs, credit beyond the brand's limit."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from billing.invoicing.models import BillRun, BillRunAccount, Invoice, InvoiceLine
from billing.invoicing.run_hash import run_hash
from billing.invoicing.services.credit_invoice import Wish, credit_invoice, left_of, preview_credit
from billing.invoicing.services.publish_run import CHANGED, approve_run
from core.approvals import Effect, approval_kind
from core.errors import DomainError
from core.formatting import format_money
from core.models import Approval
from core.periods import local_date

CREDIT_INVOICE = "credit_invoice"
PUBLISH_RUN = "publish_run"


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


@approval_kind(PUBLISH_RUN, permission="billing.approve_billrun")
class PublishRun:
    """Let the invoices of a bill run be issued, exactly as they are."""

    title = "Publish a bill run"

    def effect(self, subject: BillRun, payload: Mapping[str, Any]) -> Effect:
        """Counts and sums, beside those of the run before; DomainError unless it is in review."""
        if subject.state != BillRun.State.REVIEW:
            raise DomainError(CHANGED)
        before = (
            BillRun.objects.filter(brand=subject.brand, bill_date__lt=subject.bill_date)
            .filter(state=BillRun.State.PUBLISHED)
            .order_by("-bill_date")
            .first()
        )
        currency = subject.brand.currency
        left_out = (BillRunAccount.State.PARKED, BillRunAccount.State.HELD)
        rows = [("Invoices", _count(before, "invoices_total"), str(subject.invoices_total))]
        rows += [
            (
                label,
                format_money(getattr(before, name), currency, "en") if before else "–",
                format_money(getattr(subject, name), currency, "en"),
            )
            for label, name in (("Net", "net_total"), ("Tax", "tax_total"), ("Total", "total"))
        ]
        rows.append(
            (
                "Accounts left out",
                str(before.accounts.filter(state__in=left_out).count()) if before else "–",
                str(subject.accounts.filter(state__in=left_out).count()),
            )
        )
        return Effect(
            summary=f"{subject.invoices_total} invoices of {subject.brand}, {subject.bill_date}",
            rows=rows,
            money=subject.total,
            currency=currency,
        )

    def fingerprint(self, subject: BillRun, payload: Mapping[str, Any]) -> str:
        """The digest of the invoices, while they wait to be approved."""
        return run_hash(subject) if subject.state == BillRun.State.REVIEW else subject.state

    def carry_out(self, approval: Approval, now: datetime) -> BillRun:
        """Approve the run; who publishes it then is another question."""
        run: Any = approval.subject
        assert approval.decided_by is not None
        return approve_run(run, by=approval.decided_by, now=now)


def _count(run: BillRun | None, name: str) -> str:
    return str(getattr(run, name)) if run else "–"


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

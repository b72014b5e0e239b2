"""Issued bills to be paid: an invoice, its open item and its entry in the books, without lines."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import Account
from billing.invoicing.models import Invoice, OpenItem
from billing.invoicing.references import payment_reference
from billing.invoicing.snapshots import recipient_of, seller_of
from billing.ledger.services.post_entry import NewPosting, post_entry
from core.models import NumberSeries
from payments.models import Payment
from payments.services.import_payments import import_payments

ISSUED_AT = datetime(2026, 11, 1, 6, 0, tzinfo=UTC)
PAID_AT = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)


def make_bill(
    account: Account,
    total: str = "905.07",
    *,
    due: date = date(2026, 11, 16),
    period_end: date = date(2026, 11, 1),
    **fields: Any,
) -> Invoice:
    """An issued invoice, or with a negative total a credit note, open in full."""
    amount = Decimal(total)
    brand = account.brand
    series = NumberSeries.objects.get(pk=brand.series_id)
    reference = payment_reference(brand.reference_kind, account.pk, account.invoices.count() + 1)
    invoice = Invoice.objects.create(
        legal_entity=brand.legal_entity,
        brand=brand,
        account=account,
        document="invoice" if amount >= 0 else "credit_note",
        kind="off_cycle",
        series=series,
        period_start=period_end - timedelta(days=31),
        period_end=period_end,
        currency=account.currency,
        price_mode=brand.price_mode,
        language=brand.default_language,
        reference=fields.pop("reference", reference),
        terms_days=14,
        seller=seller_of(brand, brand.default_language),
        recipient=recipient_of(account),
        net_total=amount,
        tax_total=Decimal(0),
        total=amount,
    )
    issue(invoice, series, due)
    return invoice


def issue(invoice: Invoice, series: NumberSeries, due: date) -> None:
    """Number the draft, open it, and book it as revenue."""
    invoice.state = "issued"
    invoice.sequence = series.next_number
    invoice.number = f"{series.prefix}{series.next_number}"
    invoice.issue_date = invoice.period_end
    invoice.due_date = due
    invoice.issued_at = ISSUED_AT
    invoice.save()
    series.next_number += 1
    series.save()
    OpenItem.objects.create(
        invoice=invoice,
        account=invoice.account,
        currency=invoice.currency,
        due_date=due,
        total=invoice.total,
        open_amount=invoice.total,
    )
    if invoice.total:
        post_entry(
            legal_entity=invoice.legal_entity,
            brand=invoice.brand,
            date=invoice.period_end,
            source="invoice",
            source_id=invoice.pk,
            description=f"Invoice {invoice.number}",
            postings=[
                NewPosting("receivable", invoice.total, invoice.currency, invoice.account_id),
                NewPosting("revenue", -invoice.total, invoice.currency),
            ],
            posted_at=ISSUED_AT,
        )


def pay(
    invoice: Invoice,
    amount: str = "",
    transaction: str = "B-1",
    day: str = "2026-11-12",
    at: datetime = PAID_AT,
) -> Payment:
    """Money for the invoice, come in by a bank file; without `amount` in full."""
    content = (
        "date,amount,currency,reference,transaction_id\n"
        f"{day},{amount or invoice.total},{invoice.currency},{invoice.reference},{transaction}\n"
    )
    import_payments(f"{transaction}.csv", content.encode(), clock=lambda: at)
    return Payment.objects.get(provider_reference=transaction)


def number_of(invoice: Invoice) -> str:
    """The number of an issued invoice."""
    assert invoice.number is not None
    return invoice.number


def open_amount(invoice: Invoice) -> Decimal:
    """What is open on the invoice now."""
    return OpenItem.objects.get(invoice=invoice).open_amount

"""Issue drafts: number them without gaps, freeze them, post them, tell the apps above."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import connection, transaction

from billing.invoicing.due_dates import due_date
from billing.invoicing.models import BillRun, BillRunAccount, Invoice, OpenItem
from billing.ledger.models import LedgerAccount
from billing.ledger.services.post_entry import NewEntry, NewPosting, post_entries
from billing.signals import invoice_issued
from core.models.organisation import NumberSeries
from core.services.record_event import record_events

Kind = LedgerAccount.Kind


def issue_invoices(run: BillRun, draft_ids: Sequence[int], *, now: datetime) -> list[Invoice]:
    """Issue these drafts in the order of their accounts' numbers, in one short transaction.

    The series' counter is locked last; a rollback gives the numbers back. The issue date is the
    bill date, or the series' last issue date if that is later, so dates never decrease.
    """
    with transaction.atomic():
        drafts = list(
            Invoice.objects.select_for_update(of=("self",))
            .filter(pk__in=draft_ids, state=Invoice.State.DRAFT)
            .select_related("brand", "legal_entity", "account")
            .prefetch_related("lines", "taxes")
            .order_by("account__number")
        )
        if not drafts:
            return []
        series = NumberSeries.objects.select_for_update().get(pk=run.brand.series_id)
        issue_date = max(filter(None, (run.bill_date, series.last_issue_date)))
        for invoice in drafts:
            number_invoice(invoice, series, issue_date, now=now)
        series.save(update_fields=["next_number", "last_issue_date"])
        _store_numbers(drafts)
        OpenItem.objects.bulk_create(open_item(invoice) for invoice in drafts)
        post_entries([entry_of(invoice) for invoice in drafts], posted_at=now)
        BillRunAccount.objects.filter(invoice__in=drafts).update(state=BillRunAccount.State.ISSUED)
        record_events("invoice.issued", brand=run.brand, news=news_of(drafts), now=now)
        invoice_issued.send(sender=Invoice, invoice_ids=[invoice.pk for invoice in drafts], now=now)
    return drafts


def news_of(invoices: Sequence[Invoice]) -> list[tuple[int, dict[str, object]]]:
    """What other systems are told about issued invoices, by account."""
    return [
        (
            invoice.account_id,
            {
                "invoice_id": invoice.pk,
                "number": invoice.number,
                "total": str(invoice.total),
                "currency": invoice.currency,
                "due_date": str(invoice.due_date),
            },
        )
        for invoice in invoices
    ]


def number_invoice(
    invoice: Invoice, series: NumberSeries, issue_date: date, *, now: datetime
) -> None:
    """Give a draft the series' next number and its dates; the caller stores both rows."""
    invoice.series = series
    invoice.sequence = series.next_number
    invoice.number = f"{series.prefix}{series.next_number}"
    invoice.issue_date = issue_date
    invoice.issued_at = now
    invoice.due_date = due_date(
        issue_date,
        invoice.terms_days,
        country=invoice.legal_entity.country,
        on_bank_day=invoice.brand.due_date_on_bank_day,
    )
    invoice.state = Invoice.State.ISSUED
    series.next_number += 1
    series.last_issue_date = issue_date


def _store_numbers(invoices: Sequence[Invoice]) -> None:
    """One statement for all: a CASE for each column and row would cost ten times as much."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE billing_invoice i
            SET state = 'issued', series_id = n.series_id, sequence = n.sequence,
                number = n.number, issue_date = n.issue_date, due_date = n.due_date,
                issued_at = n.issued_at
            FROM unnest(
                %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::date[], %s::date[],
                %s::timestamptz[]
            ) AS n (id, series_id, sequence, number, issue_date, due_date, issued_at)
            WHERE i.id = n.id
            """,
            [
                [invoice.pk for invoice in invoices],
                [invoice.series_id for invoice in invoices],
                [invoice.sequence for invoice in invoices],
                [invoice.number for invoice in invoices],
                [invoice.issue_date for invoice in invoices],
                [invoice.due_date for invoice in invoices],
                [invoice.issued_at for invoice in invoices],
            ],
        )


def open_item(invoice: Invoice) -> OpenItem:
    """What is owed on a fresh invoice: all of it."""
    assert invoice.due_date is not None
    return OpenItem(
        invoice=invoice,
        account=invoice.account,
        currency=invoice.currency,
        due_date=invoice.due_date,
        total=invoice.total,
        open_amount=invoice.total,
    )


def entry_of(invoice: Invoice) -> NewEntry:
    """The invoice in the books: the receivable against revenue by account and tax."""
    assert invoice.issue_date is not None
    revenue: dict[str, Decimal] = {}
    for line in invoice.lines.all():
        code = line.revenue_account
        revenue[code] = revenue.get(code, Decimal(0)) + line.net
    postings = [
        NewPosting(Kind.RECEIVABLE, invoice.total, invoice.currency, invoice.account_id),
        *(
            NewPosting(Kind.REVENUE, -net, invoice.currency, None, code)
            for code, net in sorted(revenue.items())
        ),
        *(NewPosting(Kind.TAX, -tax.tax, invoice.currency) for tax in invoice.taxes.all()),
    ]
    return NewEntry(
        legal_entity=invoice.legal_entity,
        brand=invoice.brand,
        date=invoice.issue_date,
        source="invoice",
        source_id=invoice.pk,
        description=f"{invoice.get_document_display().capitalize()} {invoice.number}",
        postings=postings,
    )

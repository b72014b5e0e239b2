"""Take back an import of opening balances: what is still open goes, in the books as well."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from decimal import Decimal

from django.apps import apps
from django.db import transaction

from accounts.models import Account
from billing.invoicing.models import Invoice, OpeningBalance, OpenItem
from billing.invoicing.services.take_over_invoices import book_openings
from billing.signals import openings_taken_back
from core.errors import DomainError
from core.models import ImportBatch


def take_back_invoices(batch: ImportBatch, *, now: datetime) -> int:
    """Close every opening invoice of the batch with its opposite; returns how many.

    Both stay in the books, dated as they were taken over, and are no longer live: their numbers
    may be taken over again. Raises DomainError where money came in on them since, or a credit of
    them paid an invoice issued here.
    """
    with transaction.atomic():
        openings = list(_openings_of(batch))
        account_ids = sorted({opening.invoice.account_id for opening in openings})
        list(
            Account.objects.select_for_update(no_key=True)
            .filter(pk__in=account_ids)
            .order_by("pk")
            .values_list("pk")
        )
        items = {
            item.invoice_id: item
            for item in OpenItem.objects.select_for_update().filter(
                invoice__in=[opening.invoice_id for opening in openings]
            )
        }
        _refuse_settled(openings, items)
        Invoice.objects.filter(pk__in=items, live=True).update(live=False)
        left = [opening for opening in openings if items[opening.invoice_id].open_amount]
        mirrors = Invoice.objects.bulk_create(
            _opposite(opening.invoice, items[opening.invoice_id].open_amount, now)
            for opening in left
        )
        OpeningBalance.objects.bulk_create(
            OpeningBalance(
                invoice=mirror,
                original_total=-opening.original_total,
                taken_over_on=opening.taken_over_on,
                text=f"Import {batch.pk} taken back",
                source=opening.source,
                reverses=opening.invoice,
            )
            for mirror, opening in zip(mirrors, left, strict=True)
        )
        if left:
            # All of one import were taken over on one day.
            book_openings(mirrors, left[0].taken_over_on, now)
            pairs = [
                (mirror.pk, opening.invoice_id)
                for mirror, opening in zip(mirrors, left, strict=True)
            ]
            openings_taken_back.send(sender=Invoice, pairs=pairs, now=now)
    return len(openings)


def _openings_of(batch: ImportBatch) -> list[OpeningBalance]:
    """The rows that the import added and that still count, by the history of its changes."""
    events = apps.get_model("billing", "OpeningBalanceEvent")._default_manager.filter(
        pgh_context__metadata__batch=batch.pk, pgh_label="insert"
    )
    return list(
        OpeningBalance.objects.filter(
            pk__in=events.values("pgh_obj_id"), invoice__live=True
        ).select_related("invoice__account", "invoice__brand", "invoice__legal_entity")
    )


def _refuse_settled(openings: list[OpeningBalance], items: dict[int, OpenItem]) -> None:
    """What credits and invoices of one import settled among themselves leaves their sum alone."""
    settled: dict[str, Decimal] = defaultdict(Decimal)
    for opening in openings:
        item = items[opening.invoice_id]
        settled[opening.invoice.account.number] += item.total - item.open_amount
    moved = sorted(number for number, amount in settled.items() if amount)
    if moved:
        shown = ", ".join(moved[:10]) + (f" and {len(moved) - 10} more" if moved[10:] else "")
        raise DomainError(
            f"Money moved on what was taken over since, of accounts {shown}; correct these "
            f"balances one by one instead of taking the import back."
        )


def _opposite(invoice: Invoice, open_amount: Decimal, now: datetime) -> Invoice:
    opposite = Invoice(
        **{
            field.attname: getattr(invoice, field.attname)
            for field in Invoice._meta.concrete_fields
            if not field.primary_key
        }
    )
    opposite.live = False
    opposite.issued_at = now
    opposite.net_total = opposite.total = -open_amount
    opposite.document = (
        Invoice.Document.CREDIT_NOTE if open_amount > 0 else Invoice.Document.INVOICE
    )
    return opposite

"""What the search of the back office finds of bills: by invoice number and payment reference."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse

from billing.models import Invoice
from core.backoffice.search import HITS_MAX, Hit, Scope, search_entry


@search_entry("Invoices", position=40, permission="billing.view_invoice")
def invoices(text: str, scope: Scope) -> Iterator[Hit]:
    """By the invoice's number, or by the reference that payments carry (KID, RF)."""
    packed = text.replace(" ", "").upper()
    wanted = Q(number=text) | Q(number=packed) | Q(reference=packed)
    for row in scope(Invoice.objects.filter(wanted), "brand").select_related("account")[:HITS_MAX]:
        page = reverse("admin:billing_invoice_change", args=[row.pk])
        yield Hit(str(row.number or "draft"), str(row.account), page, exact=True)

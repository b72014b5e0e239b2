"""Invoices over the API: issued ones only, drafts are nobody's business yet."""

from __future__ import annotations

from typing import Any

from billing.invoicing.api.serializers import InvoiceSerializer, WholeInvoiceSerializer
from billing.invoicing.models import Invoice
from core.api.views import ScopedViewSet
from core.models.api_keys import Scope


class InvoiceViewSet(ScopedViewSet):
    """Issued invoices and credit notes of the brand."""

    brand_path = "brand_id"
    scope = Scope.BILLING_READ
    rows = (
        Invoice.objects.filter(state=Invoice.State.ISSUED)
        .select_related("account", "open_item")
        .prefetch_related("lines", "taxes")
    )
    serializer_class = InvoiceSerializer
    filters = {"account": "account__number", "number": "number", "reference": "reference"}

    def get_serializer_class(self) -> type[Any]:
        """One invoice comes with its lines."""
        return InvoiceSerializer if self.action == "list" else WholeInvoiceSerializer

"""What payments does when billing tells something."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Max
from django.dispatch import receiver

from billing.invoicing.models import Invoice
from billing.signals import invoice_issued
from payments.services.apply_credit import apply_credit


@receiver(invoice_issued, dispatch_uid="payments.use_credit_on_issue")
def use_credit_on_issue(invoice_ids: Iterable[int], **_kwargs: Any) -> None:
    """Settle new invoices with the credit their accounts have, before money is asked for."""
    issued = Invoice.objects.filter(pk__in=list(invoice_ids), issued_at__isnull=False)
    accounts = set(issued.values_list("account_id", flat=True))
    at = issued.aggregate(last=Max("issued_at"))["last"]
    if at is not None:
        apply_credit(accounts, at=at)

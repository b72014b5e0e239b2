"""What payments does when billing tells something."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.dispatch import receiver

from billing.invoicing.models import Invoice
from billing.signals import (
    invoice_corrected,
    invoice_issued,
    openings_taken_back,
    openings_taken_over,
)
from payments.services.apply_credit import apply_credit
from payments.services.close_taken_back import close_taken_back, set_off_corrections


@receiver(invoice_issued, dispatch_uid="payments.use_credit_on_issue")
def use_credit_on_issue(invoice_ids: Iterable[int], **_kwargs: Any) -> None:
    """Settle new invoices with the credit their accounts have, before money is asked for."""
    issued = Invoice.objects.filter(pk__in=list(invoice_ids), issued_at__isnull=False)
    accounts = set(issued.values_list("account_id", flat=True))
    at = issued.aggregate(last=Max("issued_at"))["last"]
    if at is not None:
        apply_credit(accounts, at=at)


@receiver(invoice_corrected, dispatch_uid="payments.set_off_corrections")
def set_off(pairs: Sequence[tuple[int, int]], now: datetime, **_kwargs: Any) -> None:
    """Use a credit note for the invoice that it corrects before anything else."""
    set_off_corrections(pairs, at=now)


@receiver(openings_taken_over, dispatch_uid="payments.use_credit_taken_over")
def use_credit_taken_over(account_ids: Iterable[int], now: datetime, **_kwargs: Any) -> None:
    """Settle what was taken over as open with the credit that was taken over beside it."""
    apply_credit(list(account_ids), at=now)


@receiver(openings_taken_back, dispatch_uid="payments.close_taken_back")
def close_with_opposites(pairs: Sequence[tuple[int, int]], now: datetime, **_kwargs: Any) -> None:
    """Close what an import took over, when the import is taken back."""
    close_taken_back(pairs, at=now)

"""Tell other parts and systems about money that came in for an account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from core.models import Brand
from core.services.record_event import record_events
from payments.models import Payment


def tell_payments(payments: Iterable[Payment], *, now: datetime) -> None:
    """Record `payment.received` for each payment that has an account, in the caller's transaction.

    Money that matched nobody is told about once it is assigned.
    """
    by_brand: dict[Brand, list[tuple[int | None, Mapping[str, Any]]]] = defaultdict(list)
    for payment in payments:
        if payment.account_id is not None and payment.brand is not None:
            payload = {
                "payment_id": payment.pk,
                "amount": str(payment.amount),
                "currency": payment.currency,
                "paid_on": str(payment.paid_on),
            }
            by_brand[payment.brand].append((payment.account_id, payload))
    for brand in sorted(by_brand, key=lambda one: one.pk):
        record_events("payment.received", brand=brand, news=by_brand[brand], now=now)

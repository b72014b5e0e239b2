"""How a bill stands, in one word that customers read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from billing.models import Invoice, OpenItem


@dataclass(frozen=True, slots=True)
class BillStatus:
    """`kind` picks the look, `word` says it: never only a colour. `open_amount` is still to pay."""

    kind: str
    word: str
    open_amount: Decimal
    due_date: date

    @property
    def is_open(self) -> bool:
        return self.open_amount > 0


def bill_status(invoice: Invoice, today: date) -> BillStatus:
    """How an issued bill stands on `today`."""
    item: OpenItem | None = getattr(invoice, "open_item", None)
    open_amount = item.open_amount if item else invoice.total
    due_date = item.due_date if item else invoice.due_date or invoice.period_end
    kind = _kind(invoice, open_amount, overdue=due_date < today)
    words = {
        "credit": _("Credit"),
        "nothing": _("Nothing to pay"),
        "paid": _("Paid"),
        "overdue": _("Overdue"),
        "partly": _("Partly paid"),
        "open": _("To pay"),
    }
    return BillStatus(kind, words[kind], open_amount, due_date)


def _kind(invoice: Invoice, open_amount: Decimal, *, overdue: bool) -> str:
    if invoice.document == Invoice.Document.CREDIT_NOTE:
        return "credit"
    if invoice.total == 0:
        return "nothing"
    if open_amount <= 0:
        return "paid"
    if overdue:
        return "overdue"
    return "partly" if open_amount < invoice.total else "open"

"""What a change of a subscription does to the next invoice, shown before it is confirmed."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone

from accounts.models import Subscription
from billing.invoicing.live.changed_bill import ChangedBill, changed_bill
from billing.invoicing.live.running_bill import running_bill
from billing.invoicing.models import InvoiceLine
from core.backoffice.registry import Cell, Panel, effect
from core.formatting import format_day, format_money


@effect("accounts.subscription", position=10, permission="billing.view_invoice")
def next_invoice(line: Subscription) -> Callable[[], Panel | None]:
    """The lines that the change brings to the next invoice, and those that it spares."""
    now = timezone.now()
    before = running_bill(line.account, now=now, language="en")

    def after() -> Panel:
        return panel_of(changed_bill(before, running_bill(line.account, now=now, language="en")))

    return after


def panel_of(bill: ChangedBill) -> Panel:
    """A changed bill as a table: what comes, what goes, and the totals."""
    title = f"On the invoice of {format_day(bill.bill_date, 'en')}"
    columns = ("", "Line", "Days", "Amount")
    if bill.refusal:
        return Panel(title, columns, [], f"It can't be told: {bill.refusal}.")
    rows = [
        *(_row("new", line, bill.currency) for line in bill.lines),
        *(_row("not any more", line, bill.currency) for line in bill.gone),
    ]
    total = format_money(bill.total_after, bill.currency, "en")
    was = format_money(bill.total_before, bill.currency, "en")
    note = f"Total with tax, if nothing more is used: {total} instead of {was}."
    if not bill.is_gross:
        note += " Lines are without tax."
    return Panel(title, columns, rows, "It changes nothing on it.", note=note)


def _row(word: str, line: InvoiceLine, currency: str) -> list[Cell | str]:
    days = format_day(line.period_start, "en") if line.period_start else ""
    if line.period_end:
        days = f"{days} – {format_day(line.period_end, 'en')}"
    amount = format_money(line.amount, currency, "en")
    return [word, line.description, days, Cell(amount, figure=True)]

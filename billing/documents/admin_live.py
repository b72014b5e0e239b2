"""On a customer's page: the running bill, what is left of allowances, and the days so far."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import Account
from billing.documents.formats import Formats
from billing.documents.live_words import charts_of, meter_of
from billing.invoicing.live.running_bill import LiveAccount, RunningBill, live_account
from billing.invoicing.models import InvoiceLine
from billing.usage.quantity_words import quantities_in_words
from core.backoffice.registry import Cell, Panel, panel
from core.formatting import format_amount, format_day, format_money

LINES_SHOWN_MAX = 40
_KEPT_AS = "_live_account"


@panel("accounts.account", position=35, permission="billing.view_invoice")
def running_bill(account: Account) -> Panel:
    """What the next invoice would say, line by line."""
    live = _live_of(account)
    bill = live.bill
    if bill.refusal:
        note = f"As of {_time(live, account)}: this account will be parked. {bill.refusal}"
        return Panel("Running bill", (), (), empty="It can't be estimated.", note=note)
    rows = [_line(line, bill) for line in bill.lines[:LINES_SHOWN_MAX]]
    if rows:
        figures = (("Tax", bill.tax), ("Total with tax", bill.total))
        rows += [
            ("", label, "", Cell(format_money(amount, bill.currency, "en"), figure=True))
            for label, amount in figures
        ]
    return Panel(
        title="Running bill",
        columns=("Service", "Line", "Period", "Amount"),
        rows=rows,
        empty="Nothing to bill so far.",
        note=_note(live, account),
    )


@panel("accounts.account", position=36, permission="billing.view_usagesummary")
def allowances_left(account: Account) -> Panel:
    """What is left of each allowance."""
    live = _live_of(account)
    formats = Formats("en", account.currency, account.brand.zone)
    services = {each.pk: each.code for each in live.rows.subscriptions} if live.rows else {}
    meters = [meter_of(each, formats) for each in live.remaining]
    return Panel(
        title="Allowances left",
        columns=("Service", "Allowance", "Left", "Notes"),
        rows=[
            (
                services.get(meter.subscription_id or 0, "all"),
                meter.title,
                Cell(meter.left, tone="warning" if (meter.width or 100) < 20 else ""),
                ", ".join(meter.notes),
            )
            for meter in meters
        ],
        empty="No plan of this account includes units.",
    )


@panel("accounts.account", position=37, permission="billing.view_usagesummary")
def usage_each_day(account: Account) -> Panel:
    """Each day of the running period, as bars and as a table."""
    live = _live_of(account)
    formats = Formats("en", account.currency, account.brand.zone)
    charts = charts_of(live.days, live.bill.period, formats)
    return Panel(
        title="Usage each day",
        columns=("Day", "Used", f"Amount ({account.currency})"),
        rows=[
            (
                format_day(day.day, "en"),
                quantities_in_words(day.quantities),
                Cell(format_amount(day.amount, account.currency, "en"), figure=True),
            )
            for day in live.days
        ],
        empty="Nothing used so far in this period.",
        chart=render_to_string("admin/backoffice/charts.html", {"charts": charts}),
    )


def _live_of(account: Account) -> LiveAccount:
    """Read once for the page's panels, which get the same row."""
    kept = account.__dict__
    if _KEPT_AS not in kept:
        kept[_KEPT_AS] = live_account(
            account,
            now=timezone.now(),
            zone=account.brand.zone,
            account_ids=[account.pk] if account.bills_to_parent else None,
            language="en",
        )
    live = kept[_KEPT_AS]
    assert isinstance(live, LiveAccount)
    return live


def _line(line: InvoiceLine, bill: RunningBill) -> tuple[Cell | str, ...]:
    span = f"{line.period_start} – {line.period_end}" if line.period_end else line.period_start
    return (
        line.subscription.code,
        line.description,
        str(span or ""),
        Cell(format_money(line.amount, bill.currency, "en"), figure=True),
    )


def _note(live: LiveAccount, account: Account) -> str:
    bill = live.bill
    more = len(bill.lines) - LINES_SHOWN_MAX
    day = format_day(bill.bill_date, "en")
    parts = [
        f"As of {_time(live, account)}:",
        f"what the bill of {day} would say if nothing more were used.",
    ]
    if more > 0:
        parts.append(f"{more} more lines are in the sums.")
    if bill.before:
        before = format_money(bill.before, bill.currency, "en")
        start = format_day(bill.period.start, "en")
        parts.append(f"Besides, the bill of {start} is still to come: {before}.")
    if not bill.is_whole:
        parts.append("This is the account's part of the bill of the account it belongs to.")
    return " ".join(parts)


def _time(live: LiveAccount, account: Account) -> str:
    formats = Formats("en", account.currency, account.brand.zone)
    return f"{live.bill.as_of.astimezone(formats.zone):%H:%M}"

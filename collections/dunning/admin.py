"""Back office pages of reminders: each step at most once for an invoice, never taken back."""

from __future__ import annotations

from django.contrib import admin
from django.urls import reverse

from accounts.models import Account
from billing.models import Invoice
from core.backoffice import columns
from core.backoffice.registry import Cell, Panel, panel
from core.backoffice.scoping import ScopedAdmin
from core.formatting import format_money
from dunning.models import DunningAction

PANEL_ROWS_MAX = 6


@admin.register(DunningAction)
class DunningActionAdmin(ScopedAdmin):
    brand_path = "invoice__brand"
    empty_text = (
        "Nobody was reminded yet. Reminders go out by: manage.py run_collections --as-of DATE"
    )
    list_display = (
        "invoice",
        "step",
        "as_of",
        columns.money("open_amount", "open then", currency="invoice.currency"),
        "message",
        "decided_at",
    )
    list_select_related = ("invoice", "message")
    list_filter = ("invoice__brand", "step")
    search_fields = ("invoice__number", "invoice__account__number", "message__to_address")
    date_hierarchy = "as_of"


@panel("billing.invoice", position=40, permission="dunning.view_dunningaction")
def reminders_of_invoice(invoice: Invoice) -> Panel | None:
    """The reminders that were sent for this invoice."""
    return _reminders(list(invoice.dunning_actions.select_related("invoice", "message")))


@panel("accounts.account", position=70, permission="dunning.view_dunningaction")
def reminders_of_account(account: Account) -> Panel | None:
    """The latest reminders to this customer."""
    actions = DunningAction.objects.filter(invoice__account=account)
    return _reminders(list(actions.select_related("invoice", "message")[:PANEL_ROWS_MAX]))


def _reminders(actions: list[DunningAction]) -> Panel | None:
    if not actions:
        return None
    return Panel(
        title="Reminders",
        columns=("Step", "On", "Invoice", "To", "Message", "Open then"),
        rows=[
            (
                action.step,
                str(action.as_of),
                str(action.invoice),
                action.message.to_address,
                Cell(
                    action.message.get_state_display(),
                    url=reverse("admin:accounts_message_change", args=[action.message_id]),
                ),
                Cell(format_money(action.open_amount, action.invoice.currency, "en"), figure=True),
            )
            for action in actions
        ],
        empty="",
    )

"""Back office pages of the books; they are read, never written here."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import Account
from billing.ledger.models import JournalEntry, LedgerAccount, Posting
from billing.ledger.queries import account_balance
from core.backoffice import columns
from core.backoffice.registry import Cell, Panel, panel
from core.backoffice.scoping import EntityAdmin, ScopedAdmin, ScopedInline
from core.formatting import format_money


@admin.register(LedgerAccount)
class LedgerAccountAdmin(EntityAdmin):
    empty_text = (
        "The chart of accounts comes in with a catalogue: manage.py import_catalog FILE.yaml"
    )
    list_display = ("code", "name", "kind", "legal_entity")
    list_select_related = ("legal_entity",)
    list_filter = ("legal_entity", "kind")
    search_fields = ("code", "name")


class PostingInline(ScopedInline):
    model = Posting
    brand_path = "entry__brand"
    fields = ("ledger_account", "account", columns.money("amount", "debit or −credit"))
    verbose_name_plural = "postings: they sum to nothing"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Posting]:
        return super().get_queryset(request).select_related("ledger_account", "account")


@admin.register(JournalEntry)
class JournalEntryAdmin(ScopedAdmin):
    brand_path = "brand"
    empty_text = "Nothing is booked yet. Issued invoices and payments write their own entries."
    list_display = ("id", "date", "description", "source", "brand", "reverses")
    list_select_related = ("brand", "reverses")
    list_filter = ("brand", "source")
    search_fields = ("description", "=source_id")
    date_hierarchy = "date"
    inlines = (PostingInline,)


@panel("accounts.account", position=5, permission="billing.view_posting")
def balance(account: Account) -> Panel:
    """What the books say the customer owes."""
    amount = account_balance(account)
    words = "owes" if amount > 0 else "has to its credit" if amount < 0 else "owes nothing"
    return Panel(
        title="Balance",
        columns=("By the books this account", "Amount"),
        rows=[(words, Cell(format_money(abs(amount), account.currency, "en"), figure=True))],
        empty="",
    )

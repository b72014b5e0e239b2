"""Back office pages of what was taken over from the system before; they are read, never written."""

from __future__ import annotations

from django.contrib import admin

from billing.invoicing.models import OpeningBalance, PaidThrough
from billing.ledger.models import Reconciliation
from billing.usage.cutover import AllowanceUsedBefore, UsageCutover
from core.backoffice import columns
from core.backoffice.scoping import EntityAdmin, ScopedAdmin

FROM_A_MIGRATION = "Nothing was taken over. A migration brings it: manage.py migrate_reseller PLAN"


@admin.register(OpeningBalance)
class OpeningBalanceAdmin(ScopedAdmin):
    brand_path = "invoice__brand"
    empty_text = FROM_A_MIGRATION
    list_display = (
        "invoice",
        "account_name",
        columns.money("original_total", "in all", currency="invoice.currency"),
        "taken_over_on",
        "source",
    )
    list_select_related = ("invoice__account",)
    list_filter = ("invoice__brand",)
    search_fields = ("invoice__number", "invoice__reference", "invoice__account__number")
    date_hierarchy = "taken_over_on"

    @admin.display(description="account")
    def account_name(self, row: OpeningBalance) -> str:
        return str(row.invoice.account)


@admin.register(PaidThrough)
class PaidThroughAdmin(ScopedAdmin):
    brand_path = "subscription__account__brand"
    empty_text = FROM_A_MIGRATION
    list_display = ("subscription", "add_on", "charge_code", "paid_until", "taken_over_on")
    list_select_related = ("subscription",)
    list_filter = ("subscription__account__brand",)
    search_fields = ("subscription__code", "subscription__account__number")
    date_hierarchy = "paid_until"


@admin.register(UsageCutover)
class UsageCutoverAdmin(ScopedAdmin):
    brand_path = "account__brand"
    empty_text = FROM_A_MIGRATION
    list_display = ("account", "starts_on")
    list_select_related = ("account",)
    list_filter = ("account__brand",)
    search_fields = ("account__number", "account__name")
    date_hierarchy = "starts_on"


@admin.register(AllowanceUsedBefore)
class AllowanceUsedBeforeAdmin(ScopedAdmin):
    brand_path = "subscription__account__brand"
    empty_text = FROM_A_MIGRATION
    list_display = ("subscription", "add_on", "allowance_code", "period_start", "units")
    list_select_related = ("subscription",)
    list_filter = ("subscription__account__brand",)
    search_fields = ("subscription__code", "allowance_code")
    date_hierarchy = "period_start"


@admin.register(Reconciliation)
class ReconciliationAdmin(EntityAdmin):
    empty_text = FROM_A_MIGRATION
    list_display = ("legal_entity", "as_of", "file", "compared", "differing", "reason", "made_at")
    list_select_related = ("legal_entity",)
    list_filter = ("legal_entity",)
    search_fields = ("file", "reason")
    date_hierarchy = "as_of"

    @admin.display(description="that differ")
    def differing(self, row: Reconciliation) -> int:
        return len(row.differences)

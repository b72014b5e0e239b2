"""Back office pages of mandates and payment methods; bank accounts and tokens stay hidden."""

from __future__ import annotations

from django.contrib import admin

from core.backoffice import columns
from core.backoffice.scoping import ScopedAdmin
from payments.models import Mandate, PaymentMethod


@admin.register(Mandate)
class MandateAdmin(ScopedAdmin):
    brand_path = "account__brand"
    empty_text = "No mandates yet. They come in by file: manage.py import_file mandates FILE"
    list_display = ("reference", "account", "scheme", columns.state(), "hint", "signed_on")
    list_select_related = ("account",)
    list_filter = ("account__brand", "scheme", "state")
    search_fields = ("reference", "account__number", "account__name", "holder")
    date_hierarchy = "signed_on"
    fields = (
        "legal_entity",
        "account",
        "scheme",
        "creditor_id",
        "reference",
        "holder",
        "hint",
        "bic",
        "signed_on",
        "state",
        "sequence",
        "last_used_on",
        "ended_on",
        "amount_limit",
    )
    readonly_fields = ("hint",)

    @admin.display(description="bank account")
    def hint(self, mandate: Mandate) -> str:
        return mandate.hint


@admin.register(PaymentMethod)
class PaymentMethodAdmin(ScopedAdmin):
    brand_path = "account__brand"
    empty_text = "No payment methods yet: manage.py import_file payment_methods FILE"
    list_display = ("account", "kind", "hint", "is_default", "starts_on", "ends_on")
    list_select_related = ("account",)
    list_filter = ("account__brand", "kind", "is_default")
    search_fields = ("account__number", "account__name", "hint")
    date_hierarchy = "starts_on"
    fields = (
        "account",
        "kind",
        "mandate",
        "provider",
        "hint",
        "address",
        "expires_on",
        "is_default",
        "starts_on",
        "ends_on",
    )

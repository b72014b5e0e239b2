"""Back office pages of money that came in, and of what it paid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.models import Account
from billing.models import Invoice
from core.backoffice import columns
from core.backoffice.actions import row_of, url
from core.backoffice.registry import Cell, Link, Panel, Tile, link, panel, tile
from core.backoffice.scoping import (
    ScopedAdmin,
    ScopedInline,
    brand_ids_of,
    entity_scope,
    scoped,
)
from core.errors import DomainError
from core.formatting import format_money
from core.periods import local_date
from payments import admin_mandates  # noqa: F401 – registers its pages
from payments.models import Allocation, BankFile, Payment
from payments.services.assign_payment import assign_payment

FROM_BANK = "Payments come in by bank file: manage.py import_payments FILE.csv"
PANEL_ROWS_MAX = 12


def payment_scope(brand_ids: Sequence[int]) -> Q:
    """Payments of these brands, and unmatched ones to their legal entities."""
    unmatched = Q(brand__isnull=True) & entity_scope("legal_entity", brand_ids)
    return Q(brand__in=brand_ids) | unmatched


def visible_payments(request: HttpRequest) -> QuerySet[Payment]:
    """The payments that the member of staff sees."""
    ids = brand_ids_of(request)
    return Payment.objects.all() if ids is None else Payment.objects.filter(payment_scope(ids))


class MatchedFilter(admin.SimpleListFilter):
    """Payments by whether their account is known."""

    title = "account"
    parameter_name = "matched"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "unmatched"), ("yes", "matched"), ("left", "with money left over")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Payment]) -> QuerySet[Payment]:
        match self.value():
            case "no":
                return queryset.filter(account__isnull=True)
            case "yes":
                return queryset.filter(account__isnull=False)
            case "left":
                return queryset.filter(account__isnull=False, unallocated__gt=0)
        return queryset


class AllocationInline(ScopedInline):
    model = Allocation
    fk_name = "payment"
    brand_path = "invoice__brand"
    fields = ("invoice", columns.money("amount", currency="invoice.currency"), "allocated_at")
    verbose_name_plural = "invoices that it paid"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Allocation]:
        return super().get_queryset(request).select_related("invoice")


class AccountForm(forms.Form):
    """Whose money it was."""

    account = forms.CharField(label="Account number", widget=UnfoldAdminTextInputWidget)

    def __init__(self, request: HttpRequest, payment: Payment) -> None:
        super().__init__(request.POST or None)
        self._accounts = scoped(
            Account.objects.filter(brand__legal_entity=payment.legal_entity), "brand", request
        )

    def clean_account(self) -> Account:
        """The account with this number among those whose money this may be."""
        found = list(self._accounts.filter(number=self.cleaned_data["account"])[:2])
        if len(found) != 1:
            raise forms.ValidationError("No account of this legal entity has that number.")
        account: Account = found[0]
        return account


@admin.register(Payment)
class PaymentAdmin(ScopedAdmin):
    empty_text = FROM_BANK
    list_display = (
        "paid_on",
        columns.money("amount"),
        "account",
        "payer",
        "reference",
        columns.money("unallocated", "left over"),
        "provider",
    )
    list_select_related = ("account",)
    list_filter = (MatchedFilter, "brand", "legal_entity", "provider")
    search_fields = (
        "reference",
        "payer",
        "provider_reference",
        "account__number",
        "account__name",
    )
    search_help_text = "Reference, payer, the bank's own reference, or account."
    date_hierarchy = "paid_on"
    inlines = (AllocationInline,)

    def scope(self, brand_ids: Sequence[int]) -> Q:
        return payment_scope(brand_ids)

    def get_urls(self) -> list[URLPattern]:
        own = url(self, "<path:object_id>/account/", self.account_view, "account")
        return [own, *super().get_urls()]

    def account_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Name the account of money that matched nobody; it then pays the oldest invoices."""
        payment: Payment = row_of(self, request, object_id, "payments.change_payment")
        form = AccountForm(request, payment)
        if request.method == "POST" and form.is_valid():
            account: Account = form.cleaned_data["account"]
            now = timezone.now()
            try:
                today = local_date(now, account.brand.zone)
                assign_payment(payment.pk, account, on=today, at=now)
            except DomainError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, f"The money is {account}'s now.")
                return redirect("admin:payments_payment_change", payment.pk)
        context = self.admin_site.each_context(request) | {
            "title": f"Whose money is {payment}?",
            "form": form,
            "payment": payment,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/payments/payment/account.html", context)


@admin.register(Allocation)
class AllocationAdmin(ScopedAdmin):
    brand_path = "invoice__brand"
    empty_text = "Nothing is paid yet. Payments are allocated to the oldest due invoices first."
    list_display = (
        "invoice",
        columns.money("amount", currency="invoice.currency"),
        "payment",
        "credit_note",
        "allocated_at",
    )
    list_select_related = ("invoice", "payment", "credit_note")
    list_filter = ("invoice__brand",)
    search_fields = ("invoice__number", "payment__reference", "invoice__account__number")
    date_hierarchy = "allocated_at"


@admin.register(BankFile)
class BankFileAdmin(ScopedAdmin):
    empty_text = FROM_BANK
    list_display = (
        "name",
        columns.count("rows"),
        columns.count("matched"),
        columns.count("unmatched"),
        columns.count("known"),
        "imported_at",
    )
    search_fields = ("name", "sha256")
    date_hierarchy = "imported_at"

    def scope(self, brand_ids: Sequence[int]) -> Q:
        """Files whose payments are all the member of staff's to see, and that have some."""
        seen = Payment.objects.filter(payment_scope(brand_ids), bank_file__isnull=False)
        others = Payment.objects.filter(bank_file__isnull=False).exclude(pk__in=seen.values("pk"))
        return Q(pk__in=seen.values("bank_file")) & ~Q(pk__in=others.values("bank_file"))


@link("payments.payment", position=10, permission="payments.change_payment")
def name_account(payment: Payment) -> list[Link]:
    """Unmatched money waits for a person."""
    if payment.account_id is not None:
        return []
    address = reverse("admin:payments_payment_account", args=[payment.pk])
    return [Link("Name its account", address, primary=True)]


@panel("accounts.account", position=50, permission="payments.view_payment")
def payments_of_account(account: Account) -> Panel:
    """What the customer paid lately."""
    payments = account.payments.all()[:PANEL_ROWS_MAX]
    return Panel(
        title="Payments",
        columns=("Paid on", "Amount", "Left over", "Reference"),
        rows=[
            (
                Cell(
                    str(payment.paid_on),
                    url=reverse("admin:payments_payment_change", args=[payment.pk]),
                ),
                Cell(format_money(payment.amount, payment.currency, "en"), figure=True),
                Cell(format_money(payment.unallocated, payment.currency, "en"), figure=True),
                payment.reference or "–",
            )
            for payment in payments
        ],
        empty="No payments yet.",
        url=f"{reverse('admin:payments_payment_changelist')}?account__id__exact={account.pk}",
    )


@panel("billing.invoice", position=30, permission="payments.view_allocation")
def payments_of_invoice(invoice: Invoice) -> Panel:
    """What paid this invoice."""
    allocations = invoice.allocations.select_related("payment", "credit_note")
    return Panel(
        title="Paid by",
        columns=("On", "By", "Amount"),
        rows=[
            (
                f"{item.allocated_at:%Y-%m-%d}",
                str(item.payment or item.credit_note),
                Cell(format_money(item.amount, invoice.currency, "en"), figure=True),
            )
            for item in allocations
        ],
        empty="Nothing is paid yet.",
    )


@tile(position=50, permission="payments.view_payment")
def unmatched(request: HttpRequest) -> list[Tile]:
    """Money whose owner is not known, by currency."""
    base = reverse("admin:payments_payment_changelist") + "?matched=no"
    sums = (
        visible_payments(request)
        .filter(account__isnull=True)
        .order_by()
        .values("currency")
        .annotate(money=Sum("amount"), number=Count("pk"))
        .order_by("currency")
    )
    tiles = [
        Tile(
            title="Unmatched payments",
            value=format_money(row["money"], row["currency"], "en"),
            detail=f"{row['number']} payments in {row['currency']} wait for their account",
            url=base,
            tone="warning",
        )
        for row in sums
    ]
    return tiles or [Tile("Unmatched payments", "0", "every payment has its account", base, "good")]

"""Back office pages of invoices and of what is still owed on them; issued means frozen."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

from accounts.models import Account
from billing.invoicing.admin_credits import credit_view
from billing.invoicing.admin_run_steps import RunAccountSteps
from billing.invoicing.models import (
    BillRunAccount,
    Invoice,
    InvoiceLine,
    InvoiceTax,
    OpenItem,
)
from core.backoffice import columns
from core.backoffice.actions import url
from core.backoffice.registry import Cell, Panel, Tile, panel, tile
from core.backoffice.scoping import ScopedAdmin, ScopedInline, scoped
from core.formatting import format_day, format_money
from core.models import Brand
from core.periods import local_date

PANEL_ROWS_MAX = 12
ADDRESS = ("name", "street", "postcode", "city", "country")


class InvoiceLineInline(ScopedInline):
    model = InvoiceLine
    brand_path = "invoice__brand"
    per_page = 50
    fields = (
        "position",
        "account_label",
        "subscription_label",
        "description",
        "period",
        columns.count("quantity"),
        columns.money("amount", currency="invoice.currency"),
        columns.money("net", currency="invoice.currency"),
        "tax_rate",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[InvoiceLine]:
        return super().get_queryset(request).select_related("invoice")

    @admin.display(description="period")
    def period(self, line: InvoiceLine) -> str:
        days = filter(None, (line.period_start, line.period_end))
        return " – ".join(str(day) for day in days) or "–"


class InvoiceTaxInline(ScopedInline):
    model = InvoiceTax
    brand_path = "invoice__brand"
    fields = (
        "category",
        "treatment",
        "rate",
        columns.money("net", currency="invoice.currency"),
        columns.money("tax", currency="invoice.currency"),
        columns.money("gross", currency="invoice.currency"),
        "reason",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[InvoiceTax]:
        return super().get_queryset(request).select_related("invoice")


@admin.register(Invoice)
class InvoiceAdmin(ScopedAdmin):
    brand_path = "brand"
    empty_text = "No invoices yet. Start a bill run, or: manage.py run_billing --brand CODE …"
    list_display = (
        "__str__",
        "account",
        "document",
        columns.state(),
        "issue_date",
        "due_date",
        columns.money("total"),
        "open_money",
    )
    list_select_related = ("account", "open_item")
    list_filter = ("brand", "state", "document", "kind")
    search_fields = (
        "number",
        "reference",
        "account__number",
        "account__name",
        "account__invoice_email",
    )
    search_help_text = "Invoice number, payment reference, account number, name or e-mail address."
    date_hierarchy = "issue_date"
    inlines = (InvoiceLineInline, InvoiceTaxInline)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("number", "state"),
                    ("document", "live"),
                    ("account", "brand"),
                    ("issue_date", "due_date"),
                    ("period_start", "period_end"),
                    ("run", "issued_at"),
                )
            },
        ),
        (
            "Amounts",
            {
                "fields": (
                    ("net_total_money", "tax_total_money"),
                    ("total_money", "open_money"),
                    ("reference", "price_mode"),
                )
            },
        ),
        (
            "As printed",
            {
                "fields": (
                    ("seller_words", "recipient_words"),
                    ("language", "terms_days"),
                    ("kind", "stream"),
                )
            },
        ),
    )

    def get_urls(self) -> list[URLPattern]:
        def view(request: HttpRequest, object_id: str) -> HttpResponse:
            return credit_view(self, request, object_id)

        return [url(self, "<path:object_id>/credit/", view, "credit"), *super().get_urls()]

    total_money = staticmethod(columns.money("total"))
    net_total_money = staticmethod(columns.money("net_total", "net"))
    tax_total_money = staticmethod(columns.money("tax_total", "tax"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (
            "net_total_money",
            "tax_total_money",
            "total_money",
            "open_money",
            "seller_words",
            "recipient_words",
        )

    @admin.display(description="seller")
    def seller_words(self, invoice: Invoice) -> str:
        return in_lines(invoice.seller)

    @admin.display(description="recipient")
    def recipient_words(self, invoice: Invoice) -> str:
        return in_lines(invoice.recipient)

    @admin.display(description="open", ordering="open_item__open_amount")
    def open_money(self, invoice: Invoice) -> str:
        item = getattr(invoice, "open_item", None)
        return format_money(item.open_amount, item.currency, "en") if item else "–"


def in_lines(parts: dict[str, Any]) -> str:
    """What was printed of a party, a line for each part that is not empty, the name first."""
    named = sorted(parts, key=lambda key: (ADDRESS.index(key) if key in ADDRESS else 99, key))
    lines = ((key.replace("_", " "), parts[key]) for key in named if parts[key])
    return format_html_join(mark_safe("<br>"), "{}: {}", lines)


class OverdueFilter(admin.SimpleListFilter):
    """Open items by whether their due date has passed (in the brand's zone)."""

    title = "due"
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("open", "open"),
            ("overdue", "overdue"),
            ("credit", "credit left"),
            ("paid", "paid"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[OpenItem]) -> QuerySet[OpenItem]:
        match self.value():
            case "open":
                return queryset.filter(open_amount__gt=0)
            case "overdue":
                return queryset.filter(overdue(request))
            case "credit":
                return queryset.filter(open_amount__lt=0)
            case "paid":
                return queryset.filter(open_amount=0)
        return queryset


def overdue(request: HttpRequest) -> Q:
    """The condition that something is owed and its due date is before today in its brand's zone."""
    now = timezone.now()
    condition = Q(pk__in=())
    brands = scoped(Brand.objects.all(), "pk", request)
    for zone in set(brands.values_list("zone", flat=True)):
        today = local_date(now, zone)
        condition |= Q(account__brand__zone=zone, due_date__lt=today)
    return Q(open_amount__gt=0) & condition


@admin.register(OpenItem)
class OpenItemAdmin(ScopedAdmin):
    brand_path = "account__brand"
    empty_text = "Nothing is owed. Every issued invoice has its open item here."
    list_display = (
        "invoice",
        "account",
        "due_date",
        columns.money("total"),
        columns.money("open_amount", "open"),
    )
    list_select_related = ("invoice", "account")
    list_filter = (OverdueFilter, "account__brand", "currency")
    search_fields = ("invoice__number", "invoice__reference", "account__number", "account__name")
    date_hierarchy = "due_date"


@admin.register(BillRunAccount)
class BillRunAccountAdmin(RunAccountSteps):
    brand_path = "run__brand"
    empty_text = "No bill run has looked at any account yet."
    list_display = ("account", "run", columns.state(), "reason", "invoice", "total_money")
    list_select_related = ("account", "run__brand", "invoice")
    list_filter = ("state", "run__brand", "run")
    search_fields = ("account__number", "account__name", "reason")

    @admin.display(description="total", ordering="invoice__total")
    def total_money(self, row: BillRunAccount) -> str:
        if row.invoice is None:
            return "–"
        return format_money(row.invoice.total, row.invoice.currency, "en")


@panel("accounts.account", position=40, permission="billing.view_invoice")
def invoices_of_account(account: Account) -> Panel:
    """The latest invoices, with what is still open on each."""
    invoices = account.invoices.select_related("open_item").order_by("-id")[:PANEL_ROWS_MAX]
    return Panel(
        title="Invoices",
        columns=("Number", "Issued", "Due", "Total", "Open"),
        rows=[_invoice_row(invoice) for invoice in invoices],
        empty="No invoices yet.",
        url=f"{reverse('admin:billing_invoice_changelist')}?account__id__exact={account.pk}",
    )


def _invoice_row(invoice: Invoice) -> tuple[Cell | str, ...]:
    item = getattr(invoice, "open_item", None)
    address = reverse("admin:billing_invoice_change", args=[invoice.pk])
    open_text = format_money(item.open_amount, item.currency, "en") if item else "–"
    return (
        Cell(str(invoice), url=address),
        format_day(invoice.issue_date, "en") if invoice.issue_date else "draft",
        format_day(invoice.due_date, "en") if invoice.due_date else "–",
        Cell(format_money(invoice.total, invoice.currency, "en"), figure=True),
        Cell(open_text, figure=True),
    )


@tile(position=10, permission="billing.view_openitem")
def owed(request: HttpRequest) -> list[Tile]:
    """What customers owe, and how much of it is late, by brand and currency."""
    items = scoped(OpenItem.objects.filter(open_amount__gt=0), "account__brand", request)
    sums = (
        items.order_by()
        .values("account__brand", "account__brand__name", "currency")
        .annotate(open=Sum("open_amount"), late=Sum("open_amount", filter=overdue(request)))
        .order_by("account__brand__name", "currency")
    )
    base = reverse("admin:billing_openitem_changelist")
    tiles = []
    for row in sums:
        place = f"{row['account__brand__name']}, {row['currency']}"
        query = f"account__brand__id__exact={row['account__brand']}&currency={row['currency']}"
        late = row["late"]
        tiles += [
            Tile(
                title="Open amount",
                value=format_money(row["open"], row["currency"], "en"),
                detail=place,
                url=f"{base}?due=open&{query}",
            ),
            Tile(
                title="Overdue",
                value=format_money(late, row["currency"], "en") if late else "0",
                detail=place,
                url=f"{base}?due=overdue&{query}",
                tone="bad" if late else "good",
            ),
        ]
    return tiles or [Tile("Open amount", "0", "nothing is owed", base, tone="good")]

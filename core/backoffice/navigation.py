"""The back office's menu: what staff may see, grouped by what they want to do."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse

from core.backoffice.history_export import may_export

# group → (title, icon, model); a model names both the list and the permission to see it.
MENU: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...] = (
    (
        "Customers",
        (
            ("Accounts", "badge", "accounts.account"),
            ("Persons", "person", "accounts.person"),
            ("Subscriptions", "sim_card", "accounts.subscription"),
            ("Numbers", "dialpad", "accounts.servicenumber"),
            ("SIMs", "sim_card_download", "accounts.sim"),
            ("Orders", "shopping_cart", "accounts.order"),
            ("Contacts", "forum", "accounts.interaction"),
            ("Number pools", "apps", "accounts.numberpool"),
            ("SIM stocks", "inventory_2", "accounts.simpool"),
            ("Messages", "mail", "accounts.message"),
            ("Templates", "edit_note", "accounts.messagetemplate"),
            ("Consents", "how_to_reg", "accounts.consent"),
        ),
    ),
    (
        "Catalogue",
        (
            ("Products", "category", "catalog.product"),
            ("Plans", "sell", "catalog.plan"),
            ("Price versions", "history", "catalog.planversion"),
            ("Discounts", "percent_discount", "catalog.discount"),
            ("Promotions", "loyalty", "catalog.promotion"),
            ("Bundles", "package_2", "catalog.bundle"),
            ("Conditions", "rule", "catalog.eligibilityrule"),
            ("Destination groups", "public", "catalog.destinationgroup"),
            ("Rate decks", "price_change", "catalog.ratedeck"),
            ("Rates", "call_quality", "catalog.rate"),
            ("Tax rates", "percent", "catalog.taxrate"),
        ),
    ),
    (
        "Usage",
        (
            ("Records", "list_alt", "billing.usagerecord"),
            ("Suspended", "report", "billing.suspendedusage"),
            ("Unusual usage", "trending_up", "billing.spikeflag"),
            ("Alerts", "notifications_active", "billing.usagealert"),
            ("Bars on extras", "block", "billing.extrasbar"),
            ("Alert settings", "tune", "billing.alertsettings"),
            ("Re-ratings", "currency_exchange", "billing.rerating"),
            ("Summaries", "functions", "billing.usagesummary"),
            ("Files", "upload_file", "billing.usagefile"),
            ("Sources", "router", "billing.usagesource"),
        ),
    ),
    (
        "Billing",
        (
            ("Bill runs", "autorenew", "billing.billrun"),
            ("Invoices", "receipt_long", "billing.invoice"),
            ("Open items", "hourglass_empty", "billing.openitem"),
            ("Journal", "menu_book", "billing.journalentry"),
        ),
    ),
    (
        "Payments",
        (
            ("Payments", "payments", "payments.payment"),
            ("Allocations", "call_split", "payments.allocation"),
            ("Bank files", "account_balance", "payments.bankfile"),
            ("Reminders", "notifications", "dunning.dunningaction"),
        ),
    ),
    (
        "System",
        (
            ("Approvals", "approval", "core.approval"),
            ("Imports", "upload_file", "core.importbatch"),
            ("Jobs", "pending_actions", "core.job"),
            ("Events", "campaign", "core.event"),
            ("Brands", "storefront", "core.brand"),
            ("Legal entities", "corporate_fare", "core.legalentity"),
            ("API keys", "key", "core.apikey"),
            ("Staff and logins", "group", "core.user"),
            ("Groups", "lock_person", "auth.group"),
        ),
    ),
)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The menu for this member of staff."""
    first = {"title": "Overview", "icon": "dashboard", "link": reverse("admin:index")}
    find = {"title": "Search", "icon": "search", "link": reverse("backoffice-search")}
    items = [first, find]
    if may_export(request):
        history = reverse("backoffice-history")
        items.append({"title": "History", "icon": "manage_history", "link": history})
    groups: list[dict[str, Any]] = [{"title": "", "items": items}]
    for title, entries in MENU:
        items = [_item(*entry) for entry in entries if _may_see(request, entry[2])]
        if items:
            groups.append({"title": title, "separator": True, "items": items})
    return groups


def _item(title: str, icon: str, model: str) -> dict[str, Any]:
    return {
        "title": title,
        "icon": icon,
        "link": reverse(f"admin:{model.replace('.', '_')}_changelist"),
    }


def _may_see(request: HttpRequest, model: str) -> bool:
    page = admin.site._registry.get(apps.get_model(model))
    return page is not None and page.has_view_permission(request)


def account_links(_request: HttpRequest) -> list[dict[str, Any]]:
    """What a member of staff may change about their own login."""
    return [
        {"title": "Change password", "link": reverse("account_change_password")},
        {"title": "Second factor", "link": reverse("mfa_index")},
        {"title": "Passkeys", "link": reverse("mfa_list_webauthn")},
        {"title": "Where you are signed in", "link": reverse("usersessions_list")},
    ]


def stylesheet(_request: HttpRequest) -> str:
    """The address of the back office's own stylesheet."""
    return static("backoffice/backoffice.css")

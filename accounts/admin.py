"""Back office pages of customers: who buys, who may see it, what they have."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, reverse
from django.utils import timezone

from accounts.admin_customers import (
    SimAssignmentInline,
    SubscriptionCancellationInline,
    SubscriptionPauseInline,
    SubscriptionTermInline,
    contact_view,
)
from accounts.admin_inlines import MembershipInline
from accounts.admin_messages import invite
from accounts.admin_steps import step_view
from accounts.models import (
    Account,
    Location,
    Membership,
    NumberAssignment,
    Person,
    ServiceNumber,
    Subscription,
    SubscriptionAddOn,
    SubscriptionPlan,
)
from accounts.states import state_on
from core.backoffice import columns
from core.backoffice.actions import url
from core.backoffice.registry import Cell, Link, Panel, link, panel
from core.backoffice.scoping import ScopedAdmin, ScopedInline, brand_ids_of, scoped
from core.periods import local_date

FROM_FILE = "Comes in by file: manage.py import_accounts FILE.yaml"
PANEL_ROWS_MAX = 20


@admin.register(Account)
class AccountAdmin(ScopedAdmin):
    brand_path = "brand"
    editable = True
    empty_text = "Accounts come in by file: manage.py import_accounts FILE.yaml"
    list_display = ("number", "name", "brand", "kind", "city", "bill_day", "parent", "opened_on")
    list_display_links = ("number", "name")
    list_select_related = ("brand", "parent")
    list_filter = ("brand", "kind", "tax_status", "bills_to_parent")
    search_fields = (
        "number",
        "name",
        "invoice_email",
        "organisation_number",
        "memberships__person__email",
        "subscriptions__numbers__number__number",
    )
    # Who looks a customer up wants to know what is going on, not to edit an address.
    change_form_outer_before_template = "admin/backoffice/panels_first.html"
    change_form_outer_after_template = None
    search_help_text = "Account number, name, e-mail address, organisation or telephone number."
    # What bills were made with is changed by the accounts' file, which checks it as a whole.
    readonly_fields = (
        "brand",
        "number",
        "kind",
        "parent",
        "bills_to_parent",
        "bill_day",
        "invoice_months",
        "streams",
        "vat_number",
        "vat_check",
        "vat_checked_at",
        "currency",
        "tax_status",
        "tax_reason",
        "opened_on",
        "billed_until",
        "usage_closed_until",
    )
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("number", "name"),
                    ("brand", "kind"),
                    ("parent", "bills_to_parent"),
                )
            },
        ),
        (
            "Address and invoices",
            {
                "fields": (
                    ("street", "postcode"),
                    ("city", "country"),
                    ("invoice_email", "language"),
                    ("organisation_number", "vat_number"),
                    ("vat_check", "vat_checked_at"),
                    ("legal_name", "segment"),
                )
            },
        ),
        (
            "Billing",
            {
                "fields": (
                    ("bill_day", "payment_terms_days"),
                    ("invoice_months", "streams"),
                    ("currency", "opened_on"),
                    ("tax_status", "tax_reason"),
                    ("billed_until", "usage_closed_until"),
                )
            },
        ),
    )

    def get_urls(self) -> list[URLPattern]:
        return [
            url(self, "<path:object_id>/contact/", self.contact_view, "contact"),
            *super().get_urls(),
        ]

    def contact_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Write down a contact with the customer."""
        return contact_view(self, request, object_id)


@panel("accounts.account", position=10, permission="accounts.view_membership")
def people(account: Account) -> Panel:
    """Who may sign in and see this account."""
    memberships = account.memberships.select_related("person")[:PANEL_ROWS_MAX]
    return Panel(
        title="People",
        columns=("Name", "E-mail", "Role"),
        rows=[
            (_link(item.person, item.person.name), item.person.email, item.get_role_display())
            for item in memberships
        ],
        empty="Nobody can sign in for this account.",
    )


@panel("accounts.account", position=20, permission="accounts.view_subscription")
def services(account: Account) -> Panel:
    """What the account has: plan, number, place and dates."""
    today = local_date(timezone.now(), account.brand.zone)
    subscriptions = account.subscriptions.select_related("location").prefetch_related(
        "plan_history__plan", "numbers__number", "pauses"
    )[:PANEL_ROWS_MAX]
    return Panel(
        title="Subscriptions",
        columns=("Subscription", "State", "Plan", "Number", "Location", "From", "Until"),
        rows=[
            (
                _link(item, str(item)),
                state_on(item, today).label,
                ", ".join(row.plan.code for row in item.plan_history.all() if today in row.during),
                ", ".join(row.number.number for row in item.numbers.all() if today in row.during),
                item.location.name if item.location else "–",
                str(item.starts_on),
                str(item.ends_on or "–"),
            )
            for item in subscriptions
        ],
        empty="No subscriptions.",
        url=_list("accounts_subscription", account__id__exact=account.pk),
    )


@panel("accounts.account", position=30, permission="accounts.view_location")
def places(account: Account) -> Panel | None:
    """Where services are delivered."""
    locations = account.locations.all()[:PANEL_ROWS_MAX]
    if not locations:
        return None
    return Panel(
        title="Locations",
        columns=("Location", "Address"),
        rows=[
            (
                _link(item, item.name),
                ", ".join(filter(None, (item.street, f"{item.postcode} {item.city}".strip()))),
            )
            for item in locations
        ],
        empty="",
    )


@panel("accounts.account", position=35, permission="accounts.view_account")
def family(account: Account) -> Panel | None:
    """The accounts below this one, billed with it or by themselves."""
    children = account.children.all()[:PANEL_ROWS_MAX]
    if not children:
        return None
    return Panel(
        title="Accounts below",
        columns=("Account", "Billed"),
        rows=[
            (_link(child, str(child)), "with this account" if child.bills_to_parent else "alone")
            for child in children
        ],
        empty="",
    )


def _link(row: Any, text: str) -> Cell:
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    return Cell(text, url=reverse(name, args=[row.pk]))


def _list(name: str, **filters: Any) -> str:
    query = "&".join(f"{key}={value}" for key, value in filters.items())
    return f"{reverse(f'admin:{name}_changelist')}?{query}"


@admin.register(Person)
class PersonAdmin(ScopedAdmin):
    """A person is group-wide: staff see those who are members of one of their brands' accounts."""

    editable = True
    empty_text = "Persons come in with their accounts: manage.py import_accounts FILE.yaml"
    list_display = ("name", "email", "phone", "language", "last_login")
    list_select_related = ("user",)
    search_fields = ("name", "email", "phone")
    search_help_text = "Name, e-mail address, telephone or account number."
    fields = ("name", "email", "phone", "language", "last_login")
    # The address is the login: it changes with its owner's knowledge only.
    readonly_fields = ("email", "last_login")
    inlines = (MembershipInline,)

    def scope(self, brand_ids: Sequence[int]) -> Q:
        members = Membership.objects.filter(account__brand__in=brand_ids)
        return Q(pk__in=members.values("person"))

    def has_change_permission(self, request: HttpRequest, obj: Person | None = None) -> bool:
        """Somebody who is also another brand's customer is not changed from here."""
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or not self.keys_elsewhere_too(request, {obj.pk})

    def keys_elsewhere_too(self, request: HttpRequest, keys: Collection[int]) -> set[int]:
        """Who is also another brand's customer may have been changed there: that isn't told."""
        ids = brand_ids_of(request)
        if ids is None:
            return set()
        others = Membership.objects.filter(person__in=keys).exclude(account__brand__in=ids)
        return set(others.values_list("person", flat=True))

    def get_urls(self) -> list[URLPattern]:
        def view(request: HttpRequest, object_id: str) -> HttpResponse:
            return invite(self, request, object_id)

        return [url(self, "<path:object_id>/invite/", view, "invite"), *super().get_urls()]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Person], search_term: str
    ) -> tuple[QuerySet[Person], bool]:
        """Account numbers find persons too, those of one's own brands alone."""
        found, has_repeats = super().get_search_results(request, queryset, search_term)
        number = search_term.strip()
        if not number:
            return found, has_repeats
        members = Membership.objects.filter(account__number__icontains=number)
        known = scoped(members, "account__brand", request).values("person")
        return found | queryset.filter(pk__in=known), has_repeats

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Addresses filter by the person's own fields: what else they have may be elsewhere."""
        name = lookup.split("__", maxsplit=1)[0]
        fields = {field.name for field in self.opts.concrete_fields} - {"user"}
        return name in fields and bool(super().lookup_allowed(lookup, value, request))

    @admin.display(description="last sign-in")
    def last_login(self, person: Person) -> Any:
        return person.user.last_login if person.user else None


@link("accounts.person", position=10, permission="accounts.change_person")
def invite_link(person: Person) -> list[Link]:
    """Who has no password yet can be invited."""
    if person.user is not None and person.user.has_usable_password():
        return []
    address = reverse("admin:accounts_person_invite", args=[person.pk])
    return [Link("Invite to the portal", address, post=True)]


@admin.register(Location)
class LocationAdmin(ScopedAdmin):
    brand_path = "account__brand"
    editable = True
    empty_text = FROM_FILE
    list_display = ("name", "code", "account", "street", "postcode", "city")
    list_select_related = ("account",)
    list_filter = ("account__brand",)
    search_fields = ("name", "code", "street", "city", "account__number", "account__name")
    readonly_fields = ("account", "code")


class SubscriptionPlanInline(ScopedInline):
    model = SubscriptionPlan
    brand_path = "subscription__account__brand"
    fields = ("plan", columns.span())
    verbose_name_plural = "plans over time"

    def get_queryset(self, request: HttpRequest) -> QuerySet[SubscriptionPlan]:
        return super().get_queryset(request).select_related("plan")


class SubscriptionAddOnInline(ScopedInline):
    model = SubscriptionAddOn
    brand_path = "subscription__account__brand"
    fields = ("plan", "code", "starts_on", "ends_on")
    verbose_name_plural = "add-ons"

    def get_queryset(self, request: HttpRequest) -> QuerySet[SubscriptionAddOn]:
        return super().get_queryset(request).select_related("plan")


class NumberAssignmentInline(ScopedInline):
    model = NumberAssignment
    brand_path = "subscription__account__brand"
    fields = ("number", "subscription", columns.span())
    verbose_name_plural = "numbers over time"

    def get_queryset(self, request: HttpRequest) -> QuerySet[NumberAssignment]:
        return super().get_queryset(request).select_related("number", "subscription__account")


@admin.register(Subscription)
class SubscriptionAdmin(ScopedAdmin):
    brand_path = "account__brand"
    empty_text = "Subscriptions come in with their accounts: manage.py import_accounts FILE.yaml"
    list_display = ("code", "label", "account", "location", "starts_on", "ends_on")
    list_select_related = ("account", "location")
    list_filter = ("account__brand", "starts_on")
    search_fields = ("code", "label", "account__number", "account__name", "numbers__number__number")
    search_help_text = "Subscription, label, account or telephone number."
    inlines = (
        SubscriptionPlanInline,
        SubscriptionAddOnInline,
        SubscriptionPauseInline,
        SubscriptionTermInline,
        SubscriptionCancellationInline,
        NumberAssignmentInline,
        SimAssignmentInline,
    )

    def get_urls(self) -> list[URLPattern]:
        return [
            url(self, "<path:object_id>/step/<slug:step>/", self.step_view, "step"),
            *super().get_urls(),
        ]

    def step_view(self, request: HttpRequest, object_id: str, step: str) -> HttpResponse:
        """A change of the subscription, with its preview."""
        return step_view(self, request, object_id, step)


@admin.register(ServiceNumber)
class ServiceNumberAdmin(ScopedAdmin):
    brand_path = "brand"
    empty_text = "Numbers come in with their subscriptions: manage.py import_accounts FILE.yaml"
    list_display = ("number", "brand", "pool", "state", "quarantined_until", "held_by")
    list_select_related = ("brand", "pool")
    list_filter = ("brand", "state")
    search_fields = ("number",)
    inlines = (NumberAssignmentInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ServiceNumber]:
        numbers = super().get_queryset(request)
        return numbers.prefetch_related("assignments__subscription__account")

    @admin.display(description="held by")
    def held_by(self, number: ServiceNumber) -> str:
        today = local_date(timezone.now(), number.brand.zone)
        for assignment in number.assignments.all():
            if today in assignment.during:
                return f"{assignment.subscription} · {assignment.subscription.account}"
        return "–"

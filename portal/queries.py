"""Reads behind the portal's pages: what is owed, the bills, one bill in sections, usage so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Exists, Min, OuterRef, Prefetch, Q, QuerySet, Sum

from accounts.models import (
    Account,
    NumberAssignment,
    Subscription,
    SubscriptionAddOn,
    SubscriptionPlan,
)
from accounts.queries import top_account
from billing.documents.formats import phone_number
from billing.models import Invoice, InvoiceLine, OpenItem, UsageSummary
from billing.usage.queries import UsageSoFar, usage_so_far
from catalog.models import PlanVersion
from catalog.plan_sheet.content import PlanSheet, plan_sheet
from catalog.plan_sheet.version import version_for_sheet
from core.localised import localised
from core.periods import Period, period_containing
from payments.models import Allocation, Payment
from portal.access import Scope, Visit

MONTHS_MAX = 24


@dataclass(frozen=True, slots=True)
class Debt:
    """What is to pay now, in the account's currency: the bills still open, first due first."""

    currency: str
    bills: list[OpenItem]
    total: Decimal
    overdue: Decimal
    credit: Decimal

    @property
    def next_due(self) -> date | None:
        return self.bills[0].due_date if self.bills else None


@dataclass(slots=True)
class SubscriptionSection:
    """The lines of one subscription."""

    label: str
    lines: list[InvoiceLine] = field(default_factory=list)

    @property
    def amount(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal(0))


@dataclass(slots=True)
class LocationSection:
    """The subscriptions of one location; `label` is empty for those that have none."""

    label: str
    subscriptions: list[SubscriptionSection] = field(default_factory=list)


@dataclass(slots=True)
class AccountSection:
    """The part of a bill that is one account's."""

    account_id: int
    label: str
    locations: list[LocationSection] = field(default_factory=list)

    @property
    def amount(self) -> Decimal:
        parts = (part for place in self.locations for part in place.subscriptions)
        return sum((part.amount for part in parts), Decimal(0))


@dataclass(frozen=True, slots=True)
class ServiceUsage:
    """A service and what it used so far in the open period.

    `includes_usage`: its plan or an add-on has an allowance, which `amount` has deducted.
    """

    subscription: Subscription
    label: str
    plan: str
    rows: list[UsageSoFar]
    includes_usage: bool = False

    @property
    def amount(self) -> Decimal:
        return sum((row.amount for row in self.rows), Decimal(0))


def issued_bills(account_ids: list[int]) -> QuerySet[Invoice]:
    """The issued invoices and credit notes of these accounts, newest first.

    Those of the system before are among them, unless their import was taken back.
    """
    return (
        Invoice.objects.filter(account_id__in=account_ids, state=Invoice.State.ISSUED)
        .exclude(kind=Invoice.Kind.OPENING, live=False)
        .select_related("open_item", "opening")
        .order_by("-issue_date", "-sequence")
    )


def debt_of(scope: Scope, today: date) -> Debt:
    """What these accounts owe on `today`; credit is what was paid or credited too much."""
    items = list(
        OpenItem.objects.filter(account_id__in=scope.ids)
        .exclude(open_amount=0)
        .select_related("invoice")
        .order_by("due_date", "id")
    )
    bills = [item for item in items if item.open_amount > 0]
    unused = Payment.objects.filter(account_id__in=scope.ids).aggregate(Sum("unallocated"))
    credited = -sum((item.open_amount for item in items if item.open_amount < 0), Decimal(0))
    return Debt(
        currency=scope.root.currency,
        bills=bills,
        total=sum((item.open_amount for item in bills), Decimal(0)),
        overdue=sum((item.open_amount for item in bills if item.due_date < today), Decimal(0)),
        credit=credited + (unused["unallocated__sum"] or Decimal(0)),
    )


def sections_of(invoice: Invoice) -> list[AccountSection]:
    """A bill's lines by account, location and subscription, in the order of the bill."""
    accounts: dict[tuple[int, str], AccountSection] = {}
    places: dict[tuple[int, str], LocationSection] = {}
    services: dict[tuple[int, int], SubscriptionSection] = {}
    for line in invoice.lines.prefetch_related("summaries__summary").order_by("position"):
        account_key = (line.account_id, line.account_label)
        account = accounts.setdefault(
            account_key, AccountSection(line.account_id, line.account_label)
        )
        place_key = (line.account_id, line.location_label)
        if place_key not in places:
            places[place_key] = LocationSection(line.location_label)
            account.locations.append(places[place_key])
        service_key = (line.account_id, line.subscription_id)
        if service_key not in services:
            services[service_key] = SubscriptionSection(line.subscription_label)
            places[place_key].subscriptions.append(services[service_key])
        services[service_key].lines.append(line)
    return list(accounts.values())


def open_period(account: Account, today: date) -> Period:
    """The usage period that runs on `today`: a month on the bill day of whoever pays."""
    return period_containing(today, top_account(account).bill_day)


def subscriptions_of(visit: Visit) -> list[Subscription]:
    """All services the chosen account has or had, by account and code; four queries at most.

    Each knows by `ever_used` whether there is usage of it, and by `includes_usage` whether its
    plan or an add-on of today has an allowance.
    """
    used = UsageSummary.objects.filter(subscription=OuterRef("pk"))
    numbers = NumberAssignment.objects.select_related("number")
    plans = SubscriptionPlan.objects.select_related("plan")
    return list(
        Subscription.objects.filter(account_id__in=visit.ids, starts_on__lte=visit.today)
        .annotate(ever_used=Exists(used), includes_usage=_includes_usage(visit.today))
        .prefetch_related(Prefetch("numbers", numbers), Prefetch("plan_history", plans))
        .order_by("account__number", "code")
    )


def services_so_far(
    visit: Visit, period: Period, subscriptions: Iterable[Subscription]
) -> list[ServiceUsage]:
    """Each service that ran in `period` with what it used so far, those without usage included."""
    rows: dict[int, list[UsageSoFar]] = {}
    for row in usage_so_far(visit.ids, period.start):
        rows.setdefault(row.subscription_id, []).append(row)
    return [
        ServiceUsage(
            subscription=subscription,
            label=label_of(subscription, visit.today),
            plan=plan_of(subscription, visit.today, visit.language),
            rows=rows.get(subscription.pk, []),
            includes_usage=getattr(subscription, "includes_usage", False),
        )
        for subscription in subscriptions
        if subscription.ends_on is None or subscription.ends_on > period.start
    ]


def _includes_usage(today: date) -> Q:
    """The condition that a subscription's plan, or an add-on, of today has an allowance."""
    allowing = (
        PlanVersion.objects.published()
        .filter(starts_on__lte=today, allowances__isnull=False)
        .values("plan")
    )
    mine = {"subscription": OuterRef("pk"), "plan__in": allowing}
    plans = SubscriptionPlan.objects.filter(**mine, during__contains=today)
    add_ons = SubscriptionAddOn.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=today), **mine, starts_on__lte=today
    )
    return Exists(plans) | Exists(add_ons)


def label_of(subscription: Subscription, today: date) -> str:
    """What the customer knows a service by: the own name for it, else its number, else its code."""
    if subscription.label:
        return subscription.label
    assignments = sorted(subscription.numbers.all(), key=lambda row: row.during.lower or date.min)
    for assignment in reversed(assignments):
        if today in assignment.during:
            return phone_number(assignment.number.number)
    return subscription.code


def plan_of(subscription: Subscription, today: date, language: str) -> str:
    """The name of the plan that a service has today, empty where it has none."""
    for row in subscription.plan_history.all():
        if today in row.during:
            return localised(row.plan.name, language)
    return ""


def sheets_of(subscription: Subscription, today: date, language: str) -> list[PlanSheet]:
    """The plan sheets of what a service has on `today`: its plan first, then its add-ons."""
    held = [row.plan for row in subscription.plan_history.all() if today in row.during]
    add_ons = subscription.add_ons.select_related("plan").filter(starts_on__lte=today)
    held += [row.plan for row in add_ons if row.ends_on is None or row.ends_on > today]
    sheets = []
    for plan in dict.fromkeys(held):
        version = version_for_sheet(plan, today)
        if version is not None:
            sheets.append(plan_sheet(version, language, as_of=today))
    return sheets


def months_of_usage(visit: Visit) -> list[date]:
    """The months, newest first, from this one back to the first with usage (at most 24)."""
    first = UsageSummary.objects.filter(account_id__in=visit.ids).aggregate(
        first=Min("origin_start")
    )["first"]
    month = visit.today.replace(day=1)
    months = [month]
    while first and month > first and len(months) < MONTHS_MAX:
        month = (month - timedelta(days=1)).replace(day=1)
        months.append(month)
    return months


def payments_of(invoice: Invoice) -> list[Allocation]:
    """What was paid on a bill, in the order of payment."""
    return list(
        Allocation.objects.filter(invoice=invoice)
        .select_related("payment", "credit_note")
        .order_by("allocated_at", "id")
    )


def sum_of(amounts: Iterable[Decimal]) -> Decimal:
    """The sum of amounts of one currency, zero of none."""
    return sum(amounts, Decimal(0))

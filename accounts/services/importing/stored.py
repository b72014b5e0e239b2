"""Everything that is stored of the accounts a file names, fetched in a handful of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from accounts.models import (
    Account,
    Location,
    Membership,
    NumberAssignment,
    Subscription,
    SubscriptionAddOn,
    SubscriptionPlan,
)
from catalog.models import Plan, PlanVersion
from catalog.queries import versions_of
from core.models import Brand


@dataclass(slots=True)
class Stored:
    """Rows by what a file knows them by."""

    brands: dict[str, Brand]
    plans: dict[tuple[int, str], Plan]
    versions: dict[int, list[PlanVersion]]
    accounts: dict[tuple[int, str], Account]
    locations: dict[tuple[int, str], Location]
    subscriptions: dict[tuple[int, str], Subscription]
    memberships: dict[tuple[int, int], Membership]
    add_ons: dict[tuple[int, str], SubscriptionAddOn]
    plan_history: dict[int, list[SubscriptionPlan]] = field(default_factory=dict)
    numbers: dict[int, list[NumberAssignment]] = field(default_factory=dict)


def load_stored(named: Iterable[tuple[str, str]], only_brand: str = "") -> Stored:
    """The stored rows of accounts named by brand code and account number.

    With `only_brand` every other brand looks as if it were not there.
    """
    numbers_by_brand: dict[str, set[str]] = defaultdict(set)
    for brand_code, number in named:
        numbers_by_brand[brand_code].add(number)
    rows_of_brands = Brand.objects.select_related("legal_entity").defer("logo")
    brands = {brand.code: brand for brand in rows_of_brands if only_brand in ("", brand.code)}
    plans = Plan.objects.filter(brand__code__in=numbers_by_brand)
    accounts: dict[tuple[int, str], Account] = {}
    for brand_code, numbers in numbers_by_brand.items():
        rows = Account.objects.filter(brand__code=brand_code, number__in=numbers)
        for account in rows.select_related("parent"):
            accounts[account.brand_id, account.number] = account
    ids = [account.pk for account in accounts.values()]
    stored = Stored(
        brands=brands,
        plans={(plan.brand_id, plan.code): plan for plan in plans},
        versions=versions_of(plans),
        accounts=accounts,
        locations={
            (row.account_id, row.code): row for row in Location.objects.filter(account__in=ids)
        },
        subscriptions={
            (row.account_id, row.code): row
            for row in Subscription.objects.filter(account__in=ids).select_related("location")
        },
        memberships={
            (row.account_id, row.person_id): row
            for row in Membership.objects.filter(account__in=ids)
        },
        add_ons={
            (row.subscription_id, row.code): row
            for row in SubscriptionAddOn.objects.filter(
                subscription__account__in=ids
            ).select_related("plan")
        },
    )
    _load_spans(stored, ids)
    return stored


def _load_spans(stored: Stored, ids: list[int]) -> None:
    plans = SubscriptionPlan.objects.filter(subscription__account__in=ids)
    for plan_row in plans.select_related("plan").order_by("subscription", "during"):
        stored.plan_history.setdefault(plan_row.subscription_id, []).append(plan_row)
    numbers = NumberAssignment.objects.filter(subscription__account__in=ids)
    for number_row in numbers.select_related("number").order_by("subscription", "during"):
        stored.numbers.setdefault(number_row.subscription_id, []).append(number_row)

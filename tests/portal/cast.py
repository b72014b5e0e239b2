"""Customers with a few months of life, billed by real runs, as the portal's tests need them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection

from accounts.models import Account, Person, Subscription
from billing.invoicing.services.run_billing import run_billing
from billing.models import Invoice, UsageRecord, UsageSummary
from billing.usage.partitions import create_partition
from catalog.models import UsageCategory
from core.models import Brand
from tests import make

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
USAGE_MONTHS = tuple(date(2026, month, 1) for month in (8, 9, 10, 11, 12))
USAGE_TYPES = {"voice": 1, "sms": 2, "data": 3}


@dataclass
class Household:
    """One account, its person and what it has."""

    account: Account
    person: Person
    subscriptions: list[Subscription] = field(default_factory=list)
    invoices: list[Invoice] = field(default_factory=list)


def make_partitions(*months: date) -> None:
    """The months of these tests have their part of the usage table, whatever today is."""
    with connection.cursor() as cursor:
        for month in months or USAGE_MONTHS:
            create_partition(cursor, month)


def add_usage(
    subscription: Subscription,
    start_at: datetime,
    *,
    called: str = "4722334455",
    quantity: int = 75,
    micro: int = 750_000,
    usage_type: str = "voice",
    period_start: date | None = None,
) -> UsageRecord:
    """One rated record and its share of the summary."""
    account = subscription.account
    period = period_start or start_at.date().replace(day=1)
    assignment = subscription.numbers.first()
    plan = subscription.plan_history.order_by("during").last()
    assert plan is not None
    version = plan.plan.versions.first()
    assert version is not None
    category = UsageCategory.objects.get(brand=account.brand, code=usage_type)
    kind = USAGE_TYPES[usage_type]
    record = UsageRecord.objects.create(
        start_at=start_at, key=uuid.uuid4(), content=uuid.uuid4(), source_id=1, file_id=1,
        line_number=1, brand_id=account.brand_id, account_id=account.pk,
        subscription_id=subscription.pk, number_id=assignment.number_id if assignment else 0,
        plan_version_id=version.pk, category_id=category.pk, rate_id=0, usage_type=kind,
        called=int(called or 0), called_digits=len(called), quantity=quantity, billed=quantity,
        amount=micro, cost=0, flags=0, period_start=period, origin_start=period,
    )  # fmt: skip
    key = {
        "account": account, "subscription": subscription, "period_start": period,
        "origin_start": period, "category": category, "plan_version": version,
        "usage_type": kind,
    }  # fmt: skip
    nothing = {"records": 0, "quantity": 0, "billed": 0, "amount": 0, "cost": 0}
    summary, _ = UsageSummary.objects.get_or_create(**key, defaults=nothing)
    summary.records += 1
    summary.quantity += quantity
    summary.billed += quantity
    summary.amount += micro
    summary.save()
    return record


def kari_of(brand: Brand, *, email: str = "kari@example.com", **fields: Any) -> Household:
    """Kari as in the worked example: Mobil 10 then 20 on 14 October, fibre, two extras."""
    make_partitions()
    account = make.make_account(brand, opened_on=date(2026, 8, 1), **fields)
    person = make.make_person(account, email)
    home = make.make_location(account)
    ten = make.make_plan(
        brand, "MOBIL10", "299.00", name={"en": "Mobile 10 GB", "nb": "Mobil 10 GB"}
    )
    twenty = make.make_plan(
        brand, "MOBIL20", "399.00", name={"en": "Mobile 20 GB", "nb": "Mobil 20 GB"}
    )
    fibre = make.make_plan(brand, "FIBER250", "350.00", name={"en": "Fibre 250", "nb": "Fiber 250"})
    mobile = make.make_subscription(
        account, ten, "MOB-1", number="4790000123", starts_on=date(2026, 8, 1)
    )
    make.give_plan(mobile, twenty, date(2026, 10, 14))
    fixed = make.make_subscription(
        account, fibre, "FIB-1", starts_on=date(2026, 8, 1), location=home
    )
    pack = make.make_plan(
        brand, "GB1", "49.00", kind="add_on", charge={"kind": "one_off"},
        name={"en": "Extra 1 GB", "nb": "Ekstra 1 GB"},
    )  # fmt: skip
    roam = make.make_plan(
        brand, "TR-DAY", "49.00", kind="add_on", charge={"kind": "one_off"},
        name={"en": "Day pass Türkiye", "nb": "Dagspakke Tyrkia"},
    )  # fmt: skip
    make.give_add_on(mobile, roam, date(2026, 10, 3), "ORDER-1")
    make.give_add_on(mobile, pack, date(2026, 10, 22), "ORDER-2")
    return Household(account, person, [mobile, fixed])


def bill_months(brand: Brand, *dates: date) -> list[Invoice]:
    """Run billing for these bill dates, in order; the brand's issued invoices."""
    for bill_date in dates:
        noon = datetime.combine(bill_date, datetime.min.time(), UTC) + timedelta(days=3)
        run_billing(brand=brand, bill_date=bill_date, as_of=noon.date(), now=noon)
    return list(Invoice.objects.filter(brand=brand, state="issued").order_by("issue_date", "pk"))

"""Reads of usage: what bills, itemised lists, the portal's balance and its usage page show."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import F, Q, QuerySet, Sum

from accounts.models import ServiceNumber
from billing.usage.any_of import any_of
from billing.usage.models import UsageRecord, UsageSummary
from catalog.models import Rate, UsageCategory
from core.money import from_micro
from core.periods import local_midnight

PAGE_SIZE = 50
# A usage period starts and ends within so many days of its start date, in any zone.
_PERIOD_DAYS_MAX = 62


@dataclass(frozen=True, slots=True)
class UsageItem:
    """One rated event as customers read it.

    `number` is the customer's own number, `called` the other one (E.164 digits, may be empty for
    data). `quantity` and `billed` are seconds, messages or bytes by `usage_type` (1 voice, 2 SMS,
    3 data). `amount` is in the account's currency and the brand's price mode, 6 decimals. Of the
    billed units allowances cover `covered`; money allowances pay `paid` besides `amount`. `late`:
    it started in an earlier period than the one it is billed with. `priced_together`: a price of
    the whole period counts it, so that its own `amount` is 0.
    """

    id: int
    start_at: datetime
    subscription_id: int
    number: str
    called: str
    destination: str
    category: UsageCategory
    usage_type: int
    quantity: int
    billed: int
    amount: Decimal
    covered: int
    paid: Decimal
    late: bool
    priced_together: bool


@dataclass(frozen=True, slots=True)
class UsagePage:
    """One page of a usage list, newest first. Pages count from 1; an empty list has one page."""

    items: list[UsageItem]
    page: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class UsageSoFar:
    """What a subscription used of one category in a usage period, late usage included.

    `quantity` and `billed` are seconds, messages or bytes; `amount` as in `UsageItem`.
    """

    account_id: int
    subscription_id: int
    category: UsageCategory
    usage_type: int
    records: int
    quantity: int
    billed: int
    amount: Decimal


def records_of(
    *,
    subscription_id: int,
    period_start: date,
    origin_start: date | None = None,
    category_id: int | None = None,
    costliest: int | None = None,
) -> list[UsageItem]:
    """The records billed with one usage period, by start: the itemised list behind a line.

    `origin_start` and `category_id` narrow them to one invoice line's key; `costliest` takes only
    so many of them, those that cost most, of equals the earlier ones.
    """
    order = ("start_at", "source_id", "key")
    records = UsageRecord.objects.filter(
        subscription_id=subscription_id, period_start=period_start
    ).order_by(*order)
    if origin_start is not None:
        first = local_midnight(origin_start - timedelta(days=1), "UTC")
        records = records.filter(
            origin_start=origin_start,
            # Only says what the key says already, so that few partitions are read.
            start_at__gte=first,
            start_at__lt=first + timedelta(days=_PERIOD_DAYS_MAX),
        )
    if category_id is not None:
        records = records.filter(category_id=category_id)
    if costliest is not None:
        chosen = records.order_by("-amount", *order)[:costliest]
        return _items(sorted(chosen, key=lambda row: (row.start_at, row.source_id, row.key)))
    return _items(records)


def records_page(
    subscription_ids: Collection[int],
    *,
    zone: str,
    since: date | None = None,
    until: date | None = None,
    subscription_id: int | None = None,
    page: int = 1,
    size: int = PAGE_SIZE,
) -> UsagePage:
    """One page of the records of these subscriptions, newest first.

    `subscription_ids` is what the reader may see: the caller scopes it. `since` and `until` are
    dates in `zone`, both days included; `subscription_id` narrows to one of the subscriptions. A
    page beyond the last is the last.
    """
    records = UsageRecord.objects.filter(subscription_id__in=list(subscription_ids))
    if subscription_id is not None:
        records = records.filter(subscription_id=subscription_id)
    if since is not None:
        records = records.filter(start_at__gte=local_midnight(since, zone))
    if until is not None:
        records = records.filter(start_at__lt=local_midnight(until + timedelta(days=1), zone))
    total = records.count()
    pages = max(1, -(-total // size))
    page = min(max(page, 1), pages)
    rows = records.order_by("-start_at", "-id")[(page - 1) * size : page * size]
    return UsagePage(items=_items(rows), page=page, pages=pages, total=total)


def unbilled_summaries(account_ids: Collection[int], until: date) -> QuerySet[UsageSummary]:
    """The summaries that a bill run of bill date `until` puts on invoices.

    They belong to usage periods that are still open and start before `until`: the period that
    ends now, earlier ones that were never billed, and late usage put into them. Call it under the
    accounts' locks and before `Account.usage_closed_until` moves on; afterwards they are closed.
    """
    return (
        UsageSummary.objects.filter(
            Q(account__usage_closed_until__isnull=True)
            | Q(period_start__gte=F("account__usage_closed_until")),
            any_of("account_id", account_ids),
            period_start__lt=until,
        )
        .select_related("category")
        .order_by(
            "account_id", "subscription_id", "period_start", "origin_start", "category_id", "id"
        )
    )


def usage_so_far(account_ids: Collection[int], period_start: date) -> list[UsageSoFar]:
    """What these accounts used in the usage period that starts on `period_start`.

    One row for each subscription, category and usage type, in that order.
    """
    rows = (
        UsageSummary.objects.filter(account_id__in=list(account_ids), period_start=period_start)
        .values("account_id", "subscription_id", "category_id", "usage_type")
        .annotate(
            record_count=Sum("records"),
            quantity_sum=Sum("quantity"),
            billed_sum=Sum("billed"),
            amount_sum=Sum("amount"),
        )
        .order_by("account_id", "subscription_id", "category_id", "usage_type")
    )
    categories = UsageCategory.objects.in_bulk({row["category_id"] for row in rows})
    return [
        UsageSoFar(
            account_id=row["account_id"],
            subscription_id=row["subscription_id"],
            category=categories[row["category_id"]],
            usage_type=row["usage_type"],
            records=int(row["record_count"]),
            quantity=int(row["quantity_sum"]),
            billed=int(row["billed_sum"]),
            amount=from_micro(int(row["amount_sum"])),
        )
        for row in rows
    ]


def spent_in(subscription_id: int, period_start: date) -> Decimal:
    """What a line's usage of a period costs, late usage left out: what spend caps count."""
    rows = UsageSummary.objects.filter(
        subscription_id=subscription_id, period_start=period_start, origin_start=period_start
    )
    return from_micro(int(rows.aggregate(all=Sum("amount"))["all"] or 0))


def _items(records: Iterable[UsageRecord]) -> list[UsageItem]:
    """Records with the names their ids stand for: three queries, whatever their number."""
    records = list(records)
    categories = UsageCategory.objects.in_bulk({record.category_id for record in records})
    numbers = dict(
        ServiceNumber.objects.filter(pk__in={record.number_id for record in records}).values_list(
            "pk", "number"
        )
    )
    destinations = dict(
        Rate.objects.filter(pk__in={record.rate_id for record in records}).values_list(
            "pk", "destination"
        )
    )
    return [
        UsageItem(
            id=record.pk,
            start_at=record.start_at,
            subscription_id=record.subscription_id,
            number=numbers.get(record.number_id, ""),
            called=record.called_number,
            destination=destinations.get(record.rate_id, ""),
            category=categories[record.category_id],
            usage_type=record.usage_type,
            quantity=record.quantity,
            billed=record.billed,
            amount=from_micro(record.amount),
            covered=record.covered,
            paid=from_micro(record.paid),
            late=bool(record.flags & UsageRecord.Flag.LATE),
            priced_together=_is_priced_together(record),
        )
        for record in records
    ]


def _is_priced_together(record: UsageRecord) -> bool:
    flags = record.flags & (UsageRecord.Flag.CUMULATIVE | UsageRecord.Flag.LATE)
    return flags == UsageRecord.Flag.CUMULATIVE and record.covered != record.billed

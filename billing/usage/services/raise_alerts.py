"""Say what a batch of records made happen: thresholds crossed, extras barred, unusual usage."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from accounts.models import Subscription
from billing.usage.alerts.caps import Cap, Caps, settings_of
from billing.usage.alerts.crossings import CappedPeriod, Crossing, note_allowances, note_caps
from billing.usage.alerts.line_days import count_days, past_days
from billing.usage.alerts.spike_models import AlertSettings, SpikeFlag
from billing.usage.alerts.spikes import Limits
from billing.usage.allowances.periods import AccountPeriods
from billing.usage.any_of import any_of
from billing.usage.local_days import day_of
from billing.usage.models import UsageRecord
from billing.usage.services.bar_extras import bar_extras
from core.models import Brand
from core.periods import local_date
from core.services.record_event import record_events

THRESHOLD_CROSSED = "usage.threshold_crossed"
SPIKE_FLAGGED = "usage.spike_flagged"

_DAY_BITS = 24
# A month may flag thousands of days: written at once.
_FLAG = """
    INSERT INTO billing_spikeflag (
        account_id, subscription_id, kind, day, seen, "limit", median, days, state, outcome,
        flagged_at
    )
    SELECT subscription.account_id, subscription.id, kind, day, seen, most, median, days, 'new',
           '', %s
    FROM unnest(
        %s::bigint[], %s::text[], %s::date[], %s::bigint[], %s::bigint[], %s::bigint[],
        %s::smallint[]
    ) WITH ORDINALITY AS found (subscription_id, kind, day, seen, most, median, days, place)
    JOIN accounts_subscription subscription ON subscription.id = found.subscription_id
    ORDER BY place
    RETURNING id, account_id
"""

Columns = Mapping[str, NDArray[Any]]
News = list[tuple[str, int, dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Line:
    """A subscription whose usage changed, and its account."""

    subscription_id: int
    account_id: int


def raise_alerts(
    brand: Brand,
    columns: Columns,
    accounts: Mapping[int, AccountPeriods],
    *,
    has_allowances: bool,
    repriced: Iterable[tuple[int, int]] = (),
    watch_spikes: bool = True,
    now: datetime,
) -> None:
    """Compare what stands now with the limits; call it once a batch, after all of it is stored.

    `columns` are the batch's records, `repriced` pairs of account and subscription whose stored
    records cost something else now. The caller holds the locks of their accounts, so that what is
    crossed is crossed by one transaction. Without `watch_spikes` the records count in no line's
    days: they did when they came. Customers are told by subscribers of the events written here,
    when the transaction is through.
    """
    lines = _lines(columns, repriced)
    if not lines:
        return
    settings = settings_of(brand)
    today = local_date(now, brand.zone)
    crossed: list[Crossing] = []
    if has_allowances:
        crossed += note_allowances(
            {line.account_id for line in lines},
            [line.subscription_id for line in lines],
            since=day_of(int(columns["origin_start"].min())) if len(columns["start_at"]) else today,
            now=now,
        )
    crossed += _caps(settings, lines, columns, accounts, today, now)
    news = [
        (THRESHOLD_CROSSED, each.account_id, {"alert_id": each.alert_id})
        for each in crossed
        if each.told
    ]
    if watch_spikes and settings.watch_spikes:
        news += _spikes(brand, settings, columns, now)
    _tell(brand, news, now)


def _lines(columns: Columns, repriced: Iterable[tuple[int, int]]) -> list[Line]:
    ids, firsts = np.unique(columns["subscription_id"], return_index=True)
    owners = columns["account_id"][firsts]
    found = dict(zip(ids.tolist(), owners.tolist(), strict=True))
    found |= {subscription: account for account, subscription in repriced}
    return [Line(subscription, account) for subscription, account in sorted(found.items())]


def _caps(
    settings: AlertSettings,
    lines: list[Line],
    columns: Columns,
    accounts: Mapping[int, AccountPeriods],
    today: date,
    now: datetime,
) -> list[Crossing]:
    """What spend caps were crossed; those that block extras do so while their period lasts."""
    caps = Caps(settings, [line.subscription_id for line in lines])
    capped = set(caps.subscription_ids)
    if not capped:
        return []
    origins = _open_origins(columns)
    held: dict[tuple[int, date], Cap] = {}
    for line in lines:
        if line.subscription_id in capped:
            periods = accounts[line.account_id]
            for origin in origins.get(line.account_id, ()):
                last_day = periods.period(origin).end - timedelta(days=1)
                cap = caps.on(line.subscription_id, min(today, last_day))
                if cap is not None:
                    held[line.subscription_id, origin] = cap
    crossed = note_caps(
        [
            CappedPeriod(subscription, origin, cap.micro, cap.code)
            for (subscription, origin), cap in held.items()
        ],
        now=now,
    )
    for each in crossed:
        cap = held[each.subscription_id or 0, each.period_start]
        period = accounts[each.account_id].period(each.period_start)
        if cap.blocks and each.told and each.threshold >= 100 and today < period.end:
            bar_extras(_subscription(each), cap=cap, period=period, now=now)
    return crossed


def _subscription(crossing: Crossing) -> Subscription:
    lines = Subscription.objects.select_related("account__brand")
    return lines.get(pk=crossing.subscription_id or 0)


def _open_origins(columns: Columns) -> dict[int, list[date]]:
    """The usage periods of each account that the batch adds to, those of late records left out."""
    rows = np.flatnonzero((columns["flags"] & UsageRecord.Flag.LATE) == 0)
    codes = (columns["account_id"][rows] << _DAY_BITS) | columns["origin_start"][rows]
    found: dict[int, list[date]] = {}
    for code in np.unique(codes).tolist():
        account, origin = code >> _DAY_BITS, code & (2**_DAY_BITS - 1)
        found.setdefault(account, []).append(day_of(origin))
    return found


def _spikes(brand: Brand, settings: AlertSettings, columns: Columns, now: datetime) -> News:
    limits = Limits(settings)
    days = count_days(columns, settings, brand.zone, limits.floors)
    if not days:
        return []
    past = past_days([(day.subscription_id, day.day) for day in days], settings.median_days)
    known = _flags_of(day.subscription_id for day in days)
    found = [
        (
            day.subscription_id,
            spike.kind,
            day.day,
            spike.seen,
            spike.limit,
            spike.median,
            spike.days,
        )
        for day in days
        for spike in limits.spikes_of(day, past.get((day.subscription_id, day.day)))
        if (day.subscription_id, spike.kind, day.day) not in known
    ]
    if not found:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_FLAG, [now, *map(list, zip(*found, strict=True))])
        flags = cursor.fetchall()
    if not settings.tell_customers:
        return []
    return [(SPIKE_FLAGGED, account, {"flag_id": pk}) for pk, account in flags]


def _flags_of(subscription_ids: Iterable[int]) -> Collection[tuple[int, str, date]]:
    rows = SpikeFlag.objects.filter(any_of("subscription_id", set(subscription_ids)))
    return set(rows.values_list("subscription_id", "kind", "day"))


def _tell(brand: Brand, news: News, now: datetime) -> None:
    """Write the news, in the order of the accounts."""
    for kind in (THRESHOLD_CROSSED, SPIKE_FLAGGED):
        told = sorted(
            ((account, payload) for of, account, payload in news if of == kind),
            key=lambda item: item[0],
        )
        record_events(kind, brand=brand, news=told, now=now)

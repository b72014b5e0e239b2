"""Rate usage of some accounts again at its deck's rates of today, all of it or nothing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import numpy as np
from django.db import transaction
from django.db.models import F, Q, Sum

from accounts.models import Account
from billing.usage.allowances.periods import AccountPeriods
from billing.usage.allowances.settling import UsageTerms, account_periods
from billing.usage.any_of import any_of
from billing.usage.local_days import day_of
from billing.usage.models import UsageSummary
from billing.usage.price_tables import PriceTables
from billing.usage.rerating.adjusting import adjust_records
from billing.usage.rerating.candidates import Candidates, Columns
from billing.usage.rerating.models import Rerating, ReratingEffect
from billing.usage.rerating.open_periods import Replaced, replace_records
from billing.usage.rerating.prices_today import fresh_prices
from billing.usage.services.raise_alerts import raise_alerts
from billing.usage.services.settle_alerts import lift_needless_bars
from core.models import Brand

# Of an account's unbilled usage, in millionths: that of open usage periods, and of closed ones.
_Sums = dict[int, tuple[int, int]]

RERATED_BY = "re-rating"


@transaction.atomic
def rerate_usage(
    rerating: Rerating,
    wanted: Candidates,
    account_ids: Collection[int],
    *,
    usage_terms: UsageTerms,
    tables: PriceTables,
    now: datetime,
) -> list[ReratingEffect]:
    """Rate the records of these accounts again; what it changes for each whose charges change.

    Records of open usage periods are replaced, billed ones adjusted on the next invoice. A record
    whose price is that of today already is left as it is, so that a second time changes nothing.
    The counts of `rerating` grow; it and the effects are not saved here.
    """
    brand = rerating.deck.brand
    assert brand is not None
    locked = Account.objects.filter(any_of("pk", account_ids)).order_by("pk")
    owners = {account.pk: account for account in locked.select_for_update(no_key=True)}
    accounts = account_periods(account_ids)
    before = _unbilled(account_ids)
    prices = fresh_prices(rerating.deck, wanted.load(sorted(account_ids)), tables)
    closed = _is_closed(prices.stored, accounts)
    replaced = replace_records(
        rerating.deck, prices.taken(np.flatnonzero(~closed)), accounts, usage_terms, tables
    )
    outcome, left = adjust_records(
        rerating, prices.taken(np.flatnonzero(closed)), accounts, usage_terms, tables
    )
    if replaced:
        _watch(brand, replaced, accounts, usage_terms, now)
    rerating.unpriced += prices.unpriced
    rerating.left += left
    effects = _effects(
        rerating,
        owners,
        {"replaced": _counts(replaced.columns if replaced else None), "adjusted": _counts(outcome)},
        before,
        _unbilled(account_ids),
    )
    rerating.replaced += sum(effect.replaced for effect in effects)
    rerating.adjusted += sum(effect.adjusted for effect in effects)
    return effects


def _is_closed(columns: Columns, accounts: dict[int, AccountPeriods]) -> np.ndarray:
    pairs = zip(columns["account_id"].tolist(), columns["origin_start"].tolist(), strict=True)
    known: dict[tuple[int, int], bool] = {}
    for pair in pairs:
        if pair not in known:
            known[pair] = accounts[pair[0]].is_closed(day_of(pair[1]))
    pairs = zip(columns["account_id"].tolist(), columns["origin_start"].tolist(), strict=True)
    return np.array([known[pair] for pair in pairs], np.bool_)


def _watch(
    brand: Brand,
    replaced: Replaced,
    accounts: dict[int, AccountPeriods],
    usage_terms: UsageTerms,
    now: datetime,
) -> None:
    """What higher prices cross is told as ever; what lower ones fall below is barred no longer."""
    raise_alerts(
        brand,
        replaced.columns,
        accounts,
        has_allowances=bool(usage_terms.terms.plans_with_allowances),
        repriced=replaced.repriced,
        watch_spikes=False,
        now=now,
    )
    lines = set(replaced.columns["subscription_id"].tolist())
    lines |= {subscription for _, subscription in replaced.repriced}
    lift_needless_bars(sorted(lines), by=RERATED_BY, now=now)


def _unbilled(account_ids: Collection[int]) -> _Sums:
    closed_until = F("account__usage_closed_until")
    rows = UsageSummary.objects.filter(any_of("account_id", account_ids)).filter(
        Q(account__usage_closed_until=None) | Q(period_start__gte=closed_until)
    )
    late = Q(origin_start__lt=closed_until)
    sums = (
        rows.order_by()
        .values_list("account_id")
        .annotate(
            own=Sum("amount", filter=~late | Q(account__usage_closed_until=None), default=0),
            late=Sum("amount", filter=late, default=0),
        )
    )
    return {account: (int(own), int(late)) for account, own, late in sums}


def _counts(columns: Columns | None) -> dict[int, int]:
    if columns is None:
        return {}
    ids, counts = np.unique(columns["account_id"], return_counts=True)
    return dict(zip(ids.tolist(), counts.tolist(), strict=True))


def _effects(
    rerating: Rerating,
    owners: dict[int, Account],
    counts: dict[str, dict[int, int]],
    before: _Sums,
    after: _Sums,
) -> list[ReratingEffect]:
    effects = []
    for pk, account in owners.items():
        (open_before, late_before), (open_after, late_after) = (
            sums.get(pk, (0, 0)) for sums in (before, after)
        )
        effect = ReratingEffect(
            rerating=rerating,
            account=account,
            replaced=counts["replaced"].get(pk, 0),
            adjusted=counts["adjusted"].get(pk, 0),
            open_before=open_before,
            open_after=open_after,
            adjustment=late_after - late_before,
        )
        if effect.replaced or effect.adjusted or effect.change:
            effects.append(effect)
    return effects

"""Which allowances the subscriptions of an account name, from when until when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from accounts.models import Subscription
from billing.rating.openings import Naming
from billing.usage.allowances.terms import PlanTerms
from billing.usage.fetching import rows_by
from core.periods import Period

_SUBSCRIPTIONS = """
    SELECT id, account_id, starts_on, ends_on FROM accounts_subscription
    WHERE account_id = ANY(%s::bigint[]) ORDER BY code
"""
_PLANS = """
    SELECT subscription_id, plan_id, during FROM accounts_subscriptionplan
    WHERE subscription_id = ANY(%s::bigint[]) AND plan_id = ANY(%s::bigint[])
    ORDER BY subscription_id, during
"""
_ADD_ONS = """
    SELECT subscription_id, plan_id, starts_on, ends_on FROM accounts_subscriptionaddon
    WHERE subscription_id = ANY(%s::bigint[]) AND plan_id = ANY(%s::bigint[])
    ORDER BY starts_on, code
"""


@dataclass(frozen=True, slots=True)
class Holding:
    """A plan or an add-on that a subscription has over `[since, until)`.

    `by_change`: it followed another plan.
    """

    subscription: int
    plan_id: int
    since: date
    until: date | None
    by_change: bool


def load_holdings(
    account_ids: Collection[int], plan_ids: Collection[int]
) -> dict[int, list[Holding]]:
    """What of these plans each account's subscriptions have ever had, by account."""
    holdings: dict[int, list[Holding]] = defaultdict(list)
    if not account_ids or not plan_ids:
        return holdings
    subscriptions = {row[0]: row[1:] for row in rows_by(_SUBSCRIPTIONS, account_ids)}
    for subscription, plan_id, during in rows_by(_PLANS, subscriptions, list(plan_ids)):
        account, starts_on, ends_on = subscriptions[subscription]
        since = max(during.lower or starts_on, starts_on)
        _add(
            holdings[account],
            Holding(
                subscription, plan_id, since, _earlier(during.upper, ends_on), since > starts_on
            ),
        )
    for subscription, plan_id, since, until in rows_by(_ADD_ONS, subscriptions, list(plan_ids)):
        account, starts_on, ends_on = subscriptions[subscription]
        _add(
            holdings[account],
            Holding(subscription, plan_id, max(since, starts_on), _earlier(until, ends_on), False),
        )
    return holdings


def holdings_of(subscription: Subscription, plan_ids: Collection[int]) -> list[Holding]:
    """What of these plans a subscription has ever had; its history and add-ons are loaded."""
    starts_on, ends_on = subscription.starts_on, subscription.ends_on
    holdings: list[Holding] = []
    for row in subscription.plan_history.all():
        since = max(row.during.lower or starts_on, starts_on)
        until = _earlier(row.during.upper, ends_on)
        if row.plan_id in plan_ids:
            by_change = since > starts_on
            _add(holdings, Holding(subscription.pk, row.plan_id, since, until, by_change))
    add_ons = sorted(subscription.add_ons.all(), key=lambda add_on: (add_on.starts_on, add_on.code))
    for add_on in add_ons:
        if add_on.plan_id in plan_ids:
            since, until = max(add_on.starts_on, starts_on), _earlier(add_on.ends_on, ends_on)
            _add(holdings, Holding(subscription.pk, add_on.plan_id, since, until, False))
    return holdings


def namings_in(holdings: Iterable[Holding], terms: PlanTerms, period: Period) -> list[Naming]:
    """Which allowances are named in a usage period: those of the version in force when the plan
    or the period began, whichever is later."""
    namings: list[Naming] = []
    for held in holdings:
        if held.since >= period.end or (held.until and held.until <= period.start):
            continue
        version = terms.version_of(held.plan_id, max(held.since, period.start), held.since)
        if version is None or version.starts_on >= period.end:
            continue
        since = max(held.since, version.starts_on) if held.since < version.starts_on else held.since
        namings += [
            Naming(held.subscription, allowance, since, held.until, held.by_change)
            for allowance in version.allowances
        ]
    return namings


def joint_users(namings: Sequence[Naming], period: Period) -> Mapping[str, Mapping[int, date]]:
    """Who uses the pools and shared allowances in a period, by code, each from a day on."""
    users: dict[str, dict[int, date]] = defaultdict(dict)
    for naming in sorted(namings, key=lambda naming: naming.since):
        late = naming.by_change and naming.since > period.start
        if naming.terms.scope != "own" and not late:
            since = max(naming.since, period.start)
            users[naming.terms.code].setdefault(naming.subscription, since)
    return users


def _add(holdings: list[Holding], held: Holding) -> None:
    if held.until is None or held.since < held.until:
        holdings.append(held)


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)

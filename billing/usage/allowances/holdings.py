"""Which allowances the subscriptions of an account name, from when until when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from accounts.models import Subscription, SubscriptionAddOn, SubscriptionPlan
from billing.rating.openings import Naming
from billing.usage.allowances.terms import BrandTerms
from billing.usage.any_of import any_of
from core.periods import Period


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
    subscriptions = {
        row[0]: row[1:]
        for row in Subscription.objects.filter(any_of("account_id", account_ids)).values_list(
            "pk", "account_id", "starts_on", "ends_on"
        )
    }
    plans = SubscriptionPlan.objects.filter(
        any_of("subscription_id", subscriptions), any_of("plan_id", plan_ids)
    ).values_list("subscription_id", "plan_id", "during")
    for subscription, plan_id, during in plans:
        account, starts_on, ends_on = subscriptions[subscription]
        since = max(during.lower or starts_on, starts_on)
        _add(
            holdings[account],
            Holding(
                subscription, plan_id, since, _earlier(during.upper, ends_on), since > starts_on
            ),
        )
    add_ons = SubscriptionAddOn.objects.filter(
        any_of("subscription_id", subscriptions), any_of("plan_id", plan_ids)
    ).values_list("subscription_id", "plan_id", "starts_on", "ends_on")
    for subscription, plan_id, since, until in add_ons.order_by("starts_on", "code"):
        account, starts_on, ends_on = subscriptions[subscription]
        _add(
            holdings[account],
            Holding(subscription, plan_id, max(since, starts_on), _earlier(until, ends_on), False),
        )
    return holdings


def namings_in(holdings: Iterable[Holding], terms: BrandTerms, period: Period) -> list[Naming]:
    """Which allowances are named in a usage period: those of the version in force when the plan
    or the period began, whichever is later."""
    namings: list[Naming] = []
    for held in holdings:
        if held.since >= period.end or (held.until and held.until <= period.start):
            continue
        version = terms.version_of(held.plan_id, max(held.since, period.start))
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

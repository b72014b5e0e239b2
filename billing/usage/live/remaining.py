"""What is left of allowances now: of each grant of the running usage period, opened or not yet."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from accounts.models import Account, Subscription
from billing.usage.allowances.balances import Balance, Pair, balance_of, identity
from billing.usage.allowances.holdings import holdings_of
from billing.usage.allowances.models import AllowanceBalance
from billing.usage.allowances.periods import AccountPeriods, GrantRules
from billing.usage.allowances.terms import PlanTerms
from billing.usage.cutover import AllowanceUsedBefore, UsageCutover
from catalog.models import Allowance, PlanVersion

_DAYS_OF_A_PERIOD_MIN = 28


@dataclass(frozen=True, slots=True)
class Remaining:
    """A grant that may be used on the day asked for, and what is left of it.

    `quantity`, `used` and `left` are seconds, messages, bytes or, of money, millionths of the
    currency unit; empty without limit. `subscription` is whose it is, empty of a pool or a shared
    one: then `users` may use it. `last_day` is the last one on which it may be used in this period;
    `kept_until` is the last day to which unused units are carried over, empty where they fall away
    with the period. `carried_in` says that it comes from an earlier period.
    """

    account_id: int
    subscription_id: int | None
    users: tuple[int, ...]
    code: str
    description: Mapping[str, str]
    scope: str
    unit: str
    quantity: int | None
    used: int
    left: int | None
    last_day: date
    kept_until: date | None
    carried_in: bool

    @property
    def per_cent_left(self) -> int | None:
        """How much of it is left, of a hundred; never 0 or 100 where that is not all."""
        if self.quantity is None or self.left is None:
            return None
        if not self.quantity:
            return 0
        share = self.left * 100 // self.quantity
        return 1 if not share and self.left else share


@dataclass(frozen=True, slots=True)
class AllowanceRows:
    """What was read of some accounts, whose subscriptions know their plans and add-ons.

    `versions` are the published versions of these plans, earliest first, with their allowances
    and charges; `balances` the stored grants of the running period, and of earlier ones where
    they may be carried.
    """

    accounts: Sequence[Account]
    subscriptions: Sequence[Subscription]
    versions: Sequence[PlanVersion]
    balances: Sequence[AllowanceBalance]
    used_before: Sequence[AllowanceUsedBefore]
    cutovers: Sequence[UsageCutover]


def remaining_allowances(rows: AllowanceRows, today: date) -> list[Remaining]:
    """What these accounts may still use on `today`, by account, subscription, code and expiry.

    Grants that no record has opened yet count in full; nothing is stored. Reads nothing.
    """
    terms = PlanTerms(rows.versions)
    plans = {
        version.plan_id for version in rows.versions if terms.allowances_of_plan(version.plan_id)
    }
    if not plans:
        return []
    named = {row.pk: row for version in rows.versions for row in version.allowances.all()}
    rules = GrantRules(terms)
    found: list[Remaining] = []
    for account in rows.accounts:
        own = [each for each in rows.subscriptions if each.account_id == account.pk]
        _tell(rules, account, own, plans, rows)
        if not rules.has_any(account.pk):
            continue
        periods = AccountPeriods(
            account.pk, account.bill_day, account.currency, account.usage_closed_until
        )
        stored = _stored(account, rows.balances, terms, named.keys())
        balances = _grants_now(rules, terms, periods, today, stored)
        found += [
            _remaining(balance, named[terms.allowance_id(balance.opening.terms)], periods)
            for balance in balances
            if balance.opening.opens <= today < balance.opening.closes
        ]
    found.sort(
        key=lambda each: (each.account_id, each.subscription_id or 0, each.code, each.last_day)
    )
    return found


def _tell(
    rules: GrantRules,
    account: Account,
    subscriptions: Iterable[Subscription],
    plans: Collection[int],
    rows: AllowanceRows,
) -> None:
    ids = {each.pk for each in subscriptions}
    holdings = [held for each in subscriptions for held in holdings_of(each, plans)]
    used_before = [row for row in rows.used_before if row.subscription_id in ids]
    first_days = [row.starts_on for row in rows.cutovers if row.account_id == account.pk]
    rules.know(account.pk, holdings, used_before, min(first_days, default=None))


def _stored(
    account: Account,
    balances: Iterable[AllowanceBalance],
    terms: PlanTerms,
    known: Collection[int],
) -> dict[Pair, list[Balance]]:
    stored: dict[Pair, list[Balance]] = {}
    for row in balances:
        if row.account_id == account.pk and row.allowance_id in known:
            pair = (row.account_id, row.period_start)
            stored.setdefault(pair, []).append(balance_of(row, terms))
    return stored


def _grants_now(
    rules: GrantRules,
    terms: PlanTerms,
    account: AccountPeriods,
    today: date,
    stored: dict[Pair, list[Balance]],
) -> list[Balance]:
    """The running period's grants; those before are followed as far back as units are carried."""
    start = account.period(today).start
    chain = [start]
    if rules.carries(account.account_id):
        first = account.period(rules.first_day(account.account_id)).start
        for _ in range(_periods_carried(terms)):
            before = account.period(chain[0] - timedelta(days=1)).start
            if before < first:
                break
            chain.insert(0, before)
    for each in chain:
        pair = (account.account_id, each)
        if not (stored.get(pair) and account.is_closed(each)):
            stored[pair] = _as_used(rules.wanted(account, each, stored), stored.get(pair, []))
    return stored[account.account_id, start]


def _periods_carried(terms: PlanTerms) -> int:
    """After how many periods nothing of a grant can be left, at most."""
    most = 0
    for each in terms.all_allowances():
        days = -(-(each.expires_after_days or 0) // _DAYS_OF_A_PERIOD_MIN)
        most = max(most, each.roll_over_periods + 1, days + 1)
    return most


def _as_used(wanted: Sequence[Balance], stored: Iterable[Balance]) -> list[Balance]:
    """The grants as masters have them now, used as far as those stored."""
    known = {(identity(each.opening), each.position): each for each in stored}
    for balance in wanted:
        there = known.get((identity(balance.opening), balance.position))
        if there is not None:
            quantity = balance.opening.quantity
            balance.used = there.used if quantity is None else min(there.used, quantity)
            balance.carried = there.carried
            balance.pk = there.pk
    return list(wanted)


def _remaining(balance: Balance, allowance: Allowance, account: AccountPeriods) -> Remaining:
    opening = balance.opening
    is_own = opening.terms.scope == "own"
    period = account.period(balance.period_start)
    return Remaining(
        account_id=balance.account_id,
        subscription_id=opening.contributions[0][0] if is_own else None,
        users=tuple(who for who, _ in opening.users),
        code=opening.terms.code,
        description=allowance.description,
        scope=opening.terms.scope,
        unit=allowance.unit,
        quantity=opening.quantity,
        used=balance.used,
        left=None if balance.left is None else max(balance.left, 0),
        last_day=opening.closes - timedelta(days=1),
        kept_until=opening.expires - timedelta(days=1) if opening.expires > period.end else None,
        carried_in=opening.granted < balance.period_start,
    )

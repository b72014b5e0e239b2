"""Which grants an account's usage period has now, compared with those that are stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum

from billing.rating.openings import Naming, Opening, carry_over, open_period
from billing.usage.allowances.balances import Balance, Pair, identity, numbered, rewrite
from billing.usage.allowances.holdings import Holding, joint_users, load_holdings, namings_in
from billing.usage.allowances.terms import BrandTerms, PlanTerms
from billing.usage.cutover import AllowanceUsedBefore, cutovers_of
from billing.usage.fetching import rows_by
from core.money import to_micro
from core.periods import Period, period_containing

_USED_BEFORE = """
    SELECT subscription_id, period_start, allowance_code, units FROM billing_allowanceusedbefore
    WHERE subscription_id = ANY(%s::bigint[]) ORDER BY subscription_id, period_start, allowance_code
"""


@dataclass(frozen=True, slots=True)
class AccountPeriods:
    """What decides an account's usage periods; all from `closed_until` on are open."""

    account_id: int
    bill_day: int
    currency: str
    closed_until: date | None

    def period(self, start: date) -> Period:
        """The usage period that contains this day."""
        return period_containing(start, self.bill_day)

    def is_closed(self, start: date) -> bool:
        """Whether the period that starts on this day takes only late usage."""
        return self.closed_until is not None and start < self.closed_until


class Change(Enum):
    """What bringing a period up to date did to its grants."""

    NONE = 0
    OPENED = 1
    ALTERED = 2


class GrantRules:
    """Which grants accounts have in their usage periods, by what is known of their plans."""

    def __init__(self, terms: PlanTerms) -> None:
        self._plans = terms
        self._holdings: dict[int, list[Holding]] = {}
        self._used_before: dict[tuple[int, date], list[tuple[int, str, int]]] = defaultdict(list)
        self._first_days: dict[int, date] = {}

    def know(
        self,
        account_id: int,
        holdings: Collection[Holding],
        used_before: Iterable[AllowanceUsedBefore],
        first_day: date | None,
    ) -> None:
        """Be told of an account: its holdings of plans with allowances, and what was taken over."""
        self._holdings[account_id] = list(holdings)
        if first_day is not None:
            self._first_days[account_id] = first_day
        for row in used_before:
            self._used_before[account_id, row.period_start].append(
                (row.subscription_id, row.allowance_code, to_micro(row.units))
            )

    def has_any(self, account_id: int) -> bool:
        """Whether a subscription of the account has ever named an allowance."""
        return bool(self._holdings[account_id])

    def carries(self, account_id: int) -> bool:
        """Whether some allowance of the account may outlast its usage period."""
        return any(
            allowance.roll_over_periods or allowance.expires_after_days
            for held in self._holdings[account_id]
            for allowance in self._plans.allowances_of_plan(held.plan_id)
        )

    def first_day(self, account_id: int) -> date:
        """The first day on which the account has a grant here."""
        since = min(held.since for held in self._holdings[account_id])
        return max(since, self._first_days.get(account_id, since))

    def wanted(
        self, account: AccountPeriods, start: date, stored: dict[Pair, list[Balance]]
    ) -> list[Balance]:
        """The grants of a period, as if no record had used them; `stored` has those before."""
        pair = (account.account_id, start)
        wanted = numbered(self._openings(account, account.period(start), stored), pair)
        self._count_used_before(pair, wanted)
        return wanted

    def _fix_before(
        self, account: AccountPeriods, start: date, stored: dict[Pair, list[Balance]]
    ) -> None:
        """Where a run closed two periods at once, what went from one into the other is what the
        later one holds."""
        before = account.period(start - timedelta(days=1)).start
        giving = stored.get((account.account_id, before), [])
        if any(balance.carried is None for balance in giving):
            known = stored[account.account_id, start]
            _fix(giving, [each.opening for each in known if each.opening.granted < start])

    def _openings(
        self, account: AccountPeriods, period: Period, stored: dict[Pair, list[Balance]]
    ) -> list[Opening]:
        holdings = self._holdings[account.account_id]
        namings = namings_in(holdings, self._plans, period)
        openings = open_period(
            namings, period, anchor_day=account.bill_day, currency=account.currency
        )
        if self.carries(account.account_id):
            openings += self._carried(account, period, namings, stored)
        return openings

    def _carried(
        self,
        account: AccountPeriods,
        period: Period,
        namings: Sequence[Naming],
        stored: dict[Pair, list[Balance]],
    ) -> list[Opening]:
        """What comes from the period before. Once that was closed, it is what it was then."""
        before = account.period(period.start - timedelta(days=1)).start
        giving = stored.get((account.account_id, before), [])
        users = joint_users(namings, period)
        if giving and all(balance.carried is not None for balance in giving):
            there = stored.get((account.account_id, period.start), [])
            return [
                _with_users(balance.opening, users.get(balance.opening.terms.code))
                for balance in there
                if balance.opening.granted < period.start
            ]
        held = self._holdings[account.account_id]
        ends = _ends(namings_in(held, self._plans, account.period(before)))
        rests = [
            (balance.opening, balance.left)
            for balance in giving
            if balance.left is not None and _outlasts(balance.opening, ends, users, period.start)
        ]
        carried = [_closed_by_change(opening, ends) for opening in carry_over(rests, period, users)]
        if account.is_closed(before):
            _fix(giving, carried)
        return carried

    def _count_used_before(self, pair: Pair, balances: Sequence[Balance]) -> None:
        """What the system before counted is used already, of the grants in their order."""
        for subscription, code, micro in self._used_before.get(pair, ()):
            for balance in balances:
                opening = balance.opening
                units = micro if opening.terms.money else micro // 1_000_000
                named = opening.terms.code == code and (
                    subscription in {who for who, _ in opening.contributions}
                    or (
                        opening.terms.scope == "shared"
                        and subscription in {who for who, _ in opening.users}
                    )
                )
                if not named or not units:
                    continue
                quantity = opening.quantity
                free = units if quantity is None else quantity - balance.used_before
                taken = min(units, free)
                balance.used_before += taken
                balance.used += taken
                micro -= taken if opening.terms.money else taken * 1_000_000


class Grants(GrantRules):
    """The allowances of accounts: what their masters say, with what was stored of them.

    Masters are those of the moment when an account is first asked for.
    """

    def __init__(self, terms: BrandTerms) -> None:
        super().__init__(terms)
        self.terms = terms

    def learn(self, account_ids: Collection[int]) -> None:
        """Look up the plans of the accounts that were not asked for before."""
        fresh = set(account_ids) - self._holdings.keys()
        if not fresh:
            return
        found = load_holdings(fresh, self.terms.plans_with_allowances)
        self._holdings |= {account: found.get(account, []) for account in fresh}
        holders = {
            held.subscription: account for account, all_held in found.items() for held in all_held
        }
        for subscription, period_start, code, units in rows_by(_USED_BEFORE, holders):
            pair = (holders[subscription], period_start)
            self._used_before[pair].append((subscription, code, to_micro(units)))
        self._first_days |= cutovers_of(found)

    def bring_up_to_date(
        self,
        account: AccountPeriods,
        start: date,
        stored: dict[Pair, list[Balance]],
        gone: list[Balance],
    ) -> Change:
        """Open what is to open in a period and close what is to close. `stored` is brought up to
        date, `gone` gets what is no grant any more."""
        pair = (account.account_id, start)
        known = stored.get(pair, [])
        if known and account.is_closed(start):
            self._fix_before(account, start, stored)
            return Change.NONE
        return _merge(pair, self.wanted(account, start, stored), stored, gone)


def _merge(
    pair: Pair,
    wanted: Sequence[Balance],
    stored: dict[Pair, list[Balance]],
    gone: list[Balance],
) -> Change:
    """Put what is wanted beside what is stored."""
    opens = not stored.get(pair)
    known = {(identity(b.opening), b.position): b for b in stored.get(pair, [])}
    changed: list[Balance] = []
    kept: list[Balance] = []
    for balance in wanted:
        there = known.pop((identity(balance.opening), balance.position), None)
        if there is None:
            kept.append(balance)
            continue
        kept.append(there)
        if there.opening != balance.opening or there.used_before != balance.used_before:
            there.opening, there.used_before = balance.opening, balance.used_before
            there.reset()
            changed.append(there)
    rewrite(changed)
    gone += known.values()
    stored[pair] = kept
    if opens:
        return Change.OPENED if kept else Change.NONE
    altered = changed or known or any(balance.pk is None for balance in kept)
    return Change.ALTERED if altered else Change.NONE


def _ends(namings: Iterable[Naming]) -> dict[tuple[int, str], date]:
    """Until when each subscription names an own allowance."""
    ends: dict[tuple[int, str], date] = {}
    for naming in namings:
        key = (naming.subscription, naming.terms.code)
        ends[key] = max(ends.get(key, date.min), naming.until or date.max)
    return ends


def _outlasts(
    opening: Opening,
    ends: dict[tuple[int, str], date],
    users: Mapping[str, Mapping[int, date]],
    start: date,
) -> bool:
    """Whether somebody still has a grant on the day on which the next period begins: what nobody
    names on that day has ended, also if another line names it later."""
    if opening.terms.scope != "own":
        return start in users.get(opening.terms.code, {}).values()
    return ends.get((opening.contributions[0][0], opening.terms.code), date.min) > start


def _closed_by_change(opening: Opening, ends: dict[tuple[int, str], date]) -> Opening:
    if opening.terms.scope != "own":
        return opening
    end = ends.get((opening.contributions[0][0], opening.terms.code), date.max)
    return replace(opening, closes=max(min(opening.closes, end), opening.opens))


def _with_users(opening: Opening, users: object) -> Opening:
    if opening.terms.scope == "own" or not isinstance(users, dict):
        return opening
    return replace(opening, users=tuple(users.items()))


def _fix(giving: Sequence[Balance], carried: Sequence[Opening]) -> None:
    """Note what of each grant went into the next period: late usage doesn't find it any more."""
    into: dict[tuple[object, ...], int] = defaultdict(int)
    for opening in carried:
        for who, quantity in opening.contributions:
            into[opening.terms, who, opening.granted, opening.expires] += quantity or 0
    for balance in giving:
        opening = balance.opening
        balance.carried = 0
        for who, _ in opening.contributions:
            balance.carried += into.pop((opening.terms, who, opening.granted, opening.expires), 0)
        if balance.left is not None:
            balance.spare = balance.left

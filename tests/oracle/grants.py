"""Allowances by hand: what a usage period grants, what records take, what is carried on."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.oracle.calendars import anchor, month_of, usage_period
from tests.oracle.company import Company
from tests.oracle.events import Event, price_of, stretches
from tests.oracle.rating import MILLION, round_away

UNITS = {"seconds": "voice", "messages": "sms", "bytes": "data"}
SCOPES = {"own": 0, "pooled": 1, "shared": 2}
Row = dict[str, Any]


@dataclass(eq=False)
class Grant:
    """Units, or millionths of money, that a period has for some subscriptions."""

    terms: Row
    subscription: str
    stretch_end: date
    opens: date
    closes: date
    expires: date
    granted: date
    quantity: int | None
    users: dict[str, date] = field(default_factory=dict)
    used: int = 0
    carried: int = 0

    @property
    def left(self) -> int:
        """What records may still take."""
        return 10**30 if self.quantity is None else self.quantity - self.used - self.carried

    @property
    def order(self) -> tuple[Any, ...]:
        """Priority, expiry, scope, code."""
        scope = SCOPES[self.terms.get("scope", "own")]
        return (
            self.terms.get("priority", 100), self.expires, scope, self.terms["code"],
            self.granted, self.opens, self.subscription,
        )  # fmt: skip

    def serves(self, event: Event, groups: set[str]) -> bool:
        """Whether an event may take of it."""
        if event.subscription not in self.users:
            return False
        if not max(self.opens, self.users[event.subscription]) <= event.day < self.closes:
            return False
        wanted = self.terms.get("destinations")
        return not wanted or bool(groups & set(wanted))


def groups_of(company: Company, called: str, day: date) -> set[str]:
    """The destination groups of a called number: that of the longest prefix in force."""
    best: dict[int, set[str]] = defaultdict(set)
    for code, prefixes in company.groups.items():
        for prefix, start, end in prefixes:
            if called.startswith(prefix) and start <= day < end:
                best[len(prefix)].add(code)
    return best[max(best)] if best else set()


class Periods:
    """One account's usage periods."""

    def __init__(self, company: Company, brand: str, account: str, decimals: int):
        self.company, self.brand, self.decimals = company, brand, decimals
        self.row = company.accounts[brand, account]
        self.grants: dict[date, list[Grant]] = {}
        self.closed_until = date.min
        self.named: dict[str, dict[str, date]] = defaultdict(dict)

    def bounds(self, day: date, further: int = 0) -> tuple[date, date]:
        """The period of a day, or one some periods further."""
        bill_day = self.row.get("bill_day", 1)
        start, _ = usage_period(day, bill_day)
        month = month_of(start)
        if anchor(month, bill_day) != start:
            month -= 1
        return anchor(month + further, bill_day), anchor(month + further + 1, bill_day)

    def open(self, start: date, end: date) -> list[Grant]:
        """The grants of a period, those carried into it first."""
        grants = self._carried(start)
        for subscription in self.row["subscriptions"]:
            taken = [one for one in stretches(subscription) if one[1] < end and one[2] > start]
            for number, (plan, first, last) in enumerate(taken):
                # Others than own ones wait for the next period where a plan changes within one.
                new_here = first <= start or first == subscription["starts_on"]
                version = self.company.version(self.brand, plan, max(first, start))
                for terms in version.allowances:
                    scope = terms.get("scope", "own")
                    if scope == "own" or (new_here and number == 0):
                        self.named[terms["code"]][subscription["code"]] = max(first, start)
                        self._grant(
                            grants, terms, subscription, max(first, start), last, (start, end)
                        )
        self._name_users(grants)
        self.named.clear()
        self.grants[start] = grants
        return grants

    def _grant(
        self, grants: list[Grant], terms: Row, subscription: Row, opens: date, last: date,
        period: tuple[date, date],
    ) -> None:  # fmt: skip
        scope = terms.get("scope", "own")
        code = subscription["code"]
        same = [
            one for one in grants
            if one.terms["code"] == terms["code"] and one.granted >= period[0]
        ]  # fmt: skip
        if scope == "shared" and same:
            if same[0].opens > opens:
                grants.remove(same[0])
            else:
                return
        closes = min(last, period[1]) if scope == "own" else period[1]
        expires = self.bounds(period[0], terms.get("roll_over_periods", 0))[1]
        if "expires_after_days" in terms:
            expires = opens + timedelta(days=terms["expires_after_days"])
            closes = min(closes, expires)
        grants.append(
            Grant(
                terms, "" if scope == "shared" else code, last, opens, closes, expires, opens,
                self._quantity(terms, opens, period), {code: opens},
            )
        )  # fmt: skip

    def _quantity(self, terms: Row, opens: date, period: tuple[date, date]) -> int | None:
        if terms["quantity"] == "unlimited":
            return None
        quantity = Fraction(terms["quantity"])
        if terms.get("proration") == "days":
            quantity = quantity * (period[1] - opens).days / (period[1] - period[0]).days
            quantity = round_away(quantity, self.decimals if terms["unit"] == "money" else 0)
        return int(quantity * MILLION) if terms["unit"] == "money" else int(quantity)

    def _name_users(self, grants: list[Grant]) -> None:
        for grant in grants:
            scope = grant.terms.get("scope", "own")
            if scope == "pooled":
                grant.users = {
                    one.subscription: one.opens for one in reversed(grants)
                    if one.terms["code"] == grant.terms["code"]
                }  # fmt: skip
            elif scope == "shared":
                grant.users = dict(self.named[grant.terms["code"]])

    def _carried(self, start: date) -> list[Grant]:
        """What the period before leaves to this one, and that it no longer has it."""
        before = self.bounds(start - timedelta(days=1))[0]
        chains: dict[tuple[str, str], list[Grant]] = defaultdict(list)
        for grant in self.grants.get(before, []):
            pooled = grant.terms.get("scope", "own") == "pooled"
            if grant.quantity is not None and grant.expires > start and self._goes_on(grant, start):
                chains[grant.terms["code"], "" if pooled else grant.subscription].append(grant)
        carried = []
        for chain in chains.values():
            cap = self._cap(chain)
            for grant in sorted(chain, key=lambda one: (one.granted, one.opens), reverse=True):
                grant.carried = 0
                amount = grant.left if cap is None else min(cap, grant.left)
                if cap is not None:
                    cap -= amount
                grant.carried = amount
                if amount:
                    closes = min(self.bounds(start)[1], grant.expires)
                    if grant.terms.get("scope", "own") == "own":
                        closes = min(closes, grant.stretch_end)
                    carried.append(
                        Grant(
                            grant.terms, grant.subscription, grant.stretch_end, start, closes,
                            grant.expires, grant.granted, amount, {grant.subscription: start},
                        )
                    )  # fmt: skip
        return carried

    def _cap(self, chain: list[Grant]) -> int | None:
        terms = chain[0].terms
        if "roll_over_cap" not in terms:
            return None
        number = len({one.subscription for one in chain})
        scale = MILLION if terms["unit"] == "money" else 1
        return int(Fraction(terms["roll_over_cap"]) * scale) * number

    def _goes_on(self, grant: Grant, day: date) -> bool:
        """Whether somebody still has the allowance on a period's first day."""
        if grant.terms.get("scope", "own") == "own":
            return grant.closes == day and grant.stretch_end > day
        return any(
            terms["code"] == grant.terms["code"]
            for subscription in self.row["subscriptions"]
            for plan, first, last in stretches(subscription)
            if first <= day < last
            for terms in self.company.version(self.brand, plan, max(first, day)).allowances
        )

    def consume(self, event: Event, *, priced: bool) -> None:
        """Cover what the period's grants cover of an event, and price and pay the rest."""
        groups = groups_of(self.company, event.called, event.day)
        mine = sorted(
            (one for one in self.grants[event.origin] if one.serves(event, groups)),
            key=lambda one: one.order,
        )
        fee = True
        for grant in mine:
            if UNITS.get(grant.terms["unit"]) != event.usage_type:
                continue
            units = min(grant.left, event.billed - event.covered)
            if units > 0:
                first = not event.covered
                says = bool(grant.terms.get("connection_fee_when_covered", False))
                fee = says if first else fee and says
                self._take(grant, event, units)
                event.covered += units
        if not priced:
            return
        event.amount = price_of(event, event.covered, fee=fee)
        for grant in mine:
            if grant.terms["unit"] != "money" or event.usage_type not in grant.terms["usage_types"]:
                continue
            millionths = min(grant.left, event.amount)
            if millionths > 0:
                self._take(grant, event, millionths)
                event.paid += millionths
                event.amount -= millionths

    def _take(self, grant: Grant, event: Event, quantity: int) -> None:
        grant.used += quantity
        event.taken.append((grant, quantity))

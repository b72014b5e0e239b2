"""The grants of accounts' usage periods: read, brought up to date with the masters, stored."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from billing.rating.allowances import BEFORE_ALL, NEVER
from billing.rating.grants import Grant
from billing.rating.openings import Opening
from billing.usage.allowances.models import AllowanceBalance
from billing.usage.allowances.terms import BrandTerms, PlanTerms
from billing.usage.any_of import any_of
from billing.usage.local_days import day_of, epoch_day

# An account and the start of one of its usage periods.
Pair = tuple[int, date]
# As one number: the day takes so many bits.
_DAY_BITS = 24
# So many accounts are read at once, without a cursor.
_FEW = 1_000

_COLUMNS = (
    "id",
    "account_id",
    "allowance_id",
    "period_start",
    "opens",
    "closes",
    "expires",
    "granted",
    "position",
    "used",
    "used_before",
    "carried",
    "contributions",
    "users",
    "used_up_from",
    "last_start",
    "spare",
)
_WRITTEN = (*_COLUMNS[1:], "subscription_id", "quantity")
_DATES = ("opens", "closes", "expires", "granted")
_STATE = ("used", "used_up_from", "last_start", "spare", "carried")
_INSERT = """
    INSERT INTO billing_allowancebalance (
        account_id, subscription_id, allowance_id, period_start, opens, closes, expires, granted,
        position, quantity, used, used_before, carried, contributions, users, used_up_from,
        last_start, spare
    )
    SELECT
        account_id, subscription_id, allowance_id, period_start, opens, closes, expires, granted,
        position, quantity, used, used_before, carried, contributions, users, used_up_from,
        last_start, spare
    FROM json_populate_recordset(NULL::billing_allowancebalance, %s::json)
    RETURNING id
"""
_UPDATE = """
    UPDATE billing_allowancebalance AS balance
    SET used = fresh.used,
        used_up_from = fresh.used_up_from,
        last_start = fresh.last_start,
        spare = fresh.spare,
        carried = fresh.carried
    FROM json_populate_recordset(NULL::billing_allowancebalance, %s::json) AS fresh
    WHERE balance.id = fresh.id
"""


@dataclass(slots=True, eq=False)
class Balance:
    """A grant on its way: what is opened, and how far it is used. `pk` is None while not stored.

    `used` contains `used_before`. `state` is what was stored of it.
    """

    opening: Opening
    account_id: int
    period_start: date
    position: int
    pk: int | None = None
    used: int = 0
    used_before: int = 0
    carried: int | None = None
    used_up_from: int = NEVER
    last_start: int = BEFORE_ALL
    spare: int | None = None
    stored: tuple[int | None, ...] = ()

    @property
    def available(self) -> int | None:
        """What records of the period may use in all; None without limit."""
        quantity = self.opening.quantity
        return None if quantity is None else quantity - self.used_before - (self.carried or 0)

    @property
    def left(self) -> int | None:
        """What records may still use; None without limit."""
        quantity = self.opening.quantity
        return None if quantity is None else quantity - self.used - (self.carried or 0)

    def as_grant(self, key: int, zone: str, period_index: int) -> Grant:
        """The grant for the engine; subscriptions are told apart by their period."""
        grant = self.opening.as_grant(key, zone)
        users = {in_period(user, period_index): since for user, since in grant.users.items()}
        return Grant(
            key=key,
            code=grant.code,
            quantity=self.available,
            opens=grant.opens,
            closes=grant.closes,
            expires=grant.expires,
            users=users,
            usage_types=grant.usage_types,
            money=grant.money,
            scope=grant.scope,
            priority=grant.priority,
            destinations=grant.destinations,
            fee_when_covered=grant.fee_when_covered,
        )

    def reset(self) -> None:
        """As if no record had used it."""
        self.used = self.used_before
        self.used_up_from, self.last_start, self.spare = NEVER, BEFORE_ALL, None

    def state(self) -> tuple[int | None, ...]:
        """What changes as records use it."""
        return (self.used, self.used_up_from, self.last_start, self.spare, self.carried)


def pair_codes(columns: Mapping[str, NDArray[Any]]) -> NDArray[np.int64]:
    """The pair of each record, as one number."""
    codes: NDArray[np.int64] = (columns["account_id"] << _DAY_BITS) | columns["origin_start"]
    return codes


def code_of(pair: Pair) -> int:
    """The number of a pair, as `pair_codes` has it."""
    return (pair[0] << _DAY_BITS) | epoch_day(pair[1])


def pair_of(code: int) -> Pair:
    """The pair of a number."""
    return code >> _DAY_BITS, day_of(code & (2**_DAY_BITS - 1))


def in_period(subscription: int, period_index: int) -> int:
    """A number for a subscription in one of a batch's periods."""
    return (period_index << 40) | subscription


def load_balances(
    pairs: Collection[Pair], carrying: Collection[int], terms: BrandTerms
) -> dict[Pair, list[Balance]]:
    """The stored grants of these periods, and of all periods of the accounts that carry."""
    found: dict[Pair, list[Balance]] = defaultdict(list)
    accounts = {account for account, _ in pairs} | set(carrying)
    rows = AllowanceBalance.objects.filter(any_of("account_id", accounts)).order_by("pk")
    if not carrying:
        rows = rows.filter(period_start__in={start for _, start in pairs})
    named = rows.values_list(*_COLUMNS, named=True)
    for row in named if len(accounts) < _FEW else named.iterator(chunk_size=10_000):
        balance = balance_of(row, terms)
        found[balance.account_id, balance.period_start].append(balance)
    return found


def balance_of(row: Any, terms: PlanTerms) -> Balance:
    """The grant of a row, which has `_COLUMNS`."""
    opening = Opening(
        terms=terms.terms_of(row.allowance_id),
        contributions=tuple((who, quantity) for who, quantity in row.contributions),
        users=tuple((who, date.fromisoformat(since)) for who, since in row.users),
        opens=row.opens,
        closes=row.closes,
        expires=row.expires,
        granted=row.granted,
    )
    balance = Balance(
        opening=opening,
        account_id=row.account_id,
        period_start=row.period_start,
        position=row.position,
        pk=row.id,
        used=row.used,
        used_before=row.used_before,
        carried=row.carried,
        used_up_from=NEVER if row.used_up_from is None else row.used_up_from,
        last_start=BEFORE_ALL if row.last_start is None else row.last_start,
        spare=row.spare,
    )
    balance.stored = balance.state()
    return balance


def numbered(openings: Iterable[Opening], pair: Pair) -> list[Balance]:
    """Fresh grants of a period; equal ones are told apart by their position."""
    counters: dict[tuple[object, ...], count[int]] = defaultdict(count)
    return [
        Balance(opening, *pair, position=next(counters[identity(opening)])) for opening in openings
    ]


def identity(opening: Opening) -> tuple[object, ...]:
    """What makes an opening the same one although its quantity or users changed."""
    own = opening.contributions[0][0] if opening.terms.scope == "own" else None
    return opening.terms, own, opening.opens, opening.granted


def store_balances(kept: Sequence[Balance], gone: Sequence[Balance], terms: BrandTerms) -> None:
    """Add what is new, write what changed, take away what is no grant any more."""
    if gone:
        AllowanceBalance.objects.filter(
            any_of("pk", [balance.pk or 0 for balance in gone])
        ).delete()
    fresh = [balance for balance in kept if balance.pk is None]
    changed = [
        balance for balance in kept if balance.pk is not None and balance.stored != balance.state()
    ]
    with connection.cursor() as cursor:
        if fresh:
            cursor.execute(_INSERT, [json.dumps([_row(balance, terms) for balance in fresh])])
            for balance, (pk,) in zip(fresh, cursor.fetchall(), strict=True):
                balance.pk = pk
        if changed:
            states = [{"id": balance.pk, **_state_row(balance)} for balance in changed]
            cursor.execute(_UPDATE, [json.dumps(states)])
    for balance in kept:
        balance.stored = balance.state()


def rewrite(balances: Sequence[Balance]) -> None:
    """Write the openings of stored grants anew: masters changed."""
    for balance in balances:
        opening = balance.opening
        AllowanceBalance.objects.filter(pk=balance.pk or 0).update(
            closes=opening.closes,
            expires=opening.expires,
            quantity=opening.quantity,
            contributions=opening.contributions,
            users=_users(opening),
            used=balance.used,
            used_before=balance.used_before,
        )


def _state_row(balance: Balance) -> dict[str, int | None]:
    return {
        "used": balance.used,
        "used_up_from": None if balance.used_up_from == NEVER else balance.used_up_from,
        "last_start": None if balance.last_start == BEFORE_ALL else balance.last_start,
        "spare": balance.spare,
        "carried": balance.carried,
    }


def _row(balance: Balance, terms: BrandTerms) -> dict[str, object]:
    opening = balance.opening
    dates = {name: getattr(opening, name).isoformat() for name in _DATES}
    return {
        "account_id": balance.account_id,
        "subscription_id": opening.contributions[0][0] if opening.terms.scope == "own" else None,
        "allowance_id": terms.allowance_id(opening.terms),
        "period_start": balance.period_start.isoformat(),
        "position": balance.position,
        "quantity": opening.quantity,
        "used_before": balance.used_before,
        "contributions": opening.contributions,
        "users": _users(opening),
        **dates,
        **_state_row(balance),
    }


def _users(opening: Opening) -> list[tuple[int, str]]:
    return [(subscription, since.isoformat()) for subscription, since in opening.users]

"""Corrections of records of closed periods: what they took is there again, for late usage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from billing.usage.allowances.balances import Balance, Pair
from billing.usage.allowances.usage_rows import UsageRows
from billing.usage.models import UsageType

_DAY_ZERO = date(1970, 1, 1)
_LABELS = {int(kind): str(kind.label) for kind in UsageType}


def give_back(balances: Sequence[Balance], pair: Pair, returned: UsageRows) -> None:
    """Give back what the corrected records of this period took: to the grants that their
    subscription may use, the last in the order of consumption first.

    `returned` have negative covered units and payments.
    """
    columns = returned.columns
    ordered = sorted(balances, key=lambda balance: balance.as_grant(0, "UTC", 0).place)
    for row in range(len(returned)):
        start = _DAY_ZERO + timedelta(days=int(columns["origin_start"][row]))
        if (int(columns["account_id"][row]), start) != pair:
            continue
        left = {False: -int(columns["covered"][row]), True: -int(columns["paid"][row])}
        subscription = int(columns["subscription_id"][row])
        usage_type = _LABELS[int(columns["usage_type"][row])]
        for balance in reversed(ordered):
            opening = balance.opening
            serves = usage_type in opening.terms.usage_types and subscription in {
                user for user, _ in opening.users
            }
            if serves:
                quantity = min(left[opening.terms.money], balance.used - balance.used_before)
                balance.used -= quantity
                left[opening.terms.money] -= quantity

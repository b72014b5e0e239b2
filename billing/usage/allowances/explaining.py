"""Which allowances a stored record used, and why: told by the reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from billing.rating.allowance_reasons import AllowanceReason
from billing.rating.allowances_reference import Consumed, consume_events
from billing.rating.cumulative import record_shares
from billing.rating.event_columns import one_event
from billing.rating.explanation import Reason, plain
from billing.rating.grants import Grant
from billing.usage.allowances.balances import Balance, load_balances
from billing.usage.allowances.canonical import in_canonical_order
from billing.usage.allowances.consuming import Batch, UsagePeriodOfAccount
from billing.usage.allowances.cumulating import Cumulation
from billing.usage.allowances.settling import UsageTerms, account_periods
from billing.usage.allowances.usage_rows import UsageRows, load_usage
from billing.usage.intake.normalising import epoch_microseconds
from billing.usage.models import UsageRecord
from billing.usage.own_ids import OwnIds
from billing.usage.price_tables import PriceTables
from core.models import Brand
from core.money import MICRO

_FLAG = UsageRecord.Flag


@dataclass(frozen=True, slots=True)
class Use:
    """What a record used: units that grants cover, millionths that they pay, and what is left to
    pay. `share` is its part of a cumulative price, in millionths; None without one."""

    covered: int
    paid_micro: int
    amount_micro: int
    share_micro: int | None
    reasons: tuple[Reason, ...]


def use_of(record: UsageRecord, tables: PriceTables) -> Use | None:
    """What the record used of its period's allowances and cumulative prices; None where its
    account has neither in that period."""
    usage_terms = UsageTerms(Brand.objects.get(pk=record.brand_id))
    if usage_terms.is_empty:
        return None
    account = account_periods([record.account_id])[record.account_id]
    pair = (record.account_id, record.origin_start)
    balances = load_balances([pair], [], usage_terms.terms).get(pair, [])
    rows = load_usage([pair], tables, usage_terms.terms)
    [at] = [
        row
        for row in range(len(rows))
        if rows.columns["key"][row].tobytes() == record.key.bytes
        and rows.columns["start_at"][row] == epoch_microseconds(record.start_at)
    ]
    if not balances and not rows.charges[at]:
        return None
    period = UsagePeriodOfAccount(account, record.origin_start)
    told = _consumed(usage_terms, period, balances, rows, at)
    share = _share(usage_terms, tables, rows, at)
    reasons = told.reasons
    if share is not None:
        reasons = (*reasons, AllowanceReason("share", {"amount": _money(share)}))
    return Use(told.covered_units, told.paid_micro, told.amount_micro, share, reasons)


def _consumed(
    usage_terms: UsageTerms,
    period: UsagePeriodOfAccount,
    balances: Sequence[Balance],
    rows: UsageRows,
    at: int,
) -> Consumed:
    """The record's outcome, after all that came before it in the period."""
    batch = Batch(usage_terms.grants, [period], {period.pair: list(balances)})
    table = batch.compile(rows)
    some = np.flatnonzero(rows.consuming)
    if not rows.consuming[at]:
        some = np.append(some, at)
    columns = batch.events(table, rows, some)
    order = in_canonical_order(rows, OwnIds())
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    events = []
    for place, row in enumerate(some.tolist()):
        event = one_event(columns, place, table.profiles[int(columns.profiles[place])], 0)
        late = int(rows.columns["flags"][row]) & _FLAG.LATE
        events.append(
            replace(
                event,
                record=int(rank[row]).to_bytes(8, "big"),
                arrival=_arrival(rows, row) if late else None,
                settled_micro=None if rows.consuming[row] else int(rows.columns["amount"][row]),
            )
        )
    grants = [_whole(grant, balance) for grant, balance in zip(table.grants, balances, strict=True)]
    carried = {
        grant.key: balance.carried or 0 for grant, balance in zip(grants, balances, strict=True)
    }
    outcome = consume_events(grants, events, carried=carried)
    return outcome.records[int(np.flatnonzero(some == at)[0])]


def _arrival(rows: UsageRows, row: int) -> int:
    """Late usage counts in the order of files and lines."""
    return (int(rows.columns["file_id"][row]) << 32) | int(rows.columns["line_number"][row])


def _whole(grant: Grant, balance: Balance) -> Grant:
    """What the grant held before anything was carried out of it."""
    if grant.quantity is None:
        return grant
    return replace(grant, quantity=grant.quantity + (balance.carried or 0))


def _share(usage_terms: UsageTerms, tables: PriceTables, rows: UsageRows, at: int) -> int | None:
    """The record's share of its series, or None if it is in none."""
    if not rows.charges[at]:
        return None
    if int(rows.columns["flags"][at]) & _FLAG.LATE:
        return int(rows.columns["amount"][at])
    cumulation = Cumulation(usage_terms.terms, tables, OwnIds())
    series, members = cumulation.members(rows, at)
    units = (rows.columns["billed"] - rows.columns["covered"])[members]
    shares = record_shares(cumulation.price(series), units.tolist())
    share: int = shares[members.tolist().index(at)]
    return share


def _money(micro: int) -> str:
    return plain(Fraction(micro, MICRO))

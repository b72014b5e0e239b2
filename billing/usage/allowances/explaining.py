"""Which allowances a stored record used, and why: told by the reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from billing.rating.allowance_reasons import AllowanceReason
from billing.rating.allowances_reference import Consumed
from billing.rating.cumulative import record_shares
from billing.rating.explanation import Reason, plain
from billing.usage.allowances.balances import Balance, load_balances
from billing.usage.allowances.cumulating import Cumulation
from billing.usage.allowances.period_batch import Batch, UsagePeriodOfAccount
from billing.usage.allowances.settling import UsageTerms, account_periods
from billing.usage.allowances.taking import consumed_by, row_of
from billing.usage.allowances.usage_rows import UsageRows, load_usage
from billing.usage.intake.normalising import epoch_microseconds
from billing.usage.models import UsageRecord
from billing.usage.own_ids import OwnIds
from billing.usage.price_tables import PriceTables
from billing.usage.rerating.standing import standing
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


def use_of(record: UsageRecord, tables: PriceTables, own_ids: OwnIds) -> Use | None:
    """What the record used of its period's allowances and cumulative prices; None where its
    account has neither in that period."""
    usage_terms = UsageTerms(Brand.objects.get(pk=record.brand_id))
    if usage_terms.is_empty:
        return None
    account = account_periods([record.account_id])[record.account_id]
    pair = (record.account_id, record.origin_start)
    balances = load_balances([pair], [], usage_terms.terms).get(pair, [])
    rows = load_usage([pair], tables, usage_terms.terms)
    at = row_of(rows, record.key.bytes, epoch_microseconds(record.start_at))
    if not balances and not rows.charges[at]:
        return None
    period = UsagePeriodOfAccount(account, record.origin_start)
    batch = Batch(usage_terms.grants, [period], {period.pair: balances})
    told = _told(batch, balances, rows, at, own_ids)
    share = _share(Cumulation(usage_terms.terms, tables, own_ids), rows, at)
    reasons = told.reasons
    if share is not None:
        reasons = (*reasons, AllowanceReason("share", {"amount": _money(share)}))
    return Use(told.covered_units, told.paid_micro, told.amount_micro, share, reasons)


def _told(
    batch: Batch, balances: Sequence[Balance], rows: UsageRows, at: int, own_ids: OwnIds
) -> Consumed:
    """What the row used. Where records were rated again, those that stand for them take their
    places."""
    if not (rows.columns["flags"] & _FLAG.RERATED).any():
        return consumed_by(batch, balances, rows, at, own_ids)
    columns = rows.columns
    key, start = columns["key"][at].tobytes(), int(columns["start_at"][at])
    there, late = standing(rows)
    there.columns["flags"] &= ~int(_FLAG.LATE)
    there.columns["flags"][late] |= int(_FLAG.LATE)
    return consumed_by(batch, balances, there, row_of(there, key, start), own_ids)


def _share(cumulation: Cumulation, rows: UsageRows, at: int) -> int | None:
    """The record's share of its series, or None if it is in none."""
    if not rows.charges[at]:
        return None
    if int(rows.columns["flags"][at]) & _FLAG.LATE:
        return int(rows.columns["amount"][at])
    series, members = cumulation.members(rows, at)
    units = (rows.columns["billed"] - rows.columns["covered"])[members]
    shares = record_shares(cumulation.price(series), units.tolist())
    share: int = shares[members.tolist().index(at)]
    return share


def _money(micro: int) -> str:
    return plain(Fraction(micro, MICRO))

"""Roll a usage file back: everything as if it had never come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

from accounts.models import Account
from billing.signals import usage_taken_back
from billing.usage.alerts.models import ExtrasBar
from billing.usage.allowances.records import load_of_file
from billing.usage.allowances.taking_back import take_records_back
from billing.usage.any_of import any_of
from billing.usage.dependent_lines import DependentLines, find_dependent_lines
from billing.usage.intake.normalising import instant
from billing.usage.models import SuspendedUsage, UsageFile, UsageRecord, UsageSource
from billing.usage.placing import Places
from billing.usage.price_tables import PriceTables
from billing.usage.services.judge_again import LinesOfFile, accounts_of, judge_again
from billing.usage.services.settle_alerts import count_days_anew, lift_needless_bars
from billing.usage.services.store_usage import publish_totals
from billing.usage.source_locks import write_alone
from core.errors import DomainError

Columns = dict[str, NDArray[Any]]

_FLAG = UsageRecord.Flag
NAMED_MAX = 10

_FORGET = """
    DELETE FROM billing_usagecorrection correction
    USING unnest(%s::uuid[], %s::timestamptz[]) AS gone (key, start_at)
    WHERE correction.key = gone.key AND correction.start_at = gone.start_at
      AND correction.source_id = %s
"""


@dataclass(frozen=True, slots=True)
class RolledBack:
    """What a roll-back did.

    `records` went, with `amounts` millionths by currency; `suspended` lines in suspense went too.
    `lines_again` lines of other files were judged anew: so many of them are rated now. `changed`
    records of others cost something else.
    """

    file: UsageFile
    records: int
    suspended: int
    amounts: dict[str, int]
    accounts: int
    lines_again: int
    rated_again: int
    changed: int


@transaction.atomic
def roll_back_file(file: UsageFile, *, by_id: int | None, reason: str, now: datetime) -> RolledBack:
    """Take all that a file brought away, as if it had never come.

    Its records go from summaries, allowances and common prices; its lines go from suspense; its
    corrections no longer reverse anything. Lines of other files that were duplicates of its lines,
    or contradicted or corrected them, are judged anew in the order in which they came. The same
    content may be imported again. Raises `DomainError` if some of it is billed or its period is
    closed, if it was rolled back before, or if no reason is given; then nothing has changed.
    """
    if not reason.strip():
        raise DomainError("Say why the file is rolled back: its page keeps the reason.")
    source = UsageSource.objects.select_related("brand").get(pk=file.source_id)
    write_alone(source.pk)
    file = UsageFile.objects.select_for_update(no_key=True).get(pk=file.pk)
    if file.state == UsageFile.State.ROLLED_BACK:
        raise DomainError(f"{file.name} was rolled back on {file.rolled_back_at:%Y-%m-%d} before.")
    if file.rated_dropped:
        raise DomainError(f"Some records of {file.name} were dropped already: they are billed.")
    dependent = find_dependent_lines(file, load_of_file(file.pk))
    lines = _lines_of_files(source, dependent)
    accounts = _lock_accounts(file, lines, dependent, Places(source.brand))
    records = load_of_file(file.pk)
    _refuse_what_is_billed(file, records, accounts)
    suspended = file.suspended_lines.exclude(state=SuspendedUsage.State.RELEASED).count()
    tables = PriceTables()
    changed = _take_back(source, file, records, dependent, tables)
    count_days_anew(source.brand, records)
    _note(file, by_id, reason, now)
    again = [judge_again(of_file, tables, now=now) for of_file in lines]
    lines_changed = _lines_of_accounts(accounts)
    lift_needless_bars(lines_changed, by=f"roll-back of {file.name}"[:200], now=now)
    return RolledBack(
        file=file,
        records=len(records["key"]),
        suspended=suspended,
        amounts=_amounts(records, accounts),
        accounts=len(np.unique(records["account_id"])),
        lines_again=len(dependent),
        rated_again=sum(each.rated for each in again),
        changed=changed,
    )


def _lines_of_files(source: UsageSource, dependent: DependentLines) -> list[LinesOfFile]:
    """The lines to judge anew, in the order in which their files came."""
    files = UsageFile.objects.in_bulk(dependent.numbers)
    figures = [
        dependent.corrections[name].tolist() for name in ("file_id", "line_number", "quantity")
    ]
    return [
        LinesOfFile(
            source,
            files[file_id],
            sorted(dependent.numbers[file_id]),
            {number: units for of, number, units in zip(*figures, strict=True) if of == file_id},
        )
        for file_id in sorted(dependent.numbers)
    ]


def _lock_accounts(
    file: UsageFile, lines: Iterable[LinesOfFile], dependent: DependentLines, places: Places
) -> dict[int, Account]:
    """Lock all accounts that may change, in the order of their ids."""
    ids = set(
        UsageRecord.objects.filter(file_id=file.pk).values_list("account_id", flat=True).distinct()
    )
    ids |= set(dependent.corrections["account_id"].tolist())
    for of_file in lines:
        ids |= accounts_of(of_file, places)
    locked = Account.objects.filter(any_of("pk", ids)).order_by("pk").select_for_update(no_key=True)
    return {account.pk: account for account in locked}


def _refuse_what_is_billed(file: UsageFile, records: Columns, accounts: dict[int, Account]) -> None:
    names = ("account_id", "subscription_id", "period_start", "origin_start")
    days = {name: records[name].astype("datetime64[D]") for name in names[2:]}
    figures = np.stack([records[name] for name in names])
    distinct, firsts = np.unique(figures, axis=1, return_index=True)
    closed: dict[str, set[str]] = {}
    keys = set()
    for (account_id, subscription, _, _), row in zip(
        distinct.T.tolist(), firsts.tolist(), strict=True
    ):
        account = accounts[account_id]
        period, origin = days["period_start"][row].item(), days["origin_start"][row].item()
        keys.add((subscription, period, origin))
        if account.usage_closed_until and period < account.usage_closed_until:
            closed.setdefault(account.number, set()).add(f"{period:%Y-%m-%d}")
    bills = sorted(
        {bill for _, found in usage_taken_back.send(UsageFile, keys=keys) for bill in found or ()}
    )
    if bills:
        raise DomainError(
            f"{file.name} can't be rolled back: usage of it is on {_named(bills)}. "
            "Correct it with a file of corrections, or credit these invoices."
        )
    if closed:
        said = [f"{number} from {', '.join(sorted(days))}" for number, days in closed.items()]
        raise DomainError(
            f"{file.name} can't be rolled back: usage periods of accounts {_named(sorted(said))} "
            "are closed by a bill run. Cancel the run, roll back, and bill again."
        )
    _refuse_late(file, records)


def _refuse_late(file: UsageFile, records: Columns) -> None:
    """What late usage took of a closed period decided what later lines could take."""
    took = (records["covered"] != 0) | (records["paid"] != 0)
    took |= (records["flags"] & _FLAG.CUMULATIVE) > 0
    late = int((((records["flags"] & _FLAG.LATE) > 0) & took).sum())
    if late:
        raise DomainError(
            f"{file.name} can't be rolled back: {late} late records of it used what allowances or "
            "common prices of closed usage periods had left. Correct it with a file of corrections."
        )


def _named(names: list[str]) -> str:
    more = len(names) - NAMED_MAX
    return ", ".join(names[:NAMED_MAX]) + (f" and {more} more" if more > 0 else "")


def _take_back(
    source: UsageSource,
    file: UsageFile,
    records: Columns,
    dependent: DependentLines,
    tables: PriceTables,
) -> int:
    corrections = dependent.corrections
    gone = {name: np.concatenate([records[name], corrections[name]]) for name in records}
    _forget_corrections(source, gone)
    changed = take_records_back(source.brand, gone, tables)
    file.suspended_lines.all().delete()
    file.arrivals.all().delete()
    return changed


def _forget_corrections(source: UsageSource, records: Columns) -> None:
    """What these records reversed is reversed no longer."""
    rows = np.flatnonzero(records["flags"] & _FLAG.CORRECTION)
    if not len(rows):
        return
    keys = [UUID(bytes=records["key"][row].tobytes()) for row in rows.tolist()]
    starts = [instant(start) for start in records["start_at"][rows].tolist()]
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [list(keys), list(starts), source.pk])


def _note(file: UsageFile, by_id: int | None, reason: str, now: datetime) -> None:
    if file.state == UsageFile.State.LOADING and file.slices.exists():
        # So many of its lines had come: what it had is what its slices say.
        publish_totals(file)
    file.state = UsageFile.State.ROLLED_BACK
    file.rolled_back_at, file.rolled_back_by_id = now, by_id
    file.rollback_reason = reason.strip()[:200]
    file.save(update_fields=("state", "rolled_back_at", "rolled_back_by", "rollback_reason"))


def _lines_of_accounts(account_ids: Iterable[int]) -> set[int]:
    rows = ExtrasBar.objects.filter(any_of("subscription__account_id", account_ids), lifted_at=None)
    return set(rows.values_list("subscription_id", flat=True))


def _amounts(records: Columns, accounts: dict[int, Account]) -> dict[str, int]:
    amounts: dict[str, int] = {}
    for account in np.unique(records["account_id"]).tolist():
        currency = accounts[account].currency
        of_account = records["amount"][records["account_id"] == account]
        amounts[currency] = amounts.get(currency, 0) + int(of_account.sum())
    return amounts

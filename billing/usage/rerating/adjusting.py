"""Billed records are reversed and rated again: the difference stands on the next invoice.

What was billed is never rewritten. Each record gets a correction that reverses it whole, and a
replacement at today's price; both are late usage of the account's open usage period.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from billing.rating.segments import of_one_segment
from billing.usage.allowances.models import UsageCorrection
from billing.usage.allowances.periods import AccountPeriods
from billing.usage.allowances.settling import Settlement, UsageTerms
from billing.usage.allowances.usage_rows import UsageRows, cumulative_charges
from billing.usage.intake.normalising import instant
from billing.usage.local_days import epoch_day
from billing.usage.models import UsageRecord
from billing.usage.own_ids import OwnIds
from billing.usage.price_tables import PriceTables
from billing.usage.rerating.closed_periods import ClosedPeriods, Outcome
from billing.usage.rerating.fresh_rows import fresh_rows
from billing.usage.rerating.models import Rerating, UsageReplacement
from billing.usage.rerating.prices_today import FreshPrices
from billing.usage.services.store_usage import store_records

Columns = dict[str, NDArray[Any]]
Integers = NDArray[np.int64]

_FLAG = UsageRecord.Flag
_MIRRORED = ("quantity", "billed", "cost", "amount", "covered", "paid")
_KEPT_BY_REVERSALS = int(_FLAG.CUMULATIVE | _FLAG.NO_COST | _FLAG.PRICED)


def adjust_records(
    rerating: Rerating,
    prices: FreshPrices,
    accounts: dict[int, AccountPeriods],
    usage_terms: UsageTerms,
    tables: PriceTables,
) -> tuple[Columns, int]:
    """Adjust records of closed usage periods, and others of these periods whose charges change
    with them; those that were adjusted, as they were, and how many were left as they are.

    The caller holds the locks of their accounts.
    """
    if not len(prices):
        return prices.stored, 0
    rows = fresh_rows(rerating.deck, prices, usage_terms.terms)
    periods = ClosedPeriods(accounts, usage_terms, tables)
    outcome = periods.outcome(prices.stored, rows)
    if len(outcome.rows):
        before = cumulative_charges(outcome.stored, usage_terms.terms)
        reversing = _reversals(rerating, outcome, before, _open_from(outcome.stored, accounts))
        settlement = Settlement(usage_terms, tables, OwnIds())
        _store(rerating, outcome, reversing, settlement)
    return outcome.stored, len(prices) - _asked_for(prices, outcome)


def _asked_for(prices: FreshPrices, outcome: Outcome) -> int:
    """How many of the records that cost something else today are in the outcome."""
    there = set(_names(outcome.stored))
    return sum(each in there for each in _names(prices.stored))


def _store(
    rerating: Rerating, outcome: Outcome, reversing: UsageRows, settlement: Settlement
) -> None:
    stored, fresh = outcome.stored, outcome.rows
    columns, counted = fresh.columns, fresh.charges > 0
    columns["amount"][counted] = 0
    columns["flags"] &= ~int(_FLAG.CUMULATIVE)
    columns["flags"] |= int(_FLAG.LATE | _FLAG.RERATED)
    columns["flags"][counted] |= int(_FLAG.CUMULATIVE)
    columns["key"] = _keys(rerating, stored, b"again")
    columns["period_start"] = reversing.columns["period_start"]
    columns["brand_id"] = reversing.columns["brand_id"]
    rows = reversing.followed_by(fresh)
    # Common prices take late usage in the order of lines: first all that is taken back.
    rows.columns["line_number"] = np.arange(len(rows))
    settlement.count(rows)
    rows.columns["line_number"] = np.tile(stored["line_number"], 2)
    rows.columns["content"] = rows.columns["key"]
    store_records(rows.columns)
    _note(rerating, stored, reversing.columns["key"], columns["key"])
    settlement.finish(rows.columns)


def _reversals(
    rerating: Rerating, outcome: Outcome, charges: Integers, open_from: Integers
) -> UsageRows:
    """Corrections that take the stored records back whole; `charges` are those that count them."""
    stored, count = outcome.stored, len(outcome.rows)
    columns = {name: column.copy() for name, column in stored.items()}
    late = (columns["flags"] & _FLAG.LATE) > 0
    counted = (columns["flags"] & _FLAG.CUMULATIVE) > 0
    columns["flags"] &= _KEPT_BY_REVERSALS
    columns["flags"] |= int(_FLAG.CORRECTION | _FLAG.LATE | _FLAG.RERATED)
    for name in _MIRRORED:
        columns[name] = -columns[name]
    columns["key"] = _keys(rerating, stored, b"reversed")
    columns["period_start"] = open_from
    columns["brand_id"] = np.full(count, rerating.deck.brand_id)
    return UsageRows(
        columns=columns,
        before=columns["amount"].copy(),
        parts=of_one_segment(np.abs(columns["billed"])),
        # What came late has an amount of its own: nothing is shared out anew.
        charges=np.where(counted & ~late, charges, 0),
        consuming=np.zeros(count, np.bool_),
        ranks=outcome.rows.ranks,
        floors=np.full(count, None, object),
    )


def _open_from(columns: Columns, accounts: dict[int, AccountPeriods]) -> Integers:
    """The start of each account's open usage period, in days since 1970."""
    closed = {pk: account.closed_until for pk, account in accounts.items()}
    days = {pk: epoch_day(until) for pk, until in closed.items() if until is not None}
    return np.array([days[account] for account in columns["account_id"].tolist()], np.int64)


def _keys(rerating: Rerating, columns: Columns, part: bytes) -> NDArray[np.void]:
    """Identities that no source can give: made of the re-rating's and the record's."""
    head = b"re-rating %d %b " % (rerating.pk, part)
    digests = [
        blake2b(head + key + b" %d" % start, digest_size=16).digest()
        for key, start in _names(columns)
    ]
    return np.frombuffer(b"".join(digests), "V16")


def _names(columns: Columns) -> list[tuple[bytes, int]]:
    """Keys and starts, which name records."""
    starts = columns["start_at"].tolist()
    return [(key.tobytes(), start) for key, start in zip(columns["key"], starts, strict=True)]


def _note(
    rerating: Rerating, stored: Columns, reversing: NDArray[np.void], replacing: NDArray[np.void]
) -> None:
    corrections, replacements = [], []
    sources = stored["source_id"].tolist()
    keys = zip(reversing, replacing, sources, _names(stored), strict=True)
    for reversal, replacement, source, (key, start) in keys:
        corrected, moment = UUID(bytes=key), instant(start)
        corrections.append(
            UsageCorrection(
                source_id=source,
                key=UUID(bytes=reversal.tobytes()),
                start_at=moment,
                corrected_key=corrected,
                corrected_start_at=moment,
            )
        )
        replacements.append(
            UsageReplacement(
                rerating=rerating,
                source_id=source,
                key=UUID(bytes=replacement.tobytes()),
                replaced_key=corrected,
                start_at=moment,
            )
        )
    UsageCorrection.objects.bulk_create(corrections, batch_size=2000)
    UsageReplacement.objects.bulk_create(replacements, batch_size=2000)

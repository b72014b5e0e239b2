"""Note the thresholds that allowances and spend caps have reached, each once in its period."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from billing.usage.alerts.models import THRESHOLDS


@dataclass(frozen=True, slots=True)
class Crossing:
    """A threshold that was crossed now; `told` if the customer is to hear of it."""

    alert_id: int
    account_id: int
    subscription_id: int | None
    period_start: date
    threshold: int
    told: bool


@dataclass(frozen=True, slots=True)
class CappedPeriod:
    """A line's usage period and the cap (millionths) that holds for it."""

    subscription_id: int
    period_start: date
    limit: int
    code: str


# Of what one statement adds for a limit only the highest is told. The accounts are locked: nobody
# else adds meanwhile, and where a lock is missing the unique key lets only one of two stand.
_NOTE = """
    INSERT INTO billing_usagealert (
        account_id, subscription_id, period_start, subject, code, threshold, level, "limit",
        told, crossed_at
    )
    SELECT level.account_id, level.subscription_id, level.period_start, %(subject)s, level.code,
           step.threshold, level.used, level.quantity,
           %(tell)s AND (account.usage_closed_until IS NULL
                         OR level.period_start >= account.usage_closed_until)
           AND step.threshold = max(step.threshold) OVER (
               PARTITION BY level.account_id, level.subscription_id, level.period_start, level.code
           ),
           %(now)s
    FROM level
    JOIN accounts_account account ON account.id = level.account_id
    CROSS JOIN unnest(%(thresholds)s::smallint[]) AS step (threshold)
    WHERE level.used * 100 >= level.quantity * step.threshold
      AND NOT EXISTS (
          SELECT 1 FROM billing_usagealert known
          WHERE known.account_id = level.account_id
            AND known.period_start = level.period_start
            AND known.subject = %(subject)s
            AND known.code = level.code
            AND known.subscription_id IS NOT DISTINCT FROM level.subscription_id
            AND known.threshold = step.threshold
      )
    ORDER BY level.account_id, level.subscription_id, level.period_start, step.threshold
    ON CONFLICT DO NOTHING
    RETURNING id, account_id, subscription_id, period_start, threshold, told
"""
_ALLOWANCES = f"""
    WITH level AS (
        SELECT balance.account_id, balance.subscription_id, balance.period_start, allowance.code,
               sum(balance.used) AS used, sum(balance.quantity) AS quantity
        FROM billing_allowancebalance balance
        JOIN catalog_allowance allowance ON allowance.id = balance.allowance_id
        WHERE balance.account_id = ANY(%(accounts)s::bigint[])
          AND balance.period_start >= %(since)s
          AND (balance.subscription_id IS NULL
               OR balance.subscription_id = ANY(%(subscriptions)s::bigint[]))
        GROUP BY 1, 2, 3, 4
        HAVING count(*) = count(balance.quantity) AND sum(balance.quantity) > 0
           AND sum(balance.used) * 100 >= sum(balance.quantity) * %(lowest)s
    )
    {_NOTE}
"""  # noqa: S608 - the text is a constant
_CAPS = f"""
    WITH level AS (
        SELECT summary.account_id, capped.subscription_id, capped.period_start, capped.code,
               sum(summary.amount) AS used, capped.quantity
        FROM unnest(%(subscriptions)s::bigint[], %(periods)s::date[], %(limits)s::bigint[],
                    %(codes)s::text[]) AS capped (subscription_id, period_start, quantity, code)
        JOIN billing_usagesummary summary
          ON summary.subscription_id = capped.subscription_id
         AND summary.period_start = capped.period_start
         AND summary.origin_start = capped.period_start
        GROUP BY 1, 2, 3, 4, capped.quantity
        HAVING sum(summary.amount) * 100 >= capped.quantity::numeric * %(lowest)s
    )
    {_NOTE}
"""  # noqa: S608 - the text is a constant


def note_allowances(
    account_ids: Collection[int], subscription_ids: Collection[int], *, since: date, now: datetime
) -> list[Crossing]:
    """Note what the allowances of these accounts have reached in usage periods from `since` on.

    Own ones of `subscription_ids`, and all that lines share. An allowance is all grants of one code
    together: what was carried into the period counts, in what there is and in what is used.
    """
    return _note(
        _ALLOWANCES,
        subject="allowance",
        accounts=list(account_ids),
        subscriptions=list(subscription_ids),
        since=since,
        tell=True,
        now=now,
    )


def note_caps(
    capped: Sequence[CappedPeriod], *, now: datetime, tell: bool = True
) -> list[Crossing]:
    """Note which of these caps the usage of their periods has reached; late usage is left out."""
    if not capped:
        return []
    return _note(
        _CAPS,
        subject="cap",
        subscriptions=[each.subscription_id for each in capped],
        periods=[each.period_start for each in capped],
        limits=[each.limit for each in capped],
        codes=[each.code for each in capped],
        tell=tell,
        now=now,
    )


def _note(query: str, **values: Any) -> list[Crossing]:
    common = {"thresholds": list(THRESHOLDS), "lowest": min(THRESHOLDS)}
    with connection.cursor() as cursor:
        cursor.execute(query, values | common)
        rows: Iterable[tuple[int, int, int | None, date, int, bool]] = cursor.fetchall()
    return [Crossing(*row) for row in rows]

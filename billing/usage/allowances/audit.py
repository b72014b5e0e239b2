"""Invariants of allowances and cumulative prices: what records took is what grants gave."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from core.audit import invariant

_USAGE_TYPES = "(VALUES (1, 'voice'), (2, 'sms'), (3, 'data')) AS kind (number, name)"

# Units by usage type, since an allowance of units is for one; money together.
_USED = f"""
    WITH taken AS (
        SELECT account_id, origin_start, kind.name AS kind, sum(covered) AS quantity
        FROM billing_usagerecord JOIN {_USAGE_TYPES} ON kind.number = usage_type
        WHERE covered <> 0 GROUP BY 1, 2, 3
        UNION ALL
        SELECT account_id, origin_start, 'money', sum(paid)
        FROM billing_usagerecord WHERE paid <> 0 GROUP BY 1, 2
        UNION ALL
        SELECT account_id, origin_start, kind.name, sum(covered)
        FROM billing_droppedusage JOIN {_USAGE_TYPES} ON kind.number = usage_type
        WHERE covered <> 0 GROUP BY 1, 2, 3
        UNION ALL
        SELECT account_id, origin_start, 'money', sum(paid)
        FROM billing_droppedusage WHERE paid <> 0 GROUP BY 1, 2
    ), sums AS (
        SELECT account_id, origin_start, kind, sum(quantity) AS quantity
        FROM taken GROUP BY 1, 2, 3
    ), given AS (
        SELECT balance.account_id, balance.period_start AS origin_start,
               CASE allowance.unit WHEN 'money' THEN 'money' ELSE allowance.usage_types[1] END
                   AS kind,
               sum(balance.used - balance.used_before) AS quantity
        FROM billing_allowancebalance balance
        JOIN catalog_allowance allowance ON allowance.id = balance.allowance_id
        GROUP BY 1, 2, 3
    )
    SELECT coalesce(sums.account_id, given.account_id),
           coalesce(sums.origin_start, given.origin_start),
           coalesce(sums.kind, given.kind), coalesce(sums.quantity, 0),
           coalesce(given.quantity, 0)
    FROM sums FULL JOIN given USING (account_id, origin_start, kind)
    WHERE coalesce(sums.quantity, 0) <> coalesce(given.quantity, 0)
"""  # noqa: S608 - the text is a constant

_OVERUSED = """
    SELECT id, account_id, period_start, used, quantity, coalesce(carried, 0)
    FROM billing_allowancebalance
    WHERE used < used_before OR used + coalesce(carried, 0) > quantity
"""

_BEYOND = """
    SELECT id, line_number, file_id FROM billing_usagerecord
    WHERE abs(covered) > abs(billed) OR covered::numeric * billed < 0
       OR paid::numeric * amount < 0
"""

_COUNTED = """
    WITH counted AS (
        SELECT subscription_id, origin_start, plan_version_id, category_id, usage_type,
               sum(units) AS units
        FROM billing_cumulativeusage GROUP BY 1, 2, 3, 4, 5
    ), parts AS (
        SELECT subscription_id, origin_start, plan_version_id, category_id, usage_type,
               sum(billed - covered) AS units
        FROM billing_usagerecord WHERE flags & 33 = 32 GROUP BY 1, 2, 3, 4, 5
        UNION ALL
        SELECT subscription_id, origin_start, plan_version_id, category_id, usage_type, counted
        FROM billing_droppedusage WHERE counted <> 0
    ), records AS (
        SELECT subscription_id, origin_start, plan_version_id, category_id, usage_type,
               sum(units) AS units
        FROM parts GROUP BY 1, 2, 3, 4, 5
    )
    SELECT coalesce(counted.subscription_id, records.subscription_id),
           coalesce(counted.origin_start, records.origin_start),
           coalesce(counted.units, 0), coalesce(records.units, 0)
    FROM counted FULL JOIN records
    USING (subscription_id, origin_start, plan_version_id, category_id, usage_type)
    WHERE coalesce(counted.units, 0) <> coalesce(records.units, 0)
"""


@invariant("I25", "what records took of allowances is what was granted and used, and not more")
def allowances_give_what_is_taken() -> Iterator[str]:
    """A sentence for each account's period whose records and grants differ, each grant used
    beyond what it holds, and each record covered beyond what it bills."""
    with connection.cursor() as cursor:
        cursor.execute(_USED)
        for account, start, kind, taken, given in cursor.fetchall():
            yield (
                f"account {account}, period {start}, {kind}: records took {taken} of allowances, "
                f"which gave {given}"
            )
        cursor.execute(_OVERUSED)
        for balance, account, start, used, quantity, carried in cursor.fetchall():
            yield (
                f"allowance balance {balance} (account {account}, period {start}): {used} used "
                f"and {carried} carried of {quantity}"
            )
        cursor.execute(_BEYOND)
        for record, line, file in cursor.fetchall():
            yield f"usage record {record} (file {file}, line {line}): more covered than billed"


@invariant("I25b", "a cumulative price counts the uncovered units of its records")
def cumulative_prices_count_their_records() -> Iterator[str]:
    """A sentence for each counter that differs from the records it counts."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED)
        for subscription, start, units, counted in cursor.fetchall():
            yield (
                f"subscription {subscription}, period {start}: {units} units are priced together, "
                f"the records have {counted}"
            )

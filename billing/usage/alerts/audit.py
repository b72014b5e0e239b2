"""Invariants of alerts: what was crossed stands there whole, bars follow their orders."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from billing.usage.alerts.models import THRESHOLDS
from core.audit import invariant

_STEPS = """
    SELECT account_id, subscription_id, period_start, subject, code, max(threshold), count(*)
    FROM billing_usagealert
    GROUP BY 1, 2, 3, 4, 5
    HAVING count(*) <> max(array_position(%s::smallint[], threshold))
"""
_TOO_EARLY = """
    SELECT id, account_id, level, "limit", threshold FROM billing_usagealert
    WHERE level::numeric * 100 < "limit"::numeric * threshold
"""
_UNTOLD = """
    SELECT alert.id, alert.account_id FROM billing_usagealert alert
    WHERE alert.told AND NOT EXISTS (
        SELECT 1 FROM core_event event
        WHERE event.kind = 'usage.threshold_crossed'
          AND event.payload = jsonb_build_object('alert_id', alert.id)
    )
"""
_BARS = """
    SELECT bar.id, wanted.kind FROM billing_extrasbar bar
    CROSS JOIN LATERAL (VALUES ('bar_extras', bar.bar_order_id), ('lift_bar', bar.lift_order_id))
        AS wanted (kind, order_id)
    WHERE wanted.order_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM accounts_orderitem item
        WHERE item.order_id = wanted.order_id AND item.kind = wanted.kind
          AND item.subscription_id = bar.subscription_id
    )
"""


@invariant(
    "I25c", "a threshold that was crossed stands there with those below it, and is told once"
)
def thresholds_are_whole() -> Iterator[str]:
    """A sentence for each limit with a gap below its highest threshold, each alert whose level is
    below its threshold, and each told one without its event."""
    with connection.cursor() as cursor:
        cursor.execute(_STEPS, [list(THRESHOLDS)])
        for account, line, start, subject, code, highest, count in cursor.fetchall():
            whose = f"account {account}" + (f", subscription {line}" if line else "")
            yield (
                f"{whose}, period {start}, {subject} {code}: {highest} % was crossed, and only "
                f"{count} thresholds are noted"
            )
        cursor.execute(_TOO_EARLY)
        for alert, account, level, limit, threshold in cursor.fetchall():
            yield (
                f"usage alert {alert} (account {account}): {level} of {limit} is less than "
                f"{threshold} %"
            )
        cursor.execute(_UNTOLD)
        for alert, account in cursor.fetchall():
            yield f"usage alert {alert} (account {account}) is to be told, and no event says so"


@invariant("I25d", "a bar on extras has an order for the network, and so has its end")
def bars_have_their_orders() -> Iterator[str]:
    """A sentence for each bar whose order is about something else."""
    with connection.cursor() as cursor:
        cursor.execute(_BARS)
        for bar, kind in cursor.fetchall():
            yield f"bar on extras {bar}: its order has no item {kind} for its subscription"

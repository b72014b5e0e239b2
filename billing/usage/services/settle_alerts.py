"""Usage went away: days of lines are counted anew, bars that nothing asks for any more end."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import F, Sum
from numpy.typing import NDArray

from billing.usage.alerts.caps import settings_of
from billing.usage.alerts.line_day_rows import KINDS
from billing.usage.alerts.line_days import count_days
from billing.usage.alerts.models import ExtrasBar
from billing.usage.alerts.spikes import OFF
from billing.usage.allowances.records import load_records
from billing.usage.any_of import any_of
from billing.usage.local_days import day_of, epoch_day, local_days
from billing.usage.models import UsageSummary
from billing.usage.services.bar_extras import lift_bar
from core.models import Brand
from core.money import to_micro

Columns = Mapping[str, NDArray[Any]]
Integers = NDArray[np.int64]

# Ordinals count from 1 January 1; days of lines from 1970. A day fits in 24 bits.
_DAY_ZERO = 719163
_DAY_BITS = 24

_FORGET = """
    DELETE FROM billing_lineday known
    USING unnest(%s::bigint[], %s::date[]) AS gone (subscription_id, day)
    WHERE known.subscription_id = gone.subscription_id AND known.day = gone.day
    RETURNING known.subscription_id, known.day
"""


def count_days_anew(brand: Brand, gone: Columns) -> None:
    """Count the days of lines on which these records were, which are deleted, from what is left.

    The accounts are locked. Days that were forgotten by age are not counted again.
    """
    codes = _line_days(gone, brand.zone)
    wanted = np.unique(codes).tolist()
    with connection.cursor() as cursor:
        cursor.execute(
            _FORGET,
            [
                [code >> _DAY_BITS for code in wanted],
                [day_of(code & (2**_DAY_BITS - 1)) for code in wanted],
            ],
        )
        known = [(line << _DAY_BITS) | epoch_day(day) for line, day in cursor.fetchall()]
    if not known:
        return
    is_known = np.isin(codes, known)
    origins = {day_of(day) for day in np.unique(gone["origin_start"][is_known]).tolist()}
    left = load_records(np.unique(gone["subscription_id"][is_known]).tolist(), origins)
    rows = np.isin(_line_days(left, brand.zone), known)
    some = {name: column[rows] for name, column in left.items()}
    count_days(some, settings_of(brand), brand.zone, dict.fromkeys(KINDS, OFF))


def _line_days(columns: Columns, zone: str) -> Integers:
    days = local_days(columns["start_at"] // 1_000_000, zone) - _DAY_ZERO
    codes: Integers = (columns["subscription_id"] << _DAY_BITS) | days
    return codes


def lift_needless_bars(subscription_ids: Collection[int], *, by: str, now: datetime) -> int:
    """Lift the bars on extras of these lines whose usage is below the cap again; how many.

    What was told stays told: an alert says what was used when it was crossed.
    """
    bars = ExtrasBar.objects.filter(any_of("subscription_id", subscription_ids), lifted_at=None)
    lifted = 0
    for bar in bars.select_related("subscription__account__brand").order_by("pk"):
        used = UsageSummary.objects.filter(
            subscription=bar.subscription_id,
            period_start=bar.period_start,
            origin_start=F("period_start"),
        ).aggregate(amount=Sum("amount"))["amount"]
        if (used or 0) < to_micro(bar.cap_amount):
            lift_bar(bar, because=ExtrasBar.Lifted.PERSON, by=by, now=now)
            lifted += 1
    return lifted

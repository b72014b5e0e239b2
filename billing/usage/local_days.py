"""Days in columns: the local dates of many instants at once, and days as numbers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from billing.usage.groups import distinct_of
from core.periods import local_date

# Clocks are set forward and back at whole quarters of an hour, in every zone.
_QUARTER_SECONDS = 900
_DAY_ZERO = date(1970, 1, 1)


def local_days(starts: NDArray[np.int64], zone: str) -> NDArray[np.int64]:
    """The date in `zone` of each instant (UTC epoch seconds), as ordinals: 1 is 1 January 1."""
    quarters, place = distinct_of(starts // _QUARTER_SECONDS)
    days = [
        local_date(datetime.fromtimestamp(quarter * _QUARTER_SECONDS, UTC), zone).toordinal()
        for quarter in quarters.tolist()
    ]
    return np.array(days, np.int64)[place]


def epoch_day(day: date) -> int:
    """The day as columns have it: days since 1970."""
    return (day - _DAY_ZERO).days


def day_of(number: int) -> date:
    """The day that is so many days after 1 January 1970."""
    return _DAY_ZERO + timedelta(days=number)

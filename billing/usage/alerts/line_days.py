"""What lines use a day, counted as it is rated: sums of a batch, and lines' own medians."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from billing.usage.alerts.line_day_rows import KINDS, add_days
from billing.usage.alerts.spike_models import AlertSettings, LineDay
from billing.usage.allowances.destinations import load_destinations
from billing.usage.groups import distinct_of
from billing.usage.local_days import day_of
from billing.usage.models import UsageRecord, UsageType
from core.money import to_micro

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Columns = Mapping[str, NDArray[Any]]

# Clocks are set forward and back at whole quarters of an hour, in every zone.
_QUARTER_SECONDS = 900
_DAY_MINUTES = 24 * 60
_DAY_BITS = 24
# Longer than any brand's median looks back, and any period that is still rated.
DAYS_KEPT = timedelta(days=180)
_CALL_SECONDS_MAX, _MINUTE_MICRO_MAX = 10**6, 10**12

_MEDIANS = f"""
    SELECT asked.subscription_id, asked.day, count(*),
           {", ".join(f"percentile_disc(0.5) WITHIN GROUP (ORDER BY past.{k})" for k in KINDS)}
    FROM unnest(%s::bigint[], %s::date[]) AS asked (subscription_id, day)
    JOIN billing_lineday past ON past.subscription_id = asked.subscription_id
     AND past.day < asked.day AND past.day >= asked.day - %s
    GROUP BY 1, 2
"""  # noqa: S608 - names of our own columns


@dataclass(frozen=True, slots=True)
class CountedDay:
    """All that a line used on a day so far; `figures` by kind."""

    subscription_id: int
    day: date
    figures: dict[str, int]


@dataclass(frozen=True, slots=True)
class PastDays:
    """How many days with usage a line had before a day, and the median of each figure."""

    count: int
    medians: dict[str, int]


def count_days(
    columns: Columns, settings: AlertSettings, zone: str, floors: Mapping[str, int]
) -> list[CountedDay]:
    """Add records to the days of their lines; the days that now reach a floor of some kind.

    Late records are left out: their days are past. A floor that nothing reaches may be as large as
    a bigint.
    """
    rows = np.flatnonzero((columns["flags"] & UsageRecord.Flag.LATE) == 0)
    if not len(rows):
        return []
    taken = {name: columns[name][rows] for name in _USED}
    days, minutes = _local(taken["start_at"] // 1_000_000, zone)
    figures = _figures(taken, settings, days, _at_night(minutes, settings))
    codes = (taken["subscription_id"] << _DAY_BITS) | days
    order = np.argsort(codes, kind="stable")
    groups, firsts = np.unique(codes[order], return_index=True)
    sums = np.stack([np.add.reduceat(figures[kind][order], firsts) for kind in KINDS], axis=1)
    lines, numbers = groups >> _DAY_BITS, groups & (2**_DAY_BITS - 1)
    totals = add_days(lines, numbers, sums)
    reached = totals >= np.array([floors[kind] for kind in KINDS], np.int64)
    return [
        CountedDay(
            int(lines[row]),
            day_of(int(numbers[row])),
            dict(zip(KINDS, totals[row].tolist(), strict=True)),
        )
        for row in np.flatnonzero(reached.any(axis=1)).tolist()
    ]


def past_days(days: Collection[tuple[int, date]], length: int) -> dict[tuple[int, date], PastDays]:
    """The days with usage among the `length` days before each of these days of lines."""
    with connection.cursor() as cursor:
        cursor.execute(_MEDIANS, [[line for line, _ in days], [day for _, day in days], length])
        return {
            (row[0], row[1]): PastDays(row[2], dict(zip(KINDS, row[3:], strict=True)))
            for row in cursor.fetchall()
        }


def forget_days(before: date) -> int:
    """Remove days before a date, which no median asks for any more; how many they were."""
    return LineDay.objects.filter(day__lt=before).delete()[0]


_USED = (
    "start_at", "subscription_id", "usage_type", "quantity", "billed", "amount", "called",
    "called_digits", "category_id",
)  # fmt: skip


def _figures(
    taken: Columns, settings: AlertSettings, days: Integers, night: Flags
) -> dict[str, Integers]:
    """What each record adds to each kind."""
    kinds, quantity, amount = taken["usage_type"], taken["quantity"], taken["amount"]
    voice = kinds == UsageType.VOICE
    roaming = np.zeros(len(kinds), np.bool_)
    if settings.roaming_category_id is not None:
        roaming = taken["category_id"] == settings.roaming_category_id
    return {
        "voice": np.where(voice, quantity, 0),
        "messages": np.where(kinds == UsageType.SMS, quantity, 0),
        "data": np.where(kinds == UsageType.DATA, quantity, 0),
        "cost": amount,
        "destination": np.where(_expensive(taken, settings, days) & voice, amount, 0),
        "night": (voice & night & (quantity > 0)).astype(np.int64),
        "roaming": np.where(roaming, amount, 0),
    }


def _expensive(taken: Columns, settings: AlertSettings, days: Integers) -> Flags:
    """Which records go to one of the brand's expensive destinations, or cost that much."""
    dear = np.zeros(len(days), np.bool_)
    if settings.expensive_minute is not None:
        minute = min(to_micro(settings.expensive_minute), _MINUTE_MICRO_MAX)
        # Products of whole numbers within 63 bits: nothing is divided, so nothing is rounded.
        seconds = np.minimum(taken["billed"], _CALL_SECONDS_MAX)
        dear |= (taken["amount"] > 0) & (taken["amount"] * 60 >= minute * seconds)
    if settings.expensive_destinations_id is not None:
        groups = load_destinations([settings.expensive_destinations_id])
        ordinals = days + date(1970, 1, 1).toordinal()
        dear |= groups.members(taken["called"], taken["called_digits"], ordinals)[:, 0]
    return dear


def _local(seconds: Integers, zone: str) -> tuple[Integers, Integers]:
    """The local day (since 1970) of each instant, and the minute of that day."""
    quarters, place = distinct_of(seconds // _QUARTER_SECONDS)
    clock = ZoneInfo(zone)
    moments = [
        datetime.fromtimestamp(quarter * _QUARTER_SECONDS, UTC).astimezone(clock)
        for quarter in quarters.tolist()
    ]
    first = date(1970, 1, 1)
    days = np.array([(moment.date() - first).days for moment in moments], np.int64)
    minutes = np.array([moment.hour * 60 + moment.minute for moment in moments], np.int64)
    place = place.reshape(-1)
    return days[place], minutes[place] + seconds % _QUARTER_SECONDS // 60


def _at_night(minutes: Integers, settings: AlertSettings) -> Flags:
    """Which minutes lie in the brand's night, which may go over midnight."""
    start, end = _minute(settings.night_from), _minute(settings.night_until)
    inside: Flags = (minutes - start) % _DAY_MINUTES < (end - start) % _DAY_MINUTES
    return inside


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute

"""When somebody wants no messages, on their own clock, and when the next one may be sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SUNDAY = 6
DAYS_LOOKED_AHEAD = 60
# All zones differ from UTC by whole quarters of an hour, and change by whole quarters.
_STEP = timedelta(minutes=15)


def no_day(_day: date) -> bool:
    """No public holidays."""
    return False


@dataclass(frozen=True, slots=True)
class QuietRule:
    """Quiet from `quiet_from` until `quiet_until` (exclusive), over midnight if that is earlier.

    The same time twice: at no hour. Sundays and holidays are quiet as whole days. All of it on
    the wall clock of `zone`: an hour that comes twice counts twice, one that is left out does
    not come.
    """

    quiet_from: time
    quiet_until: time
    zone: ZoneInfo
    sundays: bool = True
    is_holiday: Callable[[date], bool] = no_day


def is_quiet(rule: QuietRule, at: datetime) -> bool:
    """Whether nothing may be sent at this moment."""
    local = at.astimezone(rule.zone)
    if rule.sundays and local.weekday() == SUNDAY:
        return True
    return _in_hours(rule, local.time()) or rule.is_holiday(local.date())


def next_allowed(rule: QuietRule, at: datetime) -> datetime:
    """The first moment from `at` on, in UTC, at which a message may be sent.

    Gives up after two months of quiet days: then it is `at` and that time.
    """
    at = at.astimezone(UTC)
    if not is_quiet(rule, at):
        return at
    end = at + timedelta(days=DAYS_LOOKED_AHEAD)
    here = at
    while here < end:
        following = _next_quarter(here)
        for candidate in (_until_between(rule, here, following), following):
            if candidate is not None and not is_quiet(rule, candidate):
                return candidate
        here = following
    return end


def _in_hours(rule: QuietRule, local: time) -> bool:
    start, end = rule.quiet_from, rule.quiet_until
    if start <= end:
        return start <= local < end
    return local >= start or local < end


def _next_quarter(at: datetime) -> datetime:
    start = at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)
    return start + _STEP


def _until_between(rule: QuietRule, start: datetime, end: datetime) -> datetime | None:
    """The moment at which the clock shows the end of the quiet hours, if it is in between."""
    local = start.astimezone(rule.zone)
    clock = timedelta(
        hours=local.hour,
        minutes=local.minute,
        seconds=local.second,
        microseconds=local.microsecond,
    )
    until = rule.quiet_until
    wait = (
        timedelta(
            hours=until.hour,
            minutes=until.minute,
            seconds=until.second,
            microseconds=until.microsecond,
        )
        - clock
    )
    wait %= timedelta(days=1)
    return start + wait if wait and start + wait < end else None

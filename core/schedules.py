"""What is done again and again by itself: each app registers its own in `jobs.py`.

    @scheduled("send_messages", every=timedelta(seconds=30))
    def send_what_waits(now: datetime) -> None: ...

A scheduled duty is short, may be done by two processes at once, and may be left out: the next one
makes good for it. What takes long enqueues a job. When it is done stands in a row that a person may
change (PeriodicTask of django-celery-beat); `set_up_schedules` adds the rows that are missing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

Duty = Callable[[datetime], object]


@dataclass(frozen=True, slots=True)
class Schedule:
    """A duty and when it is done unless a person says otherwise.

    Either `every` (a whole number of seconds) or `daily_at` (an hour in UTC).
    """

    name: str
    do: Duty
    every: timedelta | None
    daily_at: int | None
    enabled: bool


_schedules: dict[str, Schedule] = {}


def scheduled(
    name: str,
    *,
    every: timedelta | None = None,
    daily_at: int | None = None,
    enabled: bool = True,
) -> Callable[[Duty], Duty]:
    """Register a duty; `enabled=False` leaves it to a person to switch it on."""
    if (every is None) == (daily_at is None):
        raise ValueError(f"{name} is done either every so often or daily at an hour.")

    def register(do: Duty) -> Duty:
        present = _schedules.get(name)
        if present is not None and present.do.__module__ != do.__module__:
            raise ValueError(f"Two modules register the schedule {name}.")
        _schedules[name] = Schedule(name, do, every, daily_at, enabled)
        return do

    return register


def known_schedules() -> list[Schedule]:
    """All registered schedules, by name."""
    return [_schedules[name] for name in sorted(_schedules)]


def schedule_of(name: str) -> Schedule | None:
    """The registered schedule of this name; None where this program knows none."""
    return _schedules.get(name)

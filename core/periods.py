"""Half-open date periods `[start, end)`, anchored on a bill day 1-31.

Dates are local to the brand's zone; only `local_midnight` and `local_date` cross over to UTC.
Anchors 29-31 fall on the last day of short months and come back: 31 Jan, 28 Feb, 31 Mar.
A period of several months needs to know which months it starts in: that is what `first_anchor`
says (any one anchor of the series will do). Rules: docs/how-invoices-are-calculated.md, "Periods".
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from `start` up to, but without, `end`."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"A period must end after it starts: {self.start} to {self.end}.")

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    def contains(self, day: date) -> bool:
        return self.start <= day < self.end

    def intersect(self, other: "Period") -> "Period | None":
        """The days that lie in both periods, or None."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, end) if start < end else None


def anchor_date(year: int, month: int, day: int) -> date:
    """The anchor `day` (1-31) in that month: its last day when the month is shorter."""
    if not 1 <= day <= 31:
        raise ValueError(f"A bill day lies between 1 and 31, not {day}.")
    return date(year, month, min(day, monthrange(year, month)[1]))


def first_anchor_from(start: date, anchor_day: int, months: int = 1) -> date:
    """The first anchor on or after `start`: the bill day of the start's month or, if that is
    past, one period length later."""
    _check_months(months)
    anchor = anchor_date(start.year, start.month, anchor_day)
    if anchor >= start:
        return anchor
    return _anchor_in(_month_number(start) + months, anchor_day)


def period_containing(
    day: date, anchor_day: int, months: int = 1, first_anchor: date | None = None
) -> Period:
    """The full period of `months` months in which `day` lies, also before `first_anchor`.

    `first_anchor` may be left out for periods of one month only.
    """
    start = _month_number(day)
    if anchor_date(day.year, day.month, anchor_day) > day:
        start -= 1
    start -= (start - _phase(anchor_day, months, first_anchor)) % months
    return Period(_anchor_in(start, anchor_day), _anchor_in(start + months, anchor_day))


def periods_between(
    start: date, end: date, anchor_day: int, months: int = 1, first_anchor: date | None = None
) -> list[Period]:
    """The full periods that have a day in `[start, end)`, in order, without gaps.

    The first and the last may reach beyond: clip them with `intersect`. Without `first_anchor`
    the series is anchored by `start` (see `first_anchor_from`).
    """
    if first_anchor is None:
        first_anchor = first_anchor_from(start, anchor_day, months)
    periods: list[Period] = []
    while start < end:
        periods.append(period_containing(start, anchor_day, months, first_anchor))
        start = periods[-1].end
    return periods


def next_anchor(
    day: date, anchor_day: int, months: int = 1, first_anchor: date | None = None
) -> date:
    """The first anchor strictly after `day`."""
    return period_containing(day, anchor_day, months, first_anchor).end


def local_midnight(day: date, zone: str) -> datetime:
    """The instant (UTC) at which `day` begins in `zone`.

    Where clocks skip midnight, it is the first instant after the gap; where midnight comes
    twice, the first of the two.
    """
    return datetime.combine(day, time(0), _zone(zone)).astimezone(UTC)


def local_date(instant: datetime, zone: str) -> date:
    """The date in `zone` at that instant, which must carry its own zone."""
    if instant.tzinfo is None:
        raise ValueError("An instant without a time zone has no local date.")
    return instant.astimezone(_zone(zone)).date()


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"Unknown time zone: {name!r}.") from None


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _anchor_in(month_number: int, anchor_day: int) -> date:
    return anchor_date(month_number // 12, month_number % 12 + 1, anchor_day)


def _check_months(months: int) -> None:
    if months < 1:
        raise ValueError(f"A period lasts at least one month, not {months}.")


def _phase(anchor_day: int, months: int, first_anchor: date | None) -> int:
    """The month number of an anchor, which decides in which months periods start."""
    _check_months(months)
    if first_anchor is None:
        if months > 1:
            raise ValueError("A period of several months needs its first anchor.")
        return 0
    if first_anchor != anchor_date(first_anchor.year, first_anchor.month, anchor_day):
        raise ValueError(f"{first_anchor} is not an anchor of bill day {anchor_day}.")
    return _month_number(first_anchor)

"""What is missing of a source's files, and what therefore holds a bill run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from billing.usage.arrivals.gaps import (
    Arrival,
    Expectation,
    Gap,
    LateFile,
    schedule_gaps,
    sequence_gaps,
)
from billing.usage.arrivals.models import AcceptedUsageGap, UsageArrival
from billing.usage.models import UsageFile, UsageSource
from core.models import Brand

# How the keys of gaps begin: missing numbers, and files that were taken in partly.
NUMBERED, PARTLY = "#", "file "


@dataclass(frozen=True, slots=True)
class Completeness:
    """What is missing of a source, but for what was accepted, and which files came late."""

    source: UsageSource
    gaps: list[Gap]
    late: list[LateFile]


def completeness_of(source: UsageSource, now: datetime) -> Completeness:
    """Which files of the source are missing and which came late, as of `now`."""
    expected = Expectation(
        zone=source.brand.zone,
        pattern=source.file_name_pattern,
        every_hours=source.expected_every_hours,
        by=source.expected_by,
        starts=source.expected_from,
        sequence_first=source.sequence_first,
        sequence_daily=source.sequence_daily,
    )
    accepted = set(AcceptedUsageGap.objects.filter(source=source).values_list("key", flat=True))
    gaps = list(_unfinished(source))
    late: list[LateFile] = []
    if expected.pattern or expected.starts:
        came = UsageArrival.objects.filter(file__source=source, arrived_at__lte=now)
        arrivals = [Arrival(name, at) for name, at in came.values_list("name", "arrived_at")]
        gaps += sequence_gaps(expected, arrivals, accepted)
        overdue, late = schedule_gaps(expected, arrivals, now)
        gaps += overdue
    return Completeness(source, [gap for gap in gaps if gap.key not in accepted], late)


def _unfinished(source: UsageSource) -> Iterable[Gap]:
    """Files whose import was interrupted: some of their lines are missing."""
    for file in UsageFile.objects.filter(source=source, state=UsageFile.State.LOADING):
        yield Gap(
            f"{PARTLY}{file.pk}",
            f"{file.name} was taken in partly; import it again",
            file.imported_at,
        )


def sources_with_files(brands: Iterable[int] | None = None) -> list[UsageSource]:
    """The sources of these brands (of all, if None), by code."""
    sources = UsageSource.objects.select_related("brand").order_by("code")
    return list(sources if brands is None else sources.filter(brand__in=brands))


def gaps_before(brand: Brand, bill_date: date, now: datetime) -> list[tuple[UsageSource, Gap]]:
    """The gaps that hold the brand's bill run of that day: usage of before may be in them.

    A missing number counts if its neighbour came before the grace days were over, a file that was
    taken in partly always, what was not due yet never.
    """
    midnight = datetime.combine(bill_date, time(0), ZoneInfo(brand.zone))
    grace = timedelta(days=brand.usage_grace_days)
    found = []
    for source in sources_with_files([brand.pk]):
        if not source.holds_billing:
            continue
        for gap in completeness_of(source, now).gaps:
            until = midnight + grace if gap.key.startswith(NUMBERED) else midnight
            if gap.since < until or gap.key.startswith(PARTLY):
                found.append((source, gap))
    return found

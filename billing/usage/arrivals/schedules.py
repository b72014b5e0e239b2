"""When files are due: what a source's settings say, and whether they make sense together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time

from billing.usage.arrivals.name_patterns import NamePattern

HOURS_MAX = 744

# A field, what is wrong with it, and how to mend it.
Problem = tuple[str, str, str]


def schedule_problems(
    *,
    expected_every_hours: int | None,
    expected_by: time | None,
    expected_from: date | None,
    file_name_pattern: str | None,
    sequence_first: int | None,
    sequence_daily: bool | None,
) -> Iterator[Problem]:
    """What is wrong with a schedule."""
    is_expected = expected_every_hours is not None or expected_by is not None
    if expected_every_hours is not None and expected_by is not None:
        yield (
            "expected_by",
            "files are expected either every so many hours or by a time of day",
            "leave one of them out",
        )
    if is_expected and expected_from is None:
        yield (
            "expected_from",
            "expected_from is missing",
            "add the first day on which a file is expected",
        )
    parts = NamePattern(file_name_pattern).parts if file_name_pattern else []
    if sequence_first is not None and "sequence" not in parts:
        yield (
            "sequence_first",
            "sequence_first needs a {sequence} in file_name_pattern",
            "write the pattern as in CDR_{sequence}.csv",
        )
    if sequence_daily and not {"date", "sequence"} <= set(parts):
        yield (
            "sequence_daily",
            "sequence_daily needs {date} and {sequence} in file_name_pattern",
            "write the pattern as in CDR_{date}_{sequence}.csv",
        )

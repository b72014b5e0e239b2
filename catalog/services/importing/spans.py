"""Spans of dates as files write them: `from`, and `until` before which they hold."""

from __future__ import annotations

from datetime import date

from django.db.backends.postgresql.psycopg_any import DateRange

from core.input_tree import Fields
from core.input_values import day


def read_span(fields: Fields, stored: DateRange | None = None) -> DateRange | None:
    """The span of an entry; what is left out stays as stored. None after a problem."""
    first, end = fields.get("from", day), fields.get("until", day)
    if stored is not None:
        first = first if "from" in fields.node.values else stored.lower
        end = end if "until" in fields.node.values else stored.upper
    if not is_span(fields, first, end):
        return None
    return DateRange(first, end)


def is_span(fields: Fields, first: date | None, end: date | None) -> bool:
    """Whether the span has a day; one that has none is reported."""
    if first is not None and end is not None and end <= first:
        fields.problem("until", f"ends on {end}, before it starts", "mend the dates")
        return False
    return True

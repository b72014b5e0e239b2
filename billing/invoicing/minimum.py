"""Minimum spend: what is missing of it when a usage period closes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from billing.invoicing.models import InvoiceLine
from billing.invoicing.recurring import ONE_OFF, RECURRING, BilledLine, Segment, version_on
from billing.invoicing.spans import without
from core.periods import Period

# What a line of a minimum is known by, before the code of the plan.
MARK = "minimum:"


@dataclass(frozen=True, slots=True)
class Stretch:
    """The days on which a subscription had a plan in one usage period, without its pauses."""

    plan_id: int
    first: Segment
    period: Period
    parts: Sequence[Period]

    @property
    def days(self) -> int:
        """How many days they are."""
        return sum(part.days for part in self.parts)

    @property
    def span(self) -> Period:
        """From the first of these days to the last."""
        return Period(self.parts[0].start, self.parts[-1].end)

    def minimum(self) -> Fraction:
        """The share of the plan's minimum for these days, exact.

        It is that of the version in force when the period or the plan began, whichever is later.
        """
        version = version_on(self.first.versions, self.parts[0].start)
        return Fraction(version.minimum) * self.days / self.period.days


def stretches(
    segments: Sequence[Segment],
    plan_of_segment: dict[str, int],
    period: Period,
    floor: date | None,
) -> Iterator[Stretch]:
    """The plans (not add-ons) with a minimum in that usage period, with their days.

    Days before `floor` were billed elsewhere.
    """
    found: dict[int, tuple[Segment, list[Period]]] = {}
    for segment in segments:
        start = max(segment.start, floor or segment.start)
        end = segment.end or date.max
        if segment.key.startswith("add_on:") or start >= end:
            continue
        days = Period(start, end).intersect(period)
        if days is None:
            continue
        plan_id = plan_of_segment[segment.key]
        found.setdefault(plan_id, (segment, []))[1].extend(without(days, segment.rests))
    for plan_id, (first, parts) in found.items():
        if parts and version_on(first.versions, parts[0].start).minimum:
            yield Stretch(plan_id, first, period, sorted(parts))


def counted_charges(
    stretch: Stretch,
    segments: Sequence[Segment],
    plan_of_segment: dict[str, int],
    billed: Iterable[BilledLine],
) -> Fraction:
    """What recurring and one-off lines that count towards the plan's minimum come to.

    Of a recurring line those days that lie in the period, by amount; credited days don't count.
    Of other plans' lines none count, and of add-ons' lines those of the plan's own days.
    """
    by_key = {segment.key: segment for segment in segments}
    total = Fraction(0)
    for line in billed:
        segment = by_key.get(line.segment)
        if segment is None:
            continue
        days = stretch.parts
        if not segment.key.startswith("add_on:"):
            if plan_of_segment[segment.key] != stretch.plan_id:
                continue
            days = [stretch.period]
        terms = version_on(segment.versions, line.span.start).charges.get(line.charge_code)
        if terms is None or not terms.counts_toward_minimum:
            continue
        if terms.kind == ONE_OFF:
            if any(part.contains(line.span.start) for part in days):
                total += Fraction(line.amount)
        elif terms.kind == RECURRING:
            amounts = [(line.span, line.amount), *line.credits]
            total += sum((_share(*each, days) for each in amounts), Fraction(0))
    return total


def _share(span: Period, amount: Decimal, days: Sequence[Period]) -> Fraction:
    """The amount of those days of the span that are among `days`."""
    common = sum(both.days for part in days if (both := span.intersect(part)))
    return Fraction(amount) * common / span.days


def counted_usage(
    plan_id: int, period: Period, lines: Iterable[tuple[InvoiceLine, dict[int, int]]]
) -> Fraction:
    """What the period's usage lines come to for a plan; late ones don't count.

    `lines` come with the micro-amounts of each plan on them. A line of one plan counts as it
    stands there, rounded; of a line that several plans share, each counts its exact part.
    """
    total = Fraction(0)
    for line, by_plan in lines:
        on_time = line.usage_period == line.usage_origin == period.start
        if not on_time or plan_id not in by_plan:
            continue
        if len(by_plan) == 1:
            total += Fraction(line.amount)
        else:
            total += Fraction(by_plan[plan_id], 10**6)
    return total

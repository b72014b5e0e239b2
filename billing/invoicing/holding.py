"""Which discounts an account has on which days: by its bundles, and by those given to it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from billing.invoicing.catalogue import Catalogue
from billing.invoicing.facts import Family, SubscriptionFacts
from billing.invoicing.recurring import Segment
from catalog.models import Bundle, Discount
from core.periods import Period, anchor_date


@dataclass(frozen=True, slots=True)
class Holding:
    """A discount that an account has on some days, for all of its lines or one subscription's."""

    discount: Discount
    account_id: int
    days: Sequence[Period]
    subscription_id: int | None = None

    def covers(self, account_id: int, subscription_id: int) -> bool:
        """Whether it is taken on lines of that subscription."""
        return self.account_id == account_id and self.subscription_id in (None, subscription_id)

    def held_days(self, span: Period) -> int:
        """On how many days of the span it is held."""
        return sum(both.days for part in self.days if (both := part.intersect(span)))

    def holds(self, day: date) -> bool:
        """Whether it is held on that day."""
        return any(part.contains(day) for part in self.days)


def holdings(
    family: Family, catalogue: Catalogue, segments: dict[int, list[Segment]]
) -> list[Holding]:
    """All discounts of the family's accounts; `segments` are those seen, by subscription."""
    found: list[Holding] = []
    for account in family.members:
        own = [facts for facts in family.subscriptions if facts.account == account]
        for bundle in catalogue.bundles:
            days = list(_bundle_days(bundle, own, catalogue, segments))
            if days:
                discount = catalogue.discounts[bundle.discount_id]
                found.append(Holding(discount, account.pk, days))
    found.sort(key=lambda each: (each.discount.priority, each.discount.code))
    return found


def _bundle_days(
    bundle: Bundle,
    own: Sequence[SubscriptionFacts],
    catalogue: Catalogue,
    segments: dict[int, list[Segment]],
) -> Iterator[Period]:
    """While the account has all parts, from a day on which the bundle could be had."""
    common: list[Period] | None = None
    for part in bundle.parts.all():
        had = _union(
            Period(segment.start, segment.end or date.max)
            for facts in own
            for segment in segments[facts.subscription.pk]
            if segment.end is None or segment.end > segment.start
            if _is_part(part, facts.plan_of_segment[segment.key], catalogue)
        )
        common = had if common is None else _common(common, had)
    discount = catalogue.discounts[bundle.discount_id]
    windows = _common([_span(bundle.available)], [_span(discount.available)])
    for stretch in common or ():
        begun = next((both for window in windows if (both := window.intersect(stretch))), None)
        if begun is not None:
            end = min(stretch.end, end_of(discount, begun.start))
            yield Period(begun.start, end)


def end_of(discount: Discount, granted: date) -> date:
    """The first day on which who got the discount on `granted` has it no longer."""
    if discount.months is None:
        return date.max
    month = granted.month - 1 + discount.months
    return anchor_date(granted.year + month // 12, month % 12 + 1, granted.day)


def _is_part(part: Any, plan_id: int, catalogue: Catalogue) -> bool:
    product = catalogue.product_of_plan[plan_id]
    return bool(part.plan_id == plan_id or part.product_id == product.pk)


def _span(days: Any) -> Period:
    return Period(days.lower or date.min, days.upper or date.max)


def _union(spans: Collection[Period] | Iterator[Period]) -> list[Period]:
    """The days of any of the spans, as stretches in order."""
    joined: list[Period] = []
    for span in sorted(spans):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Period(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def _common(one: Sequence[Period], other: Sequence[Period]) -> list[Period]:
    """The days of both."""
    return [both for first in one for second in other if (both := first.intersect(second))]


def last_day(span: Period) -> date:
    """The last day of a span."""
    return span.end - timedelta(days=1)

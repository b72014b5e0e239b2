"""The fee for leaving before the end of a term: which is due, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.invoicing.catalogue import Catalogue
from billing.invoicing.facts import SubscriptionFacts
from billing.invoicing.recurring import Segment
from catalog.models import PlanVersion
from catalog.termination import months_left, termination_of
from core.money import round_amount
from core.periods import next_anchor

# What a line of a fee is known by, before the key of the segment that was left.
MARK = "leaving:"


@dataclass(frozen=True, slots=True)
class LeavingFee:
    """A fee for leaving on `day`: `amount` is `exact` rounded to the currency's decimals.

    `months` are those left of the term, started ones counted whole; 0 where only the fee is known.
    """

    segment: Segment
    day: date
    months: int
    exact: Decimal
    amount: Decimal


def leaving_fees(
    facts: SubscriptionFacts, segments: list[Segment], catalogue: Catalogue, places: int
) -> Iterator[LeavingFee]:
    """The fees of the seen segments that ended early, and that no live line has charged.

    What somebody was told when the subscription was cancelled holds; else it follows from the
    term that was agreed, or that the plan has. Rules: sections 4 and 8.
    """
    charged = {line.segment for line in facts.billed}
    billed_until = facts.account.billed_until or date.min
    for segment in segments:
        if not segment.leaves or segment.end is None or segment.end < billed_until:
            continue
        if MARK + segment.key in charged:
            continue
        months, exact = _fee(facts, segment, catalogue)
        amount = round_amount(exact, places)
        if amount:
            yield LeavingFee(segment, segment.end, months, exact, amount)


def _fee(facts: SubscriptionFacts, segment: Segment, catalogue: Catalogue) -> tuple[int, Decimal]:
    assert segment.end is not None
    if not facts.names_add_on(segment):
        for cancellation in facts.subscription.cancellations.all():
            if cancellation.taken_back_at is None:
                costs = cancellation.costs
                return int(costs.get("months_left", 0)), Decimal(costs.get("fee", "0"))
    version, bound_until, agreed = _term(facts, segment, catalogue)
    if version is None or bound_until is None:
        return 0, Decimal(0)
    left = months_left(segment.end, bound_until)
    return left, termination_of(version).fee(left, agreed)


def _term(
    facts: SubscriptionFacts, segment: Segment, catalogue: Catalogue
) -> tuple[PlanVersion | None, date | None, int | None]:
    """Whose terms hold on the day of leaving, until when they bind, and for how many months."""
    assert segment.end is not None
    if not facts.names_add_on(segment):
        begun = [term for term in facts.subscription.terms.all() if term.bound_from <= segment.end]
        term = max(begun, key=lambda term: (term.bound_from, -term.pk), default=None)
        if term is not None:
            own = _row_of(facts, catalogue, term.plan_version_id)
            return own, term.bound_until, term.months
    plan_id = facts.plan_of_segment[segment.key]
    version = catalogue.row_on(plan_id, segment.start)
    if not version.term_months:
        return None, None, None
    start = segment.start
    return version, next_anchor(start, start.day, version.term_months, first_anchor=start), None


def _row_of(
    facts: SubscriptionFacts, catalogue: Catalogue, version_id: int | None
) -> PlanVersion | None:
    """The version whose terms were agreed; None where that was elsewhere: no fee is known."""
    plans = set(facts.plan_of_segment.values())
    rows = (row for plan_id in plans for row in catalogue.rows_of_plan[plan_id])
    return next((row for row in rows if row.pk == version_id), None)

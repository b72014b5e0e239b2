"""What bills can't price exactly yet: an account that has such terms is parked, never billed wrong.

The reason names the plan and the feature. Nothing is read here: the versions come from the run's
catalogue, the history from the account's facts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from billing.invoicing.recurring import Segment
from catalog.models import Bundle, Charge, PlanVersion
from core.errors import DomainError
from core.periods import next_anchor


@dataclass(frozen=True, slots=True)
class Feature:
    """Something that a version asks for: `what`, in words; whether it waits for the usage."""

    what: str
    of_usage: bool = False


@dataclass(frozen=True, slots=True)
class UnpricedTerms:
    """What can't be priced of a version in force from `starts_on` until before `ends_on`.

    `for_new_only` says that who had the plan before keeps other prices; `bound_months` is the
    term within which leaving costs a fee, 0 where it costs none.
    """

    plan_code: str
    starts_on: date
    ends_on: date
    features: Sequence[Feature]
    for_new_only: bool
    bound_months: int


@dataclass(frozen=True, slots=True)
class Window:
    """The days a run bills: usage up to `bill_date`, charges in advance up to `horizon`."""

    start: date
    bill_date: date
    horizon: date


def unpriced_terms(versions: Sequence[PlanVersion]) -> list[UnpricedTerms]:
    """Of a plan's published versions, earliest first, what bills can't price of each, if anything.

    Reads their `charges`, and nothing else.
    """
    found: list[UnpricedTerms] = []
    for position, version in enumerate(versions):
        later = versions[position + 1 :]
        terms = UnpricedTerms(
            plan_code=version.plan.code,
            starts_on=version.starts_on if position else date.min,
            ends_on=later[0].starts_on if later else date.max,
            features=list(_features(version)),
            for_new_only=bool(position) and version.adoption != PlanVersion.Adoption.RENEWAL,
            bound_months=version.term_months
            if version.termination != PlanVersion.Termination.NONE
            else 0,
        )
        if terms.features or terms.for_new_only or terms.bound_months:
            found.append(terms)
    return found


def _features(version: PlanVersion) -> Iterator[Feature]:
    for charge in version.charges.all():
        if charge.kind == Charge.Kind.ONE_OFF and charge.taken_at != Charge.TakenAt.START:
            yield Feature(f"the charge {charge.code} taken at {charge.taken_at}")
    if version.trial_days:
        yield Feature(f"a trial of {version.trial_days} days")
    if version.minimum_spend:
        yield Feature("a minimum spend", of_usage=True)


def refuse_unpriced(terms: Sequence[UnpricedTerms], segment: Segment, window: Window) -> None:
    """Raise DomainError if this stretch of a history can't be billed exactly in this window."""
    for each in terms:
        start = max(segment.start, each.starts_on, window.start)
        end = min(segment.end or date.max, each.ends_on)
        for feature in each.features:
            if start < min(end, window.bill_date if feature.of_usage else window.horizon):
                _refuse(each.plan_code, feature.what)
        if (
            each.for_new_only
            and segment.start < each.starts_on
            and start < min(end, window.horizon)
        ):
            _refuse(each.plan_code, f"prices from {each.starts_on} that are not for everybody")


def bound_months(terms: Sequence[UnpricedTerms], segment: Segment, window: Window) -> int:
    """The term of a stretch that ended in the window, where leaving within it costs a fee."""
    if segment.end is None or not window.start <= segment.end <= window.bill_date:
        return 0
    for each in terms:
        if each.bound_months and each.starts_on <= segment.start < each.ends_on:
            return each.bound_months
    return 0


def refuse_early_end(plan_code: str, segment: Segment, months: int, agreed: date | None) -> None:
    """Raise DomainError if a stretch ended before its term did.

    The term is that of the version from the stretch's start, or what was agreed otherwise.
    """
    start = segment.start
    bound_until = agreed or next_anchor(start, start.day, months, first_anchor=start)
    if segment.end and segment.end < bound_until:
        _refuse(plan_code, f"a fee for leaving before {bound_until}")


def refuse_bundles(
    bundles: Sequence[Bundle], held: Sequence[tuple[Segment, int, int]], window: Window
) -> None:
    """Raise DomainError if an account had all parts of a bundle on some day of the window.

    `held` are its stretches with the ids of their plan and product.
    """
    for bundle in bundles:
        starts = [window.start, bundle.available.lower or date.min]
        starts += [segment.start for segment, _, _ in held]
        for day in starts:
            if not window.start <= day < window.horizon or day not in bundle.available:
                continue
            plans = {plan for segment, plan, _ in held if _holds(segment, day)}
            products = {product for segment, _, product in held if _holds(segment, day)}
            if all(
                part.plan_id in plans or part.product_id in products for part in bundle.parts.all()
            ):
                raise DomainError(
                    f"The account has all parts of the bundle {bundle.code}, and bills can't "
                    "price its discount yet."
                )


def _holds(segment: Segment, day: date) -> bool:
    return segment.start <= day < (segment.end or date.max)


def _refuse(plan_code: str, what: str) -> None:
    raise DomainError(f"Plan {plan_code} has {what}, and bills can't price that yet.")

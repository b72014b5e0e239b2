"""What bills can't price exactly yet: an account that has such terms is parked, never billed wrong.

The reason names the plan and the feature. Nothing is read here: the versions come from the run's
catalogue, the history from the account's facts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from billing.invoicing.recurring import Segment
from catalog.models import PlanVersion
from core.errors import DomainError


@dataclass(frozen=True, slots=True)
class UnpricedTerms:
    """A version from `starts_on` until before `ends_on` that isn't for everybody: who had the plan
    before keeps other prices."""

    plan_code: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Window:
    """The days a run bills: usage up to `bill_date`, charges in advance up to `horizon`."""

    start: date
    bill_date: date
    horizon: date


def unpriced_terms(versions: Sequence[PlanVersion]) -> list[UnpricedTerms]:
    """Of a plan's published versions, earliest first, those that are not for everybody."""
    found: list[UnpricedTerms] = []
    for position, version in enumerate(versions):
        later = versions[position + 1 :]
        if position and version.adoption != PlanVersion.Adoption.RENEWAL:
            ends_on = later[0].starts_on if later else date.max
            found.append(UnpricedTerms(version.plan.code, version.starts_on, ends_on))
    return found


def refuse_unpriced(terms: Sequence[UnpricedTerms], segment: Segment, window: Window) -> None:
    """Raise DomainError if this stretch of a history can't be billed exactly in this window."""
    for each in terms:
        start = max(segment.start, each.starts_on, window.start)
        end = min(segment.end or date.max, each.ends_on, window.horizon)
        if segment.start < each.starts_on and start < end:
            _refuse(each.plan_code, f"prices from {each.starts_on} that are not for everybody")


def _refuse(plan_code: str, what: str) -> None:
    raise DomainError(f"Plan {plan_code} has {what}, and bills can't price that yet.")

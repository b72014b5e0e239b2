"""What leaving before the end of a term costs, by a plan version's terms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from catalog.models import Charge, PlanVersion


@dataclass(frozen=True, slots=True)
class Termination:
    """The terms of leaving early: an amount or a share of the monthly price for each month left,
    or a falling schedule of (month of the term, fee). `term_months` 0 binds nobody."""

    kind: str
    term_months: int
    amount: Decimal | None
    share: Decimal
    monthly: Decimal
    schedule: tuple[tuple[int, Decimal], ...] = ()

    def fee(self, months_left: int, agreed_months: int | None = None) -> Decimal:
        """The exact fee with so many months left, started ones counted whole; 0 where none.

        `agreed_months` is the whole term where another one was agreed.
        """
        if months_left <= 0 or self.kind == PlanVersion.Termination.NONE:
            return Decimal(0)
        if self.kind == PlanVersion.Termination.SCHEDULE:
            term = self.term_months if agreed_months is None else agreed_months
            month = max(term - months_left + 1, 1)
            reached = [fee for start, fee in self.schedule if start <= month]
            return reached[-1] if reached else Decimal(0)
        if self.amount is not None:
            return self.amount * months_left
        return self.monthly * self.share / 100 * months_left


def termination_of(version: PlanVersion) -> Termination:
    """A version's terms; reads its `charges`, and its `termination_steps` where it has some."""
    schedule: tuple[tuple[int, Decimal], ...] = ()
    if version.termination == PlanVersion.Termination.SCHEDULE:
        schedule = tuple(
            sorted((step.from_month, step.fee) for step in version.termination_steps.all())
        )
    monthly = sum(
        (
            charge.price / charge.months
            for charge in version.charges.all()
            if charge.kind == Charge.Kind.RECURRING
        ),
        Decimal(0),
    )
    return Termination(
        kind=version.termination,
        term_months=version.term_months,
        amount=version.termination_amount,
        share=version.termination_share or Decimal(0),
        monthly=monthly,
        schedule=schedule,
    )


def months_left(day: date, bound_until: date) -> int:
    """Months from `day` to the end of a term, a started one counted whole (rules: section 8)."""
    if day >= bound_until:
        return 0
    months = (bound_until.year - day.year) * 12 + bound_until.month - day.month
    return months + (1 if bound_until.day > day.day else 0)

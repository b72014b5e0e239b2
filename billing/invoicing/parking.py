"""Parks accounts that can't be billed exactly yet, before anything of them is calculated.

One kind of terms is left: versions that wait, for who had the plan before, for the end of a term.
"""

from __future__ import annotations

from datetime import date

from billing.invoicing.catalogue import Catalogue
from billing.invoicing.facts import Family
from core.errors import DomainError
from core.periods import next_anchor


def refuse_what_cannot_be_billed(family: Family, catalogue: Catalogue, bill_date: date) -> None:
    """Raise DomainError, naming plan and feature, if something can't be billed exactly yet.

    What was billed elsewhere before an account came is left alone.
    """
    if not catalogue.waiting:
        return
    top = family.top
    horizon = next_anchor(bill_date, top.bill_day, top.invoice_months, bill_date)
    for facts in family.subscriptions:
        floor = facts.account.billed_until or date.min
        for segment in facts.segments:
            plan_id = facts.plan_of_segment[segment.key]
            for starts_on, ends_on in catalogue.waiting.get(plan_id, ()):
                start = max(segment.start, starts_on, floor)
                end = min(segment.end or date.max, ends_on, horizon)
                if segment.start < starts_on and start < end:
                    code = catalogue.rows_of_plan[plan_id][0].plan.code
                    raise DomainError(
                        f"Plan {code} has prices from {starts_on} that come when a term ends, "
                        "and bills can't price that yet."
                    )

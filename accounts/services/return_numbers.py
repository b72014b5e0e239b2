"""Each day: numbers and SIMs whose time is over rest, rested and unclaimed numbers are free."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.models import NumberAssignment, ServiceNumber, Sim, SimAssignment
from accounts.services.release_number import put_away
from core.models import Brand

State = ServiceNumber.State


@dataclass(frozen=True, slots=True)
class ReturnedNumbers:
    """How many numbers went to rest, became free, and how many SIMs were retired."""

    resting: int
    free: int
    sims_retired: int


@transaction.atomic
def return_numbers(brand: Brand, *, as_of: date) -> ReturnedNumbers:
    """Bring the states of the brand's numbers and SIMs to the day `as_of`; again is safe."""
    return ReturnedNumbers(
        resting=_put_away_what_ended(brand, as_of),
        free=_free_what_rested(brand, as_of),
        sims_retired=_retire_sims(brand, as_of),
    )


def _still(rows: type[NumberAssignment] | type[SimAssignment], name: str, as_of: date) -> Exists:
    """Whether somebody has the row today or will have it."""
    ahead = Q(during__endswith__isnull=True) | Q(during__endswith__gt=as_of)
    return Exists(rows._default_manager.filter(ahead, **{name: OuterRef("pk")}))


def _put_away_what_ended(brand: Brand, as_of: date) -> int:
    numbers = list(
        ServiceNumber.objects.select_for_update(of=("self",))
        .filter(~_still(NumberAssignment, "number", as_of), brand=brand, state=State.ASSIGNED)
        .select_related("pool")
        .prefetch_related("assignments")
    )
    for number in numbers:
        ends = [row.during.upper for row in number.assignments.all() if row.during.upper]
        put_away(number, max(ends, default=as_of))
    return len(numbers)


def _free_what_rested(brand: Brand, as_of: date) -> int:
    rested = Q(state=State.QUARANTINED, quarantined_until__lte=as_of)
    unclaimed = Q(state=State.RESERVED, reserved_until__lte=as_of)
    return ServiceNumber.objects.filter(rested | unclaimed, brand=brand).update(
        state=State.FREE, quarantined_until=None, reserved_until=None
    )


def _retire_sims(brand: Brand, as_of: date) -> int:
    held = {Sim.State.ASSIGNED, Sim.State.BLOCKED}
    return (
        Sim.objects.filter(~_still(SimAssignment, "sim", as_of), brand=brand, state__in=held)
        .filter(assignments__isnull=False)
        .distinct()
        .update(state=Sim.State.RETIRED)
    )

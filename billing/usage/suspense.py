"""What waits in suspense, grouped by what to mend: how much, how old, how much money."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet, Sum

from billing.usage.models import SuspendedUsage, UsageSource, UsageSummary, UsageType
from core.money import divide_half_away

_Reason = SuspendedUsage.Reason

FIXES: dict[str, str] = {
    _Reason.INVALID: "Correct the source's mapping, or ask the source for the record again.",
    _Reason.UNKNOWN_SERVICE: "Give the number to a subscription, or correct how the source writes "
    "numbers.",
    _Reason.NOT_ACTIVE: "Correct the dates of the subscription or of its number.",
    _Reason.NO_RATE: "Add a rate for the prefix to the deck.",
    _Reason.CONFLICT: "Ask the source which record is right; discard the line, or roll its file "
    "back.",
    _Reason.BILLED_ELSEWHERE: "Discard it: the system before has billed it.",
}


@dataclass(frozen=True, slots=True)
class Cause:
    """Open lines of a source that one mend would help.

    `first_id` is the first of them; `units` are, by usage type, seconds, messages and bytes of
    those whose type can be read; `at_risk` are millionths of the brand's currency unit that these
    units cost at the brand's average price of their type, None while nothing of a type among them
    is rated; `oldest` is when the first of them started.
    """

    source: UsageSource
    reason: str
    cause: str
    lines: int
    first_id: int
    units: Mapping[int, int]
    oldest: datetime | None
    at_risk: int | None

    @property
    def label(self) -> str:
        return str(_Reason(self.reason).label)

    @property
    def fix(self) -> str:
        return FIXES[self.reason]


def causes_of(lines: QuerySet[SuspendedUsage], limit: int | None = None) -> list[Cause]:
    """The causes of these lines that are open, the most lines first."""
    rows = (
        lines.filter(state=SuspendedUsage.State.OPEN)
        .order_by()
        .values("source_id", "reason", "cause")
        .annotate(
            count=Count("pk"),
            first_id=Min("pk"),
            **{str(kind.label): Sum("quantity", filter=Q(usage_type=kind)) for kind in UsageType},
            oldest=Min("start_at"),
        )
        .order_by("-count", "source_id", "reason", "cause")[:limit]
    )
    found = list(rows)
    sources = UsageSource.objects.select_related("brand").in_bulk(
        {row["source_id"] for row in found}
    )
    prices = _average_prices(sources.values())
    return [
        Cause(
            source=sources[row["source_id"]],
            reason=row["reason"],
            cause=row["cause"],
            lines=row["count"],
            first_id=row["first_id"],
            units=_units(row),
            oldest=row["oldest"],
            at_risk=_at_risk(_units(row), prices, sources[row["source_id"]].brand_id),
        )
        for row in found
    ]


def _average_prices(sources: Iterable[UsageSource]) -> dict[tuple[int, int], tuple[int, int]]:
    """By brand and usage type: what all its usage cost, and how many units that was."""
    brands = {source.brand_id for source in sources}
    rows = (
        UsageSummary.objects.filter(account__brand__in=brands)
        .filter(Q(quantity__gt=0))
        .order_by()
        .values_list("account__brand_id", "usage_type")
        .annotate(amount=Sum("amount"), units=Sum("quantity"))
    )
    return {(brand, kind): (int(amount), int(units)) for brand, kind, amount, units in rows}


def _units(row: Mapping[str, Any]) -> dict[int, int]:
    named = {int(kind): row[str(kind.label)] for kind in UsageType}
    return {kind: int(units) for kind, units in named.items() if units is not None}


def _at_risk(
    units: Mapping[int, int], prices: Mapping[tuple[int, int], tuple[int, int]], brand_id: int
) -> int | None:
    amounts = []
    for kind, count in units.items():
        price = prices.get((brand_id, kind))
        if price is None:
            return None
        amounts.append(divide_half_away(count * price[0], price[1]))
    return sum(amounts) if amounts else None

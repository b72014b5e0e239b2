"""Which charges of a stretch of plan history the system before has billed, and until when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from billing.invoicing.models import InvoiceLine, PaidThrough
from billing.invoicing.recurring import PaidBefore, Segment
from core.periods import Period


def paid_before(
    segment: Segment,
    add_on: str,
    rows: Sequence[PaidThrough],
    lines: Sequence[InvoiceLine],
) -> Mapping[str, PaidBefore]:
    """By charge code, until when a segment is paid; `add_on` is its code, empty for a plan's.

    The most particular row counts: add-on and charge, then the add-on, then the subscription. A
    row without an add-on says nothing of what begins after the day it was taken over. `lines` are
    the subscription's live lines: they hold the days given back since.
    """
    codes = dict.fromkeys(code for version in segment.versions for code in version.charges)
    paid: dict[str, PaidBefore] = {}
    for code in codes:
        row = _row_for(segment, add_on, code, rows)
        if row is None:
            continue
        runs = segment.start <= row.taken_over_on and (
            segment.end is None or segment.end > row.taken_over_on
        )
        given_back = _credits(row, segment, code, lines)
        paid[code] = PaidBefore(row.pk, row.paid_until, row.amount, runs, given_back)
    return paid


def _row_for(
    segment: Segment, add_on: str, code: str, rows: Sequence[PaidThrough]
) -> PaidThrough | None:
    by_key = {(row.add_on, row.charge_code): row for row in rows}
    wanted = [(add_on, code), (add_on, "")] if add_on else [("", code)]
    for key in [*wanted, ("", "")]:
        row = by_key.get(key)
        if row and (row.add_on or segment.start <= row.taken_over_on):
            return row
    return None


def _credits(
    row: PaidThrough, segment: Segment, code: str, lines: Sequence[InvoiceLine]
) -> list[tuple[Period, Decimal]]:
    return [
        (Period(line.period_start, line.period_end), line.amount)
        for line in lines
        if line.credits_paid_id == row.pk
        and (line.segment, line.charge_code) == (segment.key, code)
        and line.period_start
        and line.period_end
    ]

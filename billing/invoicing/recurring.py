"""Which recurring and one-off charges are due, and which billed days are given back.

Pure arithmetic on dates: what is due is what the plan history asks for and no live line has
billed; what is given back is what a line billed and the history no longer asks for. So a run may
be repeated, a change may be dated back, and nothing is ever charged twice. Rules: sections 4, 8.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol

from billing.invoicing.proration import DAILY, NONE, part_amount, share
from billing.invoicing.spans import without
from core.periods import Period, first_anchor_from, next_anchor, period_containing

RECURRING, ONE_OFF = "recurring", "one_off"
START, CHANGE, ORDER, END = "start", "change", "order", "end"
ADVANCE, ARREARS = "advance", "arrears"


class Terms(Protocol):
    """A charge of a plan version: what `catalog.Charge` has."""

    code: str
    kind: str
    price: Decimal
    months: int
    timing: str
    proration: str
    taken_at: str
    counts_toward_minimum: bool


@dataclass(frozen=True, slots=True)
class Version:
    """The charges of a plan from `starts_on` until the plan's next version.

    `minimum` is what a whole usage period must come to, 0 where nothing is asked.
    """

    starts_on: date
    charges: Mapping[str, Terms]
    minimum: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class PaidBefore:
    """Until when the system before has billed a charge of a segment: `until` is the first day left.

    `id` names the row that says so. `amount` is what the last period there cost, None where the
    catalogue's price is taken for it. `is_running` says that the segment was in force when it was
    taken over: only then can its paid days be given back. `credits` are those given back since.
    """

    id: int
    until: date
    amount: Decimal | None
    is_running: bool
    credits: Sequence[tuple[Period, Decimal]] = ()

    def charged_from(self) -> date:
        """The first day that may have to be charged: days given back may be wanted again."""
        return min([self.until, *(span.start for span, _ in self.credits)])


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a subscription's history under one plan, or one add-on, as a run sees it.

    `key` names it on invoice lines. `end` is None while it goes on. One-off charges are taken
    at its start where `takes_one_off` says so: with the subscription's first plan, and with
    every add-on; and at its end where it `leaves`: that is the end of the subscription or add-on.
    `ordered_on` is the day on which it was ordered, if an order brought it. Recurring charges
    begin with the end of a trial, `charged_from`. `rests` are its pauses: their days aren't
    charged. `paid` says by charge code what the system before has billed.
    """

    key: str
    versions: Sequence[Version]
    start: date
    end: date | None
    takes_one_off: bool
    rests: Sequence[Period] = ()
    paid: Mapping[str, PaidBefore] = field(default_factory=dict)
    leaves: bool = False
    ordered_on: date | None = None
    trial_until: date | None = None

    @property
    def charged_from(self) -> date:
        """The first day of recurring charges: the segment's, or the first after the trial."""
        return max(self.start, self.trial_until or self.start)

    def billed_until(self, code: str, clock: Clock) -> date | None:
        """Before which day a charge was billed elsewhere: by its own row, else by the account."""
        return self.paid[code].charged_from() if code in self.paid else clock.billed_until


@dataclass(slots=True)
class BilledLine:
    """A live recurring or one-off line of an earlier invoice, with the credits it had since.

    The last period that the system before billed counts as a line too: `paid_id` names its row.
    `corrected` is what credit notes gave back of the line, without days: not positive.
    """

    id: int
    segment: str
    charge_code: str
    span: Period
    days_in_period: int
    unit_price: Decimal
    amount: Decimal
    proration: str
    credits: list[tuple[Period, Decimal]] = field(default_factory=list)
    paid_id: int = 0
    corrected: Decimal = Decimal(0)

    def billed_days(self) -> list[Period]:
        """The days still billed: the line's, without those credited."""
        return without(self.span, (span for span, _ in self.credits))


@dataclass(frozen=True, slots=True)
class DueCharge:
    """A charge to put on the invoice: `span` of the charge period `full`, at `amount`."""

    segment: Segment
    terms: Terms
    span: Period | None
    full: Period | None
    amount: Decimal
    day: date


@dataclass(frozen=True, slots=True)
class DueCredit:
    """Days of a billed line to give back, at `amount` (negative)."""

    line: BilledLine
    span: Period
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Clock:
    """When a run looks: changes dated up to `bill_date` are seen, later ones are not.

    Charges in advance are due for periods that begin before `horizon`, the end of the coming
    invoice period; charges in arrears for stretches that ended by the bill date. What lies
    before `billed_until` was billed elsewhere. `places` are the currency's decimals.
    """

    bill_date: date
    horizon: date
    anchor_day: int
    places: int
    billed_until: date | None = None


def seen(segments: Sequence[Segment], clock: Clock) -> list[Segment]:
    """The segments a run sees: begun or ordered by the bill date, with ends not later than it.

    A pass bought and used up on one day has no days, but was bought all the same.
    """
    return [
        replace(
            segment,
            end=segment.end if segment.end and segment.end <= clock.bill_date else None,
            rests=_rests_seen(segment.rests, clock.bill_date),
        )
        for segment in segments
        if min(segment.start, segment.ordered_on or segment.start) <= clock.bill_date
        and (segment.end is None or segment.end >= segment.start)
    ]


def paid_lines(segments: Sequence[Segment], clock: Clock) -> list[BilledLine]:
    """The last period of each charge that the system before billed, as if it stood on a line.

    Charges in advance and by days only: nothing else is ever given back.
    """
    lines: list[BilledLine] = []
    for segment in segments:
        for code, paid in segment.paid.items():
            if not paid.is_running or paid.until <= segment.start:
                continue
            last_day = paid.until - timedelta(days=1)
            terms = version_on(segment.versions, last_day).charges.get(code)
            if (
                terms is None
                or (terms.kind, terms.timing, terms.proration) != (RECURRING, ADVANCE, DAILY)
                or terms.months < 1
            ):
                continue
            full = _full_period(segment, terms, last_day, clock)
            span = Period(max(full.start, segment.start), paid.until)
            price, days = terms.price, full.days
            if paid.amount is not None:
                price, days = paid.amount, span.days
            lines.append(
                BilledLine(
                    id=0,
                    segment=segment.key,
                    charge_code=code,
                    span=span,
                    days_in_period=days,
                    unit_price=price,
                    amount=share(price, span.days, days, clock.places),
                    proration=DAILY,
                    credits=list(paid.credits),
                    paid_id=paid.id,
                )
            )
    return lines


def _rests_seen(rests: Sequence[Period], bill_date: date) -> tuple[Period, ...]:
    """The pauses begun by the bill date; a resume that lies ahead is not seen yet."""
    return tuple(
        rest if rest.end <= bill_date else Period(rest.start, date.max)
        for rest in rests
        if rest.start <= bill_date
    )


def due_charges(
    segment: Segment, billed: Sequence[BilledLine], clock: Clock
) -> Iterator[DueCharge]:
    """The charges of a seen segment that no live line has billed yet."""
    own = [line for line in billed if line.segment == segment.key]
    codes = dict.fromkeys(code for version in segment.versions for code in version.charges)
    for code in codes:
        lines = [line for line in own if line.charge_code == code]
        yield from _due_one_offs(segment, code, lines, clock)
        if segment.start > clock.bill_date:
            continue
        for terms, span, full in _periods(segment, code, clock):
            for part in _unbilled_parts(terms, span, lines, segment.rests):
                if not _is_due(terms, part, clock):
                    continue
                amount = part_amount(terms.price, part, full, terms.proration, clock.places)
                if amount:
                    yield DueCharge(segment, terms, part, full, amount, part.start)


def due_credits(
    segments: Sequence[Segment], billed: Sequence[BilledLine], clock: Clock
) -> Iterator[DueCredit]:
    """The billed days that the history no longer asks for, as credits.

    A credit that covers the last day of a line not yet credited is what is left of the line, so
    that credits never exceed it. Part periods that are not charged by days aren't credited.
    """
    wanted_days = {
        segment.key: without(Period(segment.charged_from, segment.end or date.max), segment.rests)
        for segment in segments
        if segment.charged_from < (segment.end or date.max)
    }
    for line in billed:
        if line.proration != DAILY or line.days_in_period == 0:
            continue
        wanted = wanted_days.get(line.segment, [])
        given_back = [part for days in line.billed_days() for part in without(days, wanted)]
        for span in given_back:
            line_left = line.amount + line.corrected
            line_left += sum((amount for _, amount in line.credits), Decimal(0))
            amount = share(line.unit_price, span.days, line.days_in_period, clock.places)
            line.credits.append((span, -amount))
            if not line.billed_days():
                amount = line_left
            line.credits[-1] = (span, -min(amount, line_left))
            if line.credits[-1][1]:
                yield DueCredit(line, span, line.credits[-1][1])


def _due_one_offs(
    segment: Segment, code: str, lines: Sequence[BilledLine], clock: Clock
) -> Iterator[DueCharge]:
    if lines:
        return
    for terms, day in _one_offs(segment, code):
        if day > clock.bill_date:
            continue
        billed_until = segment.billed_until(code, clock)
        if billed_until and day < billed_until:
            continue
        amount = share(terms.price, 1, 1, clock.places)
        if amount:
            yield DueCharge(segment, terms, None, None, amount, day)
            return


def _one_offs(segment: Segment, code: str) -> Iterator[tuple[Terms, date]]:
    """The one-off charge of this code as taken at the start or the end, with its day."""
    terms = version_on(segment.versions, segment.start).charges.get(code)
    if terms is not None and terms.kind == ONE_OFF and terms.taken_at != END:
        if terms.taken_at == ORDER and segment.takes_one_off:
            yield terms, segment.ordered_on or segment.start
        elif terms.taken_at == CHANGE or (terms.taken_at == START and segment.takes_one_off):
            yield terms, segment.start
    if segment.leaves and segment.end is not None:
        last_day = max(segment.start, segment.end - timedelta(days=1))
        terms = version_on(segment.versions, last_day).charges.get(code)
        if terms is not None and terms.kind == ONE_OFF and terms.taken_at == END:
            yield terms, segment.end


def version_on(versions: Sequence[Version], day: date) -> Version:
    """The version in force on `day`; before the first one, the first."""
    in_force = versions[0]
    for version in versions:
        if version.starts_on <= day:
            in_force = version
    return in_force


def _periods(segment: Segment, code: str, clock: Clock) -> Iterator[tuple[Terms, Period, Period]]:
    """Each charge period of the segment with its terms: (terms, span in the segment, full)."""
    day = segment.charged_from
    billed_until = segment.billed_until(code, clock)
    if billed_until and billed_until > day:
        day = billed_until
    last = min(segment.end or date.max, clock.horizon)
    while day < last:
        terms = version_on(segment.versions, day).charges.get(code)
        if terms is None or terms.kind != RECURRING:
            # The version may bring the charge later: look again at the next bill day.
            day = next_anchor(day, clock.anchor_day)
            continue
        full = _full_period(segment, terms, day, clock)
        if billed_until and day == billed_until != full.start and terms.proration != DAILY:
            # Not by days, a period that was touched before is all billed.
            day = full.end
            continue
        end = min(full.end, segment.end or date.max)
        yield terms, Period(day, end), full
        day = full.end


def _full_period(segment: Segment, terms: Terms, day: date, clock: Clock) -> Period:
    anchor = first_anchor_from(segment.charged_from, clock.anchor_day, terms.months)
    return period_containing(day, clock.anchor_day, terms.months, anchor)


def _is_due(terms: Terms, span: Period, clock: Clock) -> bool:
    if terms.timing == ARREARS:
        return span.end <= clock.bill_date
    return span.start < clock.horizon


def _unbilled_parts(
    terms: Terms, span: Period, lines: Sequence[BilledLine], rests: Sequence[Period]
) -> list[Period]:
    """The stretches of `span` outside of pauses that no line bills.

    Not by days, a touched period is all billed, and one with a pause is a part period: it costs
    the full price once, or nothing.
    """
    active = without(span, rests)
    if terms.proration == DAILY:
        billed = [days for line in lines for days in line.billed_days()]
        return [part for days in active for part in without(days, billed)]
    if not active or any(span.intersect(line.span) for line in lines):
        return []
    if terms.proration == NONE and active != [span]:
        return []
    return [Period(active[0].start, active[-1].end)]

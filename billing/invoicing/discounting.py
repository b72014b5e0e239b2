"""Discounts on the lines of an invoice: each line's own, then those of the whole invoice.

They come after charges and before tax. Rules: sections 4 and 8. Of discounts that meet, the lowest
priority comes first: `add` takes its part of the full price, `compound` of what is left, `alone`
goes with no other. None takes more than what is left of a line, or of the sum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from billing.invoicing.holding import Holding
from billing.invoicing.models import InvoiceLine
from catalog.models import Charge, Discount
from core.money import round_fraction, spread
from core.periods import Period, period_containing

Kind = InvoiceLine.Kind
NAMES = {Kind.RECURRING: "recurring", Kind.ONE_OFF: "one_off", Kind.USAGE: "usage"}


@dataclass(frozen=True, slots=True)
class Item:
    """A line that discounts may be taken of, and what was sold with it."""

    line: InvoiceLine
    plan_id: int
    product_id: int

    @property
    def kind(self) -> str:
        """The kind of charge, of a credit that of what it gives back."""
        line = self.line
        if line.kind == Kind.CREDIT:
            return "recurring"
        return NAMES[Kind(line.kind)]

    @property
    def span(self) -> Period:
        """The days it is for; of a one-off its day."""
        line = self.line
        assert line.period_start is not None
        if line.period_end is None or line.period_end <= line.period_start:
            return Period(line.period_start, date.fromordinal(line.period_start.toordinal() + 1))
        return Period(line.period_start, line.period_end)

    def share_held(self, holding: Holding) -> Fraction:
        """Which part of its days the discount is held."""
        return Fraction(holding.held_days(self.span), self.span.days)

    def months(self) -> Fraction:
        """How many months an amount for each month is taken for."""
        line = self.line
        charge = line.charge
        if line.kind != Kind.RECURRING or charge is None or not line.days_in_period:
            return Fraction(1)
        by_days = charge.proration == Charge.Proration.DAILY
        part = Fraction(line.days or 0, line.days_in_period) if by_days else Fraction(1)
        return charge.months * part


@dataclass(frozen=True, slots=True)
class Taken:
    """A discount taken of a line: `amount`, which is negative but where credits outweigh."""

    item: Item
    discount: Discount
    exact: Fraction
    amount: Decimal
    span: Period


def targets(discount: Discount, item: Item) -> bool:
    """Whether the discount is taken on such a line; without targets it is on everything."""
    if discount.charge_kinds and item.kind not in discount.charge_kinds:
        return False
    named = list(discount.targets.all())
    return not named or any(
        target.plan_id == item.plan_id or target.product_id == item.product_id for target in named
    )


def discounts_of(
    items: Sequence[Item],
    held: Sequence[Holding],
    *,
    places: int,
    months_of: Callable[[Holding], tuple[Period, Fraction] | None],
) -> list[Taken]:
    """All discounts of an invoice, first those of single lines. `held` come by priority and code.

    `months_of` tells for how many months, and for which days, an invoice discount of an amount for
    each month is due; None where it isn't.
    """
    taken = [
        each
        for item in items
        if item.line.amount > 0 and item.line.kind != Kind.CREDIT
        for each in _of_line(item, held, places)
    ]
    return taken + list(_of_invoice(items, held, taken, places, months_of))


def _applies(holding: Holding, item: Item, level: str) -> bool:
    discount, line = holding.discount, item.line
    return (
        discount.level == level
        and holding.covers(line.account_id, line.subscription_id)
        and targets(discount, item)
        and item.share_held(holding) > 0
    )


def _of_line(item: Item, held: Sequence[Holding], places: int) -> Iterator[Taken]:
    full = left = item.line.amount
    first = True
    for holding in held:
        discount = holding.discount
        if not _applies(holding, item, Discount.Level.LINE):
            continue
        alone = discount.stacking == Discount.Stacking.ALONE
        if alone and not first:
            continue
        share = item.share_held(holding)
        if discount.kind == Discount.Kind.AMOUNT:
            exact = Fraction(discount.value) * item.months() * share
        else:
            base = left if discount.stacking == Discount.Stacking.COMPOUND else full
            exact = Fraction(base) * Fraction(discount.value) / 100 * share
        exact = min(exact, Fraction(left))
        amount = round_fraction(exact, places)
        if amount:
            left -= amount
            yield Taken(item, discount, -exact, -amount, item.span)
        first = False
        if alone:
            return


def _of_invoice(
    items: Sequence[Item],
    held: Sequence[Holding],
    own: Sequence[Taken],
    places: int,
    months_of: Callable[[Holding], tuple[Period, Fraction] | None],
) -> Iterator[Taken]:
    left = {id(item): item.line.amount for item in items}
    touched: set[int] = set()
    closed: set[int] = set()
    for each in own:
        left[id(each.item)] += each.amount
        touched.add(id(each.item))
        if each.discount.stacking == Discount.Stacking.ALONE:
            closed.add(id(each.item))
    for holding in held:
        discount = holding.discount
        alone = discount.stacking == Discount.Stacking.ALONE
        members = [
            item
            for item in items
            if _applies(holding, item, Discount.Level.INVOICE)
            and id(item) not in (touched if alone else closed)
        ]
        for each in _spread(holding, members, left, places, months_of):
            left[id(each.item)] += each.amount
            yield each
        touched |= {id(item) for item in members}
        if alone:
            closed |= {id(item) for item in members}


def _spread(
    holding: Holding,
    members: Sequence[Item],
    left: dict[int, Decimal],
    places: int,
    months_of: Callable[[Holding], tuple[Period, Fraction] | None],
) -> Iterator[Taken]:
    """An invoice discount over its lines by amount, the remainder to the largest."""
    discount = holding.discount
    compound = discount.stacking == Discount.Stacking.COMPOUND
    bases = [left[id(item)] if compound else item.line.amount for item in members]
    shares = [item.share_held(holding) for item in members]
    span: Period | None = None
    if discount.kind == Discount.Kind.AMOUNT:
        due = months_of(holding)
        if due is None:
            return
        span, months = due
        off = round_fraction(Fraction(discount.value) * months, places)
        off = max(min(off, sum((left[id(item)] for item in members), Decimal(0))), Decimal(0))
        weights = bases
    else:
        parts = [Fraction(base) * share for base, share in zip(bases, shares, strict=True)]
        off = round_fraction(sum(parts, Fraction(0)) * Fraction(discount.value) / 100, places)
        if off > 0:
            off = min(off, max(sum((left[id(item)] for item in members), Decimal(0)), Decimal(0)))
        # Weights to the sixth decimal: more would change no share.
        weights = [round_fraction(part, 6) for part in parts]
    if not off or not sum(weights):
        return
    for item, amount in zip(members, spread(off, weights, places), strict=True):
        if amount:
            yield Taken(item, discount, -Fraction(amount), -amount, span or item.span)


def months_held(holding: Holding, span: Period, bill_day: int) -> Fraction:
    """How many months of the span a discount is held, by the days of each usage period."""
    months, day = Fraction(0), span.start
    while day < span.end:
        period = period_containing(day, bill_day)
        part = period.intersect(span)
        assert part is not None
        months += Fraction(holding.held_days(part), period.days)
        day = period.end
    return months


def given_back(
    credited: Decimal, billed: InvoiceLine, discount: Decimal, back: Decimal, places: int
) -> Decimal:
    """What a credit of a line takes back of the line's own discount, by amount; not negative.

    `credited` is what the credit gives back, `discount` what was taken of the line and `back` what
    earlier credits took back, all not negative. Rules: section 8.
    """
    share = Fraction(credited) / Fraction(billed.amount)
    return min(round_fraction(Fraction(discount) * share, places), discount - back)

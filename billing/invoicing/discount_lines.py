"""The lines of discounts: what is taken of an invoice's lines, and what credits take back of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from billing.invoicing.catalogue import Catalogue
from billing.invoicing.discounting import Item, Taken, discounts_of, given_back, months_held
from billing.invoicing.facts import Family
from billing.invoicing.holding import Holding, holdings
from billing.invoicing.models import InvoiceLine
from billing.invoicing.recurring import Segment
from catalog.models import Discount
from core.localised import localised
from core.money import exponent, round_fraction
from core.periods import Period, next_anchor, period_containing

Kind = InvoiceLine.Kind
# The discounts of a line stand right behind it, those of the invoice behind the service's lines.
Placed = dict[int, list[InvoiceLine]]


class DiscountLines:
    """Makes the lines of the discounts of one family's invoice."""

    def __init__(
        self, family: Family, catalogue: Catalogue, bill_date: date, language: str
    ) -> None:
        self._family = family
        self._catalogue = catalogue
        self._bill_date = bill_date
        self._language = language
        self._places = exponent(family.top.currency)

    def behind(
        self,
        lines: Sequence[InvoiceLine],
        items: Sequence[Item],
        segments: dict[int, list[Segment]],
    ) -> Placed:
        """The discount lines to put behind each line, by the line's `id()`."""
        placed: Placed = defaultdict(list)
        for line in lines:
            if line.kind == Kind.CREDIT and line.credits_id:
                placed[id(line)].extend(self._given_back(line, lines))
        if not self._catalogue.discounts:
            return placed
        last = {line.subscription_id: line for line in lines}
        held = holdings(self._family, self._catalogue, segments)
        for taken in discounts_of(items, held, places=self._places, months_of=self._months_of):
            own = taken.discount.level == Discount.Level.LINE
            place = taken.item.line if own else last[taken.item.line.subscription_id]
            placed[id(place)].append(self._line(taken))
        return placed

    def _line(self, taken: Taken) -> InvoiceLine:
        line = _beside(taken.item.line)
        line.discount = taken.discount
        line.description = localised(taken.discount.name, self._language) or _("Discount")
        line.description = line.description[:300]
        line.period_start, line.period_end = taken.span.start, taken.span.end
        line.exact_amount = round_fraction(taken.exact, 6)
        line.amount = taken.amount
        return line

    def _months_of(self, holding: Holding) -> tuple[Period, Fraction] | None:
        """The months for which an invoice discount is due: those that no invoice had before."""
        top = self._family.top
        last_day = self._bill_date - timedelta(days=1)
        months = top.invoice_months
        closed = period_containing(last_day, top.bill_day, months, self._bill_date)
        horizon = next_anchor(self._bill_date, top.bill_day, months, self._bill_date)
        given = [
            line.period_end
            for line in self._family.credited_lines.values()
            if line.kind == Kind.DISCOUNT
            and line.discount_id == holding.discount.pk
            and holding.covers(line.account_id, line.subscription_id)
            and line.period_end
        ]
        start = max([closed.start, *given])
        if start >= horizon:
            return None
        span = Period(start, horizon)
        count = months_held(holding, span, top.bill_day)
        return (span, count) if count else None

    def _given_back(
        self, credit: InvoiceLine, lines: Sequence[InvoiceLine]
    ) -> Iterator[InvoiceLine]:
        """A line's own discount goes back with its credit, by amount."""
        known = self._family.credited_lines
        billed = known[credit.credits_id or 0]
        if not billed.amount:
            return
        earlier = [line for line in known.values() if line.credits_id == billed.pk and line.pk]
        now = [line for line in lines if line.credits_id == billed.pk]
        credited = sum((line.amount for line in [*earlier, *now]), Decimal(0))
        is_last = credit is now[-1] and credited == -billed.amount
        for discount_line in known.values():
            if discount_line.discounts_id != billed.pk or discount_line.discount is None:
                continue
            if discount_line.discount.level != Discount.Level.LINE:
                continue
            discount = -discount_line.amount
            back = sum(
                (
                    line.amount
                    for line in known.values()
                    if (
                        line.discount_id == discount_line.discount_id
                        and line.discounts_id in {each.pk for each in earlier}
                    )
                    or line.credits_id == discount_line.pk
                ),
                Decimal(0),
            )
            amount = given_back(-credit.amount, billed, discount, back, self._places)
            if is_last:
                others = [each for each in now if each is not credit]
                amount = (
                    discount
                    - back
                    - sum(
                        (
                            given_back(-each.amount, billed, discount, back, self._places)
                            for each in others
                        ),
                        Decimal(0),
                    )
                )
            if amount > 0:
                line = _beside(credit)
                line.discount = discount_line.discount
                line.description = (_("Credit: %(what)s") % {"what": discount_line.description})[
                    :300
                ]
                line.period_start, line.period_end = credit.period_start, credit.period_end
                line.exact_amount = line.amount = amount
                yield line


def _beside(of: InvoiceLine) -> InvoiceLine:
    """A discount line for a line: of the same service, taxed and booked alike."""
    return InvoiceLine(
        kind=Kind.DISCOUNT,
        account=of.account,
        subscription=of.subscription,
        account_label=of.account_label,
        location_label=of.location_label,
        subscription_label=of.subscription_label,
        discounts=of,
        tax_category=of.tax_category,
        tax_treatment=of.tax_treatment,
        tax_rate=of.tax_rate,
        revenue_account=of.revenue_account,
    )

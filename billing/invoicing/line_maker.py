"""Makes the lines of one family's invoice from its facts. Nothing is stored here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.invoicing import leaving, minimum
from billing.invoicing.catalogue import Catalogue, Taxing
from billing.invoicing.discounting import Item
from billing.invoicing.facts import AGAIN, Family, SubscriptionFacts
from billing.invoicing.labels import account_label, location_label, subscription_label
from billing.invoicing.models import InvoiceLine, InvoiceUsage
from billing.invoicing.recurring import (
    BilledLine,
    Clock,
    DueCharge,
    DueCredit,
    Segment,
    due_charges,
    due_credits,
    paid_lines,
    seen,
    version_on,
)
from billing.usage.models import UsageSummary
from catalog.models import Charge, Product
from core.localised import localised
from core.money import exponent, from_micro, round_amount, round_fraction
from core.periods import Period, next_anchor, periods_between


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates of a run: usage up to `bill_date`, tax as on `issue_date`."""

    bill_date: date
    issue_date: date


class LineMaker:
    """Makes the lines of one family's invoice, in the order in which they are printed."""

    def __init__(self, family: Family, catalogue: Catalogue, dates: Dates, language: str) -> None:
        self.family = family
        self.catalogue = catalogue
        self.dates = dates
        self.language = language
        self.places = exponent(family.top.currency)
        self.usage: list[InvoiceUsage] = []
        self.items: list[Item] = []
        self.segments: dict[int, list[Segment]] = {}
        self._labels: dict[int, dict[str, str]] = {}

    def lines_of(self, facts: SubscriptionFacts) -> list[InvoiceLine]:
        """The subscription's lines: credits and charges by date, one-offs, usage, minimum spend."""
        top = self.family.top
        bill_date = self.dates.bill_date
        clock = Clock(
            bill_date=bill_date,
            horizon=next_anchor(bill_date, top.bill_day, top.invoice_months, bill_date),
            anchor_day=top.bill_day,
            places=self.places,
            billed_until=facts.account.billed_until,
        )
        segments = self.segments[facts.subscription.pk] = seen(facts.segments, clock)
        billed = facts.billed + paid_lines(segments, clock)
        given_back = [self._credit(facts, due) for due in due_credits(segments, billed, clock)]
        dues = [due for segment in segments for due in due_charges(segment, billed, clock)]
        charges = [self._charge(facts, due) for due in dues]
        fees = leaving.leaving_fees(facts, segments, self.catalogue, self.places)
        recurring = [line for line in charges if line.kind == InvoiceLine.Kind.RECURRING]
        one_offs = [line for line in charges if line.kind == InvoiceLine.Kind.ONE_OFF]
        one_offs += [self._fee(facts, fee) for fee in fees]
        dated = sorted(
            given_back + recurring, key=lambda line: (line.period_start, line.amount >= 0)
        )
        usage = list(self._usage_lines(facts))
        counting = billed + [_as_billed(due) for due in dues]
        return [
            *dated,
            *sorted(one_offs, key=lambda line: (line.period_start, line.segment)),
            *(line for line, _by_plan in usage),
            *self._minimums(facts, segments, counting, usage),
        ]

    def _charge(self, facts: SubscriptionFacts, due: DueCharge) -> InvoiceLine:
        charge = due.terms
        assert isinstance(charge, Charge)
        product = self.catalogue.product_of_plan[facts.plan_of_segment[due.segment.key]]
        line = self._line(facts, product, self._taxing(product))
        line.kind = InvoiceLine.Kind(charge.kind)
        line.segment = self._free_key(facts, due)
        line.charge = charge
        line.charge_code = charge.code
        line.description = localised(charge.description, self.language)
        line.period_start = due.day
        line.unit_price = charge.price
        line.exact_amount = charge.price
        if due.span and due.full:
            line.period_end = due.span.end
            line.days = due.span.days
            line.days_in_period = due.full.days
            line.exact_amount = _six(charge.price * due.span.days / due.full.days)
            if charge.proration == Charge.Proration.FULL:
                line.exact_amount = charge.price
        line.amount = due.amount
        if charge.discountable:
            self._may_be_discounted(line, facts.plan_of_segment[due.segment.key])
        return line

    def _may_be_discounted(self, line: InvoiceLine, plan_id: int) -> None:
        product = self.catalogue.product_of_plan[plan_id]
        self.items.append(Item(line, plan_id, product.pk))

    def _fee(self, facts: SubscriptionFacts, fee: leaving.LeavingFee) -> InvoiceLine:
        product = self.catalogue.product_of_plan[facts.plan_of_segment[fee.segment.key]]
        line = self._line(facts, product, self._taxing(product))
        line.kind = InvoiceLine.Kind.ONE_OFF
        line.segment = leaving.MARK + fee.segment.key
        line.description = _("Fee for leaving before the end of the term")
        if fee.months:
            line.description = ngettext(
                "Fee for leaving %(count)d month before the end of the term",
                "Fee for leaving %(count)d months before the end of the term",
                fee.months,
            ) % {"count": fee.months}
        line.period_start = fee.day
        line.exact_amount, line.amount = _six(fee.exact), fee.amount
        return line

    def _minimums(
        self,
        facts: SubscriptionFacts,
        segments: Sequence[Segment],
        billed: Sequence[BilledLine],
        usage: Sequence[tuple[InvoiceLine, dict[int, int]]],
    ) -> Iterator[InvoiceLine]:
        """What is missing of each plan's minimum in the usage periods that this invoice closes."""
        account = facts.account
        bill_day, bill_date = self.family.top.bill_day, self.dates.bill_date
        start = account.usage_closed_until or facts.subscription.starts_on
        made = {(line.segment, line.span.start) for line in facts.billed}
        for period in periods_between(start, bill_date, bill_day) if start < bill_date else ():
            for stretch in minimum.stretches(
                segments, facts.plan_of_segment, period, account.billed_until
            ):
                plan = self.catalogue.rows_of_plan[stretch.plan_id][0].plan
                key = minimum.MARK + plan.code
                if (key, stretch.span.start) in made:
                    continue
                counted = minimum.counted_usage(stretch.plan_id, period, usage)
                counted += minimum.counted_charges(stretch, segments, facts.plan_of_segment, billed)
                missing = stretch.minimum() - counted
                amount = round_fraction(missing, self.places)
                if amount > 0:
                    line = self._minimum(facts, stretch)
                    line.segment = key
                    line.exact_amount = round_fraction(missing, 6)
                    line.amount = amount
                    yield line

    def _minimum(self, facts: SubscriptionFacts, stretch: minimum.Stretch) -> InvoiceLine:
        product = self.catalogue.product_of_plan[stretch.plan_id]
        line = self._line(facts, product, self._taxing(product))
        line.kind = InvoiceLine.Kind.MINIMUM
        line.description = _("Up to the minimum spend")
        line.period_start, line.period_end = stretch.span.start, stretch.span.end
        line.days, line.days_in_period = stretch.days, stretch.period.days
        line.unit_price = version_on(stretch.first.versions, stretch.parts[0].start).minimum
        return line

    def _free_key(self, facts: SubscriptionFacts, due: DueCharge) -> str:
        """The segment's key; marked where days were credited and are now charged again."""
        key, count = due.segment.key, 1
        while (facts.subscription.pk, key, due.terms.code, due.day) in self.family.keys_in_use:
            count += 1
            key = f"{due.segment.key}{AGAIN}{count}"
        self.family.keys_in_use.add((facts.subscription.pk, key, due.terms.code, due.day))
        return key

    def _credit(self, facts: SubscriptionFacts, due: DueCredit) -> InvoiceLine:
        if due.line.paid_id:
            return self._credit_of_paid(facts, due)
        billed = self.family.credited_lines[due.line.id]
        product_account = billed.revenue_account
        line = self._blank(facts)
        line.kind = InvoiceLine.Kind.CREDIT
        line.segment = billed.segment
        line.charge_id = billed.charge_id
        line.charge_code = billed.charge_code
        line.credits = billed
        line.description = _("Credit: %(what)s") % {"what": billed.description}
        line.description = line.description[:300]
        line.period_start, line.period_end = due.span.start, due.span.end
        line.days, line.days_in_period = due.span.days, billed.days_in_period
        line.unit_price = billed.unit_price
        line.exact_amount = _six(
            -(billed.unit_price or Decimal(0)) * due.span.days / (billed.days_in_period or 1)
        )
        line.amount = due.amount
        # A credit keeps its original's category and rate.
        line.tax_category = billed.tax_category
        line.tax_treatment = billed.tax_treatment
        line.tax_rate = billed.tax_rate
        line.revenue_account = product_account
        plan_id = self.catalogue.plan_of_charge.get(billed.charge_id or 0)
        if plan_id and billed.charge and billed.charge.discountable:
            self._may_be_discounted(line, plan_id)
        return line

    def _credit_of_paid(self, facts: SubscriptionFacts, due: DueCredit) -> InvoiceLine:
        """Days given back that the system before billed: at the tax of the day of issue."""
        plan_id = facts.plan_of_segment[due.line.segment]
        product = self.catalogue.product_of_plan[plan_id]
        version = version_on(self.catalogue.versions[plan_id], due.line.span.start)
        charge = version.charges[due.line.charge_code]
        assert isinstance(charge, Charge)
        line = self._line(facts, product, self._taxing(product))
        line.kind = InvoiceLine.Kind.CREDIT
        line.segment = due.line.segment
        line.charge = charge
        line.charge_code = charge.code
        line.credits_paid_id = due.line.paid_id
        what = localised(charge.description, self.language)
        line.description = (_("Credit: %(what)s") % {"what": what})[:300]
        line.period_start, line.period_end = due.span.start, due.span.end
        line.days, line.days_in_period = due.span.days, due.line.days_in_period
        line.unit_price = due.line.unit_price
        line.exact_amount = _six(-due.line.unit_price * due.span.days / due.line.days_in_period)
        line.amount = due.amount
        return line

    def _usage_lines(
        self, facts: SubscriptionFacts
    ) -> Iterator[tuple[InvoiceLine, dict[int, int]]]:
        """The usage lines, with what each plan has of their amount in millionths."""
        groups: dict[tuple[date, date, int], list[UsageSummary]] = defaultdict(list)
        for summary in facts.summaries:
            key = (summary.origin_start, summary.period_start, summary.category_id)
            groups[key].append(summary)
        by_code = sorted(groups, key=lambda k: (k[1], k[0], groups[k][0].category.code))
        for key in by_code:
            group = self._as_plans_were_taken(facts, groups[key])
            line = self._usage_line(facts, group)
            # Other lines of 0.00 aren't made; a fully covered category stands there with 0.00.
            if line.amount or _is_included(group):
                self.usage.extend(self._links(line, group))
                by_plan: dict[int, int] = defaultdict(int)
                for summary in group:
                    by_plan[summary.plan_version.plan_id] += summary.amount
                yield line, by_plan

    def _as_plans_were_taken(
        self, facts: SubscriptionFacts, group: list[UsageSummary]
    ) -> list[UsageSummary]:
        """A line's summaries in the order of the plan history: files may come in any order."""
        end = next_anchor(group[0].origin_start, self.family.top.bill_day)
        taken: dict[int, date] = {}
        for segment in facts.segments:
            if segment.start < end:
                plan_id = facts.plan_of_segment[segment.key]
                taken[plan_id] = max(segment.start, taken.get(plan_id, date.min))

        def place(summary: UsageSummary) -> tuple[date, str, date, int]:
            version = summary.plan_version
            start = taken.get(version.plan_id, date.min)
            return start, version.plan.code, version.starts_on, summary.usage_type

        return sorted(group, key=place)

    def _usage_line(self, facts: SubscriptionFacts, group: list[UsageSummary]) -> InvoiceLine:
        # Where the plan changed between products, the one taken last names the line's tax.
        last = group[-1]
        product = self.catalogue.product_of_version[last.plan_version_id]
        line = self._line(facts, product, self._taxing(product))
        line.kind = InvoiceLine.Kind.USAGE
        line.usage_period = last.period_start
        line.usage_origin = last.origin_start
        line.usage_category = last.category
        line.description = localised(last.category.name, self.language)
        line.period_start = last.origin_start
        line.period_end = next_anchor(last.origin_start, self.family.top.bill_day)
        line.records = sum(summary.records for summary in group)
        line.quantity = sum(summary.quantity for summary in group)
        types = {summary.usage_type for summary in group}
        line.usage_type = types.pop() if len(types) == 1 else None
        line.exact_amount = from_micro(sum(summary.amount for summary in group))
        line.amount = round_amount(line.exact_amount, self.places)
        if self.catalogue.is_usage_discountable(last.plan_version_id, line.usage_type):
            plan_id = last.plan_version.plan_id
            self.items.append(Item(line, plan_id, product.pk))
        return line

    @staticmethod
    def _links(line: InvoiceLine, group: Iterable[UsageSummary]) -> Iterator[InvoiceUsage]:
        for summary in group:
            yield InvoiceUsage(
                line=line,
                summary=summary,
                records=summary.records,
                quantity=summary.quantity,
                billed=summary.billed,
                amount=summary.amount,
            )

    def _taxing(self, product: Product) -> Taxing:
        return self.catalogue.taxing(product, self.family.top, self.dates.issue_date)

    def _line(self, facts: SubscriptionFacts, product: Product, taxing: Taxing) -> InvoiceLine:
        line = self._blank(facts)
        line.tax_category = taxing.category
        line.tax_treatment = taxing.treatment
        line.tax_rate = taxing.rate
        line.revenue_account = product.revenue_account
        return line

    def _blank(self, facts: SubscriptionFacts) -> InvoiceLine:
        return InvoiceLine(
            account=facts.account, subscription=facts.subscription, **self._labels_of(facts)
        )

    def _labels_of(self, facts: SubscriptionFacts) -> dict[str, str]:
        """What the subscription and where it belongs are called, on all of its lines."""
        key = facts.subscription.pk
        if key not in self._labels:
            bill_date = self.dates.bill_date
            self._labels[key] = {
                "account_label": account_label(facts.account),
                "location_label": location_label(facts.subscription.location),
                "subscription_label": subscription_label(facts, bill_date, self.language),
            }
        return self._labels[key]


def _is_included(group: Sequence[UsageSummary]) -> bool:
    """Whether allowances cover all units, or all of it that costs anything."""
    covered = sum(summary.covered for summary in group)
    if covered and covered == sum(summary.billed for summary in group):
        return True
    paid = sum(summary.paid for summary in group)
    return bool(covered > 0 or paid > 0) and not any(summary.amount for summary in group)


def _as_billed(due: DueCharge) -> BilledLine:
    """A charge of this invoice, as later invoices will know it."""
    return BilledLine(
        id=0,
        segment=due.segment.key,
        charge_code=due.terms.code,
        span=due.span or Period(due.day, date.max),
        days_in_period=due.full.days if due.full else 0,
        unit_price=due.terms.price,
        amount=due.amount,
        proration=due.terms.proration,
    )


def _six(amount: Decimal) -> Decimal:
    return round_amount(amount, 6)

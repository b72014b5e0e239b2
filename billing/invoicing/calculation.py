"""From the facts of an account to its draft invoice: lines, tax, totals. Nothing is stored here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext as _

from billing.invoicing.catalogue import Catalogue, Taxing
from billing.invoicing.facts import AGAIN, Family, SubscriptionFacts
from billing.invoicing.labels import account_label, location_label, subscription_label
from billing.invoicing.models import Invoice, InvoiceLine, InvoiceTax, InvoiceUsage
from billing.invoicing.parking import refuse_what_cannot_be_billed
from billing.invoicing.recurring import (
    Clock,
    DueCharge,
    DueCredit,
    due_charges,
    due_credits,
    paid_lines,
    seen,
    version_on,
)
from billing.invoicing.references import payment_reference
from billing.invoicing.snapshots import recipient_of, seller_of
from billing.invoicing.tax import tax_lines
from billing.usage.models import UsageSummary
from catalog.models import Charge, Product
from core.localised import localised
from core.money import exponent, from_micro, round_amount
from core.periods import next_anchor, period_containing


@dataclass(slots=True)
class Draft:
    """A calculated invoice, not stored: its lines, tax groups and the usage behind its lines."""

    invoice: Invoice
    lines: list[InvoiceLine]
    taxes: list[InvoiceTax]
    usage: list[InvoiceUsage]


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates of a run: usage up to `bill_date`, tax as on `issue_date`."""

    bill_date: date
    issue_date: date


def calculate_draft(
    family: Family, catalogue: Catalogue, dates: Dates, language: str = ""
) -> Draft | None:
    """The invoice that the account should get, or None where there is nothing to bill.

    Amounts are in the account's currency, in the brand's price mode; each line is rounded once,
    tax once per group. Rules: sections 4, 5 and 8. Its texts are in the account's language unless
    one is given. Raises DomainError where the catalogue has no tax rate for something sold, and
    where something can't be billed yet.
    """
    refuse_what_cannot_be_billed(family, catalogue, dates.bill_date)
    top = family.top
    language = language or top.language or catalogue.brand.default_language
    with translation.override(language):
        maker = LineMaker(family, catalogue, dates, language)
        lines = [line for facts in family.subscriptions for line in maker.lines_of(facts)]
        if not lines:
            return None
        for position, line in enumerate(lines, start=1):
            line.position = position
        return _draft(maker, lines)


class LineMaker:
    """Makes the lines of one family's invoice, in the order in which they are printed."""

    def __init__(self, family: Family, catalogue: Catalogue, dates: Dates, language: str) -> None:
        self.family = family
        self.catalogue = catalogue
        self.dates = dates
        self.language = language
        self.places = exponent(family.top.currency)
        self.usage: list[InvoiceUsage] = []
        self._labels: dict[int, dict[str, str]] = {}

    def lines_of(self, facts: SubscriptionFacts) -> list[InvoiceLine]:
        """The subscription's lines: credits and charges by date, then one-offs, then usage."""
        clock = Clock(
            bill_date=self.dates.bill_date,
            horizon=next_anchor(self.dates.bill_date, self.family.top.bill_day),
            anchor_day=self.family.top.bill_day,
            places=self.places,
            billed_until=facts.account.billed_until,
        )
        segments = seen(facts.segments, clock)
        billed = facts.billed + paid_lines(segments, clock)
        given_back = [self._credit(facts, due) for due in due_credits(segments, billed, clock)]
        charges = [
            self._charge(facts, due)
            for segment in segments
            for due in due_charges(segment, billed, clock)
        ]
        recurring = [line for line in charges if line.kind == InvoiceLine.Kind.RECURRING]
        one_offs = [line for line in charges if line.kind == InvoiceLine.Kind.ONE_OFF]
        dated = sorted(
            given_back + recurring, key=lambda line: (line.period_start, line.amount >= 0)
        )
        return [
            *dated,
            *sorted(one_offs, key=lambda line: (line.period_start, line.segment)),
            *self._usage_lines(facts),
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

    def _usage_lines(self, facts: SubscriptionFacts) -> Iterator[InvoiceLine]:
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
                yield line

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


def _draft(maker: LineMaker, lines: list[InvoiceLine]) -> Draft:
    family, catalogue, dates = maker.family, maker.catalogue, maker.dates
    top, brand, language = family.top, catalogue.brand, maker.language
    taxed = tax_lines(
        [
            (Taxing(line.tax_category, line.tax_treatment, line.tax_rate).group(), line.amount)
            for line in lines
        ],
        gross_prices=brand.is_gross,
        places=exponent(top.currency),
    )
    for line, net in zip(lines, taxed.nets, strict=True):
        line.net = net
    taxes = [
        InvoiceTax(
            category=total.group.category,
            treatment=total.group.treatment,
            rate=total.group.rate,
            net=total.net,
            tax=total.tax,
            gross=total.gross,
            reason=catalogue.reason(total.group, top, dates.issue_date, language),
        )
        for total in taxed.totals
    ]
    net = sum((tax.net for tax in taxes), Decimal(0))
    tax = sum((tax.tax for tax in taxes), Decimal(0))
    total = net + tax
    document = Invoice.Document.CREDIT_NOTE if total < 0 else Invoice.Document.INVOICE
    last_day = dates.bill_date - timedelta(days=1)
    terms = top.payment_terms_days
    invoice = Invoice(
        legal_entity=brand.legal_entity,
        brand=brand,
        account=top,
        document=document,
        series=brand.series,
        period_start=period_containing(last_day, top.bill_day).start,
        period_end=dates.bill_date,
        currency=top.currency,
        price_mode=brand.price_mode,
        language=language,
        reference=payment_reference(brand.reference_kind, top.pk, family.invoices_before + 1),
        terms_days=brand.payment_terms_days if terms is None else terms,
        seller=seller_of(brand, language),
        recipient=recipient_of(top),
        net_total=net,
        tax_total=tax,
        total=total,
    )
    return Draft(invoice, lines, taxes, maker.usage)


def _six(amount: Decimal) -> Decimal:
    return round_amount(amount, 6)

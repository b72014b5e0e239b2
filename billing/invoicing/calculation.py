"""From the facts of an account to its draft invoice: lines, tax, totals. Nothing is stored here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.utils import translation

from accounts.models.people import Account
from billing.invoicing.catalogue import Catalogue, Taxing
from billing.invoicing.discount_lines import DiscountLines
from billing.invoicing.facts import Family
from billing.invoicing.line_maker import Dates, LineMaker
from billing.invoicing.models import Invoice, InvoiceLine, InvoiceTax, InvoiceUsage
from billing.invoicing.parking import refuse_what_cannot_be_billed
from billing.invoicing.references import payment_reference
from billing.invoicing.snapshots import recipient_of, seller_of
from billing.invoicing.tax import tax_lines
from core.money import exponent
from core.periods import period_containing


@dataclass(slots=True)
class Draft:
    """A calculated invoice, not stored: its lines, tax groups and the usage behind its lines."""

    invoice: Invoice
    lines: list[InvoiceLine]
    taxes: list[InvoiceTax]
    usage: list[InvoiceUsage]


def calculate_draft(
    family: Family, catalogue: Catalogue, dates: Dates, language: str = ""
) -> Draft | None:
    """What the account should be billed as one invoice, or None where there is nothing to bill.

    Amounts are in the account's currency, in the brand's price mode; each line is rounded once,
    tax once per group. Rules: sections 4, 5 and 8. Its texts are in the account's language unless
    one is given. Raises DomainError where the catalogue has no tax rate for something sold, and
    where something can't be billed yet.
    """
    drafts = _drafts(family, catalogue, dates, language, apart=False)
    return drafts[0] if drafts else None


def calculate_drafts(family: Family, catalogue: Catalogue, dates: Dates) -> list[Draft]:
    """The invoices that the account should get: one, two where it asked for streams of its own, or
    none. As `calculate_draft`; each is taxed for itself."""
    apart = family.top.streams == Account.Streams.APART
    return _drafts(family, catalogue, dates, "", apart=apart)


def _drafts(
    family: Family, catalogue: Catalogue, dates: Dates, language: str, *, apart: bool
) -> list[Draft]:
    refuse_what_cannot_be_billed(family, catalogue, dates.bill_date)
    top = family.top
    language = language or top.language or catalogue.brand.default_language
    with translation.override(language):
        maker = LineMaker(family, catalogue, dates, language)
        lines = [line for facts in family.subscriptions for line in maker.lines_of(facts)]
        discounts = DiscountLines(family, catalogue, dates.bill_date, language)
        behind = discounts.behind(lines, maker.items, maker.segments)
        lines = [each for line in lines for each in (line, *behind.get(id(line), ()))]
        groups = _streams(lines) if apart else {Invoice.Stream.ALL: lines}
        return [
            _draft(maker, own, stream, place)
            for place, (stream, own) in enumerate((key, own) for key, own in groups.items() if own)
        ]


def _streams(lines: Sequence[InvoiceLine]) -> dict[Invoice.Stream, list[InvoiceLine]]:
    """What plans cost for each period, and all the rest: add-ons, one-offs, usage."""
    groups: dict[Invoice.Stream, list[InvoiceLine]] = {
        Invoice.Stream.RECURRING: [],
        Invoice.Stream.ADD_ONS: [],
    }
    for line in lines:
        of = line
        while of.discounts is not None:
            of = of.discounts
        kinds = (InvoiceLine.Kind.RECURRING, InvoiceLine.Kind.CREDIT)
        recurring = of.kind in kinds and of.segment.startswith("plan:")
        groups[Invoice.Stream.RECURRING if recurring else Invoice.Stream.ADD_ONS].append(line)
    return groups


def _draft(maker: LineMaker, lines: list[InvoiceLine], stream: Invoice.Stream, place: int) -> Draft:
    for position, line in enumerate(lines, start=1):
        line.position = position
    own = {id(line) for line in lines}
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
    number = family.invoices_before + 1 + place
    invoice = Invoice(
        legal_entity=brand.legal_entity,
        brand=brand,
        account=top,
        document=document,
        stream=stream,
        series=brand.series,
        period_start=period_containing(
            last_day, top.bill_day, top.invoice_months, dates.bill_date
        ).start,
        period_end=dates.bill_date,
        currency=top.currency,
        price_mode=brand.price_mode,
        language=language,
        reference=payment_reference(brand.reference_kind, top.pk, number),
        terms_days=brand.payment_terms_days if terms is None else terms,
        seller=seller_of(brand, language),
        recipient=recipient_of(top),
        net_total=net,
        tax_total=tax,
        total=total,
    )
    return Draft(invoice, lines, taxes, [link for link in maker.usage if id(link.line) in own])

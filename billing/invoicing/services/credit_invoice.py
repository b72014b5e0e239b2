"""Credit an issued invoice, whole, by line or by amount: by a document of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Account
from billing.invoicing.correcting import Correction, Key, LineLeft, by_amount, correct, everything
from billing.invoicing.models import Invoice, InvoiceLine, InvoiceTax, OpenItem
from billing.invoicing.references import payment_reference
from billing.invoicing.services.issue_invoices import (
    entry_of,
    news_of,
    number_invoice,
    open_item,
)
from billing.ledger.services.post_entry import post_entries
from billing.signals import invoice_corrected, invoice_issued
from core.errors import DomainError
from core.models.organisation import NumberSeries
from core.money import exponent
from core.services.record_event import record_events

Kind = InvoiceLine.Kind


@dataclass(frozen=True, slots=True)
class Wish:
    """What shall be given back: all that is left, some of some lines, or an amount.

    `lines` are amounts by line, `amount` is spread over all lines; both in the invoice's price
    mode. Without either it is everything.
    """

    lines: Mapping[int, Decimal] | None = None
    amount: Decimal | None = None


def preview_credit(invoice: Invoice, wish: Wish) -> Correction:
    """What the credit note would say; stores nothing. Raises DomainError as `credit_invoice`."""
    _refuse(invoice)
    places = exponent(invoice.currency)
    lines, tax_left = left_of(invoice)
    if wish.lines is not None:
        back: Mapping[int, Decimal] = wish.lines
    elif wish.amount is not None:
        back = by_amount(lines, wish.amount, places)
    else:
        back = everything(lines)
    made = correct(lines, back, tax_left, gross_prices=invoice.price_mode == "gross", places=places)
    if made.total >= 0:
        raise DomainError("This gives nothing back: what is chosen comes to no credit.")
    return made


@transaction.atomic
def credit_invoice(
    invoice: Invoice, wish: Wish, *, reason: str, as_of: date, now: datetime
) -> Invoice:
    """Issue a credit note for what is wished, dated `as_of`, or the series' last date if later.

    It repeats the original's tax split, has the next number of the series and its own entry in the
    books. What it gives first lowers what is open on its invoice; the rest is account credit.
    `reason` is printed. Raises DomainError where more is wished than is left. Rules: section 5.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise DomainError("Say why: the reason stands on the credit note.")
    Account.objects.select_for_update(no_key=True).get(pk=invoice.account_id)
    original = Invoice.objects.select_for_update(no_key=True, of=("self",)).get(pk=invoice.pk)
    made = preview_credit(original, wish)
    note = _note(original, made, reason[:300])
    note.save(force_insert=True)
    with override(original.language):
        lines = _lines(original, note, made)
    InvoiceLine.objects.bulk_create(lines)
    reasons = {(tax.category, tax.treatment, tax.rate): tax.reason for tax in original.taxes.all()}
    InvoiceTax.objects.bulk_create(
        InvoiceTax(
            invoice=note,
            category=total.group.category,
            treatment=total.group.treatment,
            rate=total.group.rate,
            net=total.net,
            tax=total.tax,
            gross=total.gross,
            reason=reasons.get((total.group.category, total.group.treatment, total.group.rate), ""),
        )
        for total in made.totals
    )
    # The counter is locked last: others wait for it as short as can be.
    series = NumberSeries.objects.select_for_update().get(pk=original.brand.series_id)
    issue_date = max(filter(None, (as_of, original.issue_date, series.last_issue_date)))
    number_invoice(note, series, issue_date, now=now)
    series.save(update_fields=["next_number", "last_issue_date"])
    note.save()
    OpenItem.objects.bulk_create([open_item(note)])
    post_entries([entry_of(note)], posted_at=now)
    record_events("invoice.issued", brand=note.brand, news=news_of([note]), now=now)
    invoice_corrected.send(sender=Invoice, pairs=[(note.pk, original.pk)], now=now)
    invoice_issued.send(sender=Invoice, invoice_ids=[note.pk], now=now)
    return note


def left_of(invoice: Invoice) -> tuple[list[LineLeft], dict[Key, Decimal]]:
    """What is left of each line, in order, and of the tax of each group."""
    given: dict[int, Decimal] = defaultdict(Decimal)
    by_days: set[int] = set()
    given_back = InvoiceLine.objects.filter(credits__invoice=invoice, live=True)
    for line_id, kind, amount in given_back.values_list("credits_id", "kind", "amount"):
        assert line_id is not None
        given[line_id] += amount
        if kind == Kind.CREDIT:
            by_days.add(line_id)
    lines = [
        LineLeft(
            line.pk,
            (line.tax_category, line.tax_treatment, line.tax_rate),
            line.amount,
            line.amount + given[line.pk],
            line.pk in by_days,
        )
        for line in invoice.lines.order_by("position")
    ]
    tax_left: dict[Key, Decimal] = defaultdict(Decimal)
    notes = [invoice, *invoice.corrections.filter(state=Invoice.State.ISSUED, live=True)]
    for tax in InvoiceTax.objects.filter(invoice__in=notes):
        tax_left[tax.category, tax.treatment, tax.rate] += tax.tax
    return lines, tax_left


def _refuse(invoice: Invoice) -> None:
    if invoice.state != Invoice.State.ISSUED or not invoice.live:
        raise DomainError("Only an issued invoice that still counts can be credited.")
    if invoice.document != Invoice.Document.INVOICE or invoice.kind == Invoice.Kind.OPENING:
        raise DomainError(
            "A credit note can't be credited, and what the system before issued has no lines here."
        )


def _note(original: Invoice, made: Correction, reason: str) -> Invoice:
    """The credit note as a draft: of whom and to whom as the invoice that it corrects."""
    net = sum((total.net for total in made.totals), Decimal(0))
    tax = sum((total.tax for total in made.totals), Decimal(0))
    brand, account_id = original.brand, original.account_id
    return Invoice(
        legal_entity=original.legal_entity,
        brand=brand,
        account_id=account_id,
        document=Invoice.Document.CREDIT_NOTE,
        kind=Invoice.Kind.CORRECTION,
        corrects=original,
        correction_reason=reason,
        series=brand.series,
        period_start=original.period_start,
        period_end=original.period_end,
        currency=original.currency,
        price_mode=original.price_mode,
        language=original.language,
        reference=_free_reference(original),
        terms_days=original.terms_days,
        seller=original.seller,
        recipient=original.recipient,
        net_total=net,
        tax_total=tax,
        total=net + tax,
    )


def _free_reference(original: Invoice) -> str:
    """The account's next payment reference; one that was given before is left out."""
    account_id = original.account_id
    count = Invoice.objects.filter(account=account_id).exclude(kind=Invoice.Kind.OPENING).count()
    while True:
        count += 1
        reference = payment_reference(original.brand.reference_kind, account_id, count)
        taken = Invoice.objects.filter(legal_entity=original.legal_entity, reference=reference)
        if not taken.exists():
            return reference


def _lines(original: Invoice, note: Invoice, made: Correction) -> list[InvoiceLine]:
    lines: list[InvoiceLine] = []
    for of in original.lines.order_by("position"):
        amount = made.amounts.get(of.pk)
        if not amount:
            continue
        lines.append(
            InvoiceLine(
                invoice=note,
                position=len(lines) + 1,
                kind=Kind.CORRECTION,
                account_id=of.account_id,
                subscription_id=of.subscription_id,
                segment=of.segment,
                charge_id=of.charge_id,
                charge_code=of.charge_code,
                credits=of,
                account_label=of.account_label,
                location_label=of.location_label,
                subscription_label=of.subscription_label,
                description=(_("Credit: %(what)s") % {"what": of.description})[:300],
                period_start=of.period_start,
                period_end=of.period_end,
                exact_amount=amount,
                amount=amount,
                net=made.nets[of.pk],
                tax_category=of.tax_category,
                tax_treatment=of.tax_treatment,
                tax_rate=of.tax_rate,
                revenue_account=of.revenue_account,
            )
        )
    return lines

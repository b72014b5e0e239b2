"""Everything an issued invoice says, put together from its rows in its own language."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import override

from billing.documents.composition import parties, totals
from billing.documents.composition.balance import balance_before
from billing.documents.composition.itemisation import usage_lists
from billing.documents.composition.lines import account_sections, charge_span, service_sums
from billing.documents.content import Fact, InvoiceContent, Step, TaxSum
from billing.documents.formats import Formats, printable
from billing.invoicing.models import Invoice, InvoiceLine
from core.errors import DomainError
from core.models.organisation import Brand

# Rows of one line that fit between the amount and the payment slip, beside headings and a total.
FIRST_PAGE_ROWS = 11
MESSAGE_WIDTH = 95


def invoice_content(invoice: Invoice) -> InvoiceContent:
    """What the invoice says, in its language; amounts in its currency, times in its brand's zone.

    Only an issued invoice says anything: a draft raises DomainError.
    """
    if invoice.state != Invoice.State.ISSUED:
        raise DomainError("A draft has no document: issue the invoice first.")
    with override(invoice.language):
        return _content(invoice, Formats(invoice.language, invoice.currency, invoice.brand.zone))


def _content(invoice: Invoice, formats: Formats) -> InvoiceContent:
    assert invoice.number is not None
    assert invoice.issue_date is not None
    seller, recipient = invoice.seller, invoice.recipient
    lines = list(invoice.lines.prefetch_related("summaries__summary").order_by("position"))
    balance = balance_before(invoice)
    to_pay = totals.amount_to_pay(invoice, balance)
    taxes = totals.tax_sums(invoice.taxes.all(), formats)
    due_label, due_amount = _due(invoice, to_pay, formats)
    steps = totals.balance_steps(invoice, balance, formats)
    steps_note = totals.balance_note(invoice, balance, formats)
    # A correction says why where other documents have the brand's message.
    message = printable(invoice.correction_reason or seller.get("message", ""))
    room = first_page_room(taxes, steps, steps_note, message)
    return InvoiceContent(
        language=invoice.language,
        look=parties.look_of(invoice.brand),
        issue_date=invoice.issue_date,
        title=_title(invoice),
        number=printable(invoice.number),
        sender_line=parties.sender_line(seller),
        recipient=parties.recipient_lines(recipient, seller, formats.locale),
        facts=tuple(_facts(invoice, lines, formats)),
        due_label=due_label,
        due_amount=due_amount,
        due_date=_due_date(invoice, to_pay, formats),
        steps=steps,
        steps_note=steps_note,
        amount_label=_amount_label(invoice),
        services=service_sums(lines, formats, room),
        services_total=totals.services_total(invoice, formats),
        taxes=taxes,
        taxes_total=totals.taxes_total(invoice, taxes, formats),
        message=message,
        slip=totals.payment_slip(invoice, to_pay, seller, formats),
        contact=parties.contact_line(seller),
        legal=parties.legal_line(seller),
        accounts=account_sections(lines, formats),
        shows_tax_rates=len({(line.tax_treatment, line.tax_rate) for line in lines}) > 1,
        lines_totals=totals.lines_totals(invoice, formats),
        usage=usage_lists(lines, formats),
        to_pay=to_pay,
        total=invoice.total,
    )


def first_page_room(
    taxes: Sequence[TaxSum], steps: Sequence[Step], steps_note: str, message: str
) -> int:
    """How many lines of services the first page has room for, beside all else that stands there."""
    tax_rows = sum(1 + bool(tax.reason) for tax in taxes) + (len(taxes) > 1)
    steps_rows = 2 * bool(steps) + bool(steps_note)
    message_rows = 1 + -(-len(message) // MESSAGE_WIDTH) if message else 0
    return FIRST_PAGE_ROWS - tax_rows - steps_rows - message_rows


def _title(invoice: Invoice) -> str:
    is_credit = invoice.document == Invoice.Document.CREDIT_NOTE
    return _("Credit note") if is_credit else _("Invoice")


def _amount_label(invoice: Invoice) -> str:
    if invoice.price_mode == Brand.PriceMode.GROSS:
        return _("%(currency)s incl. VAT") % {"currency": invoice.currency}
    return _("%(currency)s excl. VAT") % {"currency": invoice.currency}


def _due(invoice: Invoice, to_pay: Decimal, formats: Formats) -> tuple[str, str]:
    if invoice.document == Invoice.Document.CREDIT_NOTE:
        return _("In your favour"), formats.money(-invoice.total)
    return _("To pay"), formats.money(to_pay)


def _due_date(invoice: Invoice, to_pay: Decimal, formats: Formats) -> Fact | None:
    if invoice.document == Invoice.Document.CREDIT_NOTE or not to_pay:
        return None
    assert invoice.due_date is not None
    return Fact(_("Due"), formats.long_date(invoice.due_date))


def _facts(invoice: Invoice, lines: Sequence[InvoiceLine], formats: Formats) -> list[Fact]:
    assert invoice.issue_date is not None
    is_credit = invoice.document == Invoice.Document.CREDIT_NOTE
    number_label = _("Credit note number") if is_credit else _("Invoice number")
    facts = [
        Fact(number_label, printable(invoice.number or "")),
        Fact(_("Date"), formats.long_date(invoice.issue_date)),
    ]
    span = charge_span(lines)
    if span:
        facts.append(Fact(_("Subscriptions"), formats.span(*span)))
    has_usage = any(line.kind == InvoiceLine.Kind.USAGE for line in lines)
    if has_usage or not span:
        label = _("Usage") if has_usage else _("Period")
        facts.append(Fact(label, formats.span(invoice.period_start, invoice.period_end)))
    facts.append(Fact(_("Customer number"), printable(_customer_number(invoice))))
    if invoice.recipient.get("vat_number"):
        vat_number = printable(invoice.recipient["vat_number"])
        facts.append(Fact(_("Your VAT number"), vat_number))
    if is_credit:
        facts += _credited(lines)
    else:
        facts.append(totals.reference_fact(invoice))
    return facts


def _customer_number(invoice: Invoice) -> str:
    return str(invoice.recipient.get("number") or invoice.account.number)


def _credited(lines: Sequence[InvoiceLine]) -> list[Fact]:
    """Which invoices a credit note gives back."""
    credited = [line.credits_id for line in lines if line.credits_id]
    numbers = (
        Invoice.objects.filter(lines__in=credited, number__isnull=False)
        .order_by("sequence")
        .values_list("number", flat=True)
        .distinct()
    )
    text = ", ".join(printable(number or "") for number in numbers)
    return [Fact(_("Refers to invoice"), text)] if text else []

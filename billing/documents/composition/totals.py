"""The first page's figures: taxes, the way from the previous balance, what to pay and how."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from billing.documents.composition.balance import Balance
from billing.documents.composition.parties import Party, bank_facts
from billing.documents.content import Fact, PaymentSlip, Step, TaxSum
from billing.documents.formats import Formats, in_groups_of_four, printable
from billing.invoicing.models import Invoice, InvoiceTax
from catalog.models import TaxRate
from core.models.organisation import Brand

Treatment = TaxRate.Treatment


def amount_to_pay(invoice: Invoice, balance: Balance) -> Decimal:
    """What this document asks for: what was carried over and this bill, never below nothing.

    Money goes to the oldest bill first, so only the two together settle this one. A credit note
    asks for nothing.
    """
    if invoice.document == Invoice.Document.CREDIT_NOTE:
        return Decimal(0)
    return max(Decimal(0), balance.carried + invoice.total)


def balance_steps(invoice: Invoice, balance: Balance, formats: Formats) -> tuple[Step, ...]:
    """Previous balance → paid → carried over → this bill → to pay; empty without a history."""
    if not balance.has_history:
        return ()
    is_credit = invoice.document == Invoice.Document.CREDIT_NOTE
    steps = [Step(_("Previous balance"), formats.amount(balance.previous))]
    if balance.paid or not balance.other:
        steps.append(Step(_paid_label(balance, formats), formats.amount(balance.paid)))
    if balance.other:
        steps.append(Step(_("Other corrections"), formats.amount(balance.other)))
    steps += [
        Step(_("Carried over"), formats.amount(balance.carried)),
        Step(_("This credit note") if is_credit else _("This bill"), formats.amount(invoice.total)),
        Step(
            *_last_step(invoice, balance, formats),
            is_result=True,
        ),
    ]
    return tuple(steps)


def balance_note(invoice: Invoice, balance: Balance, formats: Formats) -> str:
    """Says where the sum holds earlier bills, or where credit was used."""
    if invoice.document == Invoice.Document.CREDIT_NOTE:
        return ""
    if balance.carried > 0:
        return _(
            "%(carried)s is from earlier bills. If you have paid that by now, pay %(total)s."
        ) % {"carried": formats.money(balance.carried), "total": formats.money(invoice.total)}
    if balance.carried < 0:
        used = min(-balance.carried, invoice.total)
        left = -balance.carried - used
        if left:
            return _("Your credit pays this bill. %(left)s of it is left.") % {
                "left": formats.money(left)
            }
        return _("Your credit of %(used)s was used.") % {"used": formats.money(used)}
    return ""


def tax_sums(taxes: Iterable[InvoiceTax], formats: Formats) -> tuple[TaxSum, ...]:
    """One row for each treatment, rate and reason, the sums of its groups."""
    merged: dict[tuple[str, Decimal, str], list[Decimal]] = {}
    for tax in taxes:
        sums = merged.setdefault((tax.treatment, tax.rate, tax.reason), [Decimal(0)] * 3)
        for place, amount in enumerate((tax.net, tax.tax, tax.gross)):
            sums[place] += amount
    rows = []
    for (treatment, rate, reason), (net, amount, gross) in merged.items():
        label, why = _tax_label(treatment, rate, formats), printable(reason)
        rows.append(
            TaxSum(
                label=label,
                reason="" if why.casefold() == label.casefold() else why,
                net=formats.amount(net),
                tax=formats.amount(amount),
                gross=formats.amount(gross),
            )
        )
    return tuple(rows)


def taxes_total(invoice: Invoice, rows: Sequence[TaxSum], formats: Formats) -> TaxSum | None:
    """The sum of several tax rows; one row is its own sum."""
    if len(rows) < 2:
        return None
    return TaxSum(
        label=_("Total"),
        reason="",
        net=formats.amount(invoice.net_total),
        tax=formats.amount(invoice.tax_total),
        gross=formats.amount(invoice.total),
    )


def services_total(invoice: Invoice, formats: Formats) -> Step:
    """Under the first page's services: their sum as priced; the tax table goes on from there."""
    if invoice.price_mode == Brand.PriceMode.GROSS:
        return Step(_("Total incl. VAT"), formats.amount(invoice.total), is_result=True)
    return Step(_("Sum excl. VAT"), formats.amount(invoice.net_total), is_result=True)


def lines_totals(invoice: Invoice, formats: Formats) -> tuple[Step, ...]:
    """Under all lines: the total; where prices are net, the way there."""
    if invoice.price_mode == Brand.PriceMode.GROSS:
        return (Step(_("Total incl. VAT"), formats.amount(invoice.total), is_result=True),)
    return (
        Step(_("Sum excl. VAT"), formats.amount(invoice.net_total)),
        Step(_("VAT amount"), formats.amount(invoice.tax_total)),
        Step(_("Total incl. VAT"), formats.amount(invoice.total), is_result=True),
    )


def reference_fact(invoice: Invoice) -> Fact:
    """The reference that the payer states, as it is read."""
    if invoice.reference.startswith("RF"):
        return Fact(_("Payment reference"), in_groups_of_four(invoice.reference))
    return Fact("KID", invoice.reference)


def payment_slip(invoice: Invoice, to_pay: Decimal, seller: Party, formats: Formats) -> PaymentSlip:
    """Account, reference, amount and due date; or that there is nothing to do."""
    if invoice.document == Invoice.Document.CREDIT_NOTE:
        return PaymentSlip(_("Nothing to pay. The amount is credited to your account."))
    if not to_pay:
        return PaymentSlip(_("Nothing to pay."))
    assert invoice.due_date is not None
    facts = [Fact(label, value) for label, value in bank_facts(seller)]
    facts += [
        reference_fact(invoice),
        Fact(_("Amount"), formats.money(to_pay)),
        Fact(_("Due date"), formats.long_date(invoice.due_date)),
    ]
    return PaymentSlip("", tuple(facts))


def _paid_label(balance: Balance, formats: Formats) -> str:
    if len(balance.paid_dates) == 1:
        return _("Paid %(day)s") % {"day": formats.day(balance.paid_dates[0])}
    return _("Paid")


def _last_step(invoice: Invoice, balance: Balance, formats: Formats) -> tuple[str, str]:
    after = balance.carried + invoice.total
    if invoice.document == Invoice.Document.CREDIT_NOTE:
        return _("New balance"), formats.amount(after)
    return _("To pay"), formats.amount(max(Decimal(0), after))


def _tax_label(treatment: str, rate: Decimal, formats: Formats) -> str:
    if treatment == Treatment.EXEMPT:
        return _("Exempt from VAT")
    if treatment == Treatment.REVERSE_CHARGE:
        return _("Reverse charge")
    if treatment == Treatment.ZERO:
        return _("VAT %(rate)s (zero rated)") % {"rate": formats.percent(rate)}
    return _("VAT %(rate)s") % {"rate": formats.percent(rate)}

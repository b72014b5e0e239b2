"""Credit on an invoice: say how much, see the credit note, then issue it or ask a second person."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from billing.invoicing.correcting import Correction
from billing.invoicing.models import Invoice
from billing.invoicing.services.ask_for_credit import ask_for_credit, needs_approval
from billing.invoicing.services.credit_invoice import Wish, left_of, preview_credit
from core.backoffice.actions import row_of
from core.backoffice.registry import Cell, Link, Panel, link, panel
from core.backoffice.scoping import ScopedAdmin
from core.errors import DomainError
from core.formatting import format_day, format_money
from core.history import changed_by

CREDIT = "billing.credit_invoice"
WHOLE, AMOUNT, LINES = "whole", "amount", "lines"


class CreditForm(forms.Form):
    """How much, and why; with a field for each line."""

    what = forms.ChoiceField(
        choices=(
            (WHOLE, "all that is left of the invoice"),
            (AMOUNT, "an amount, spread over its lines"),
            (LINES, "amounts of single lines"),
        ),
        widget=UnfoldAdminSelectWidget,
    )
    amount = forms.DecimalField(
        max_digits=18,
        decimal_places=3,
        required=False,
        widget=UnfoldAdminDecimalFieldWidget,
    )
    reason = forms.CharField(
        widget=UnfoldAdminTextInputWidget,
        max_length=200,
        help_text="Stands on the credit note: write it for the customer.",
    )

    def __init__(self, invoice: Invoice, data: Any = None) -> None:
        super().__init__(data)
        with_tax = "with tax" if invoice.price_mode == "gross" else "without tax"
        self.fields["amount"].help_text = f"In {invoice.currency}, {with_tax}."
        named = {line.pk: line for line in invoice.lines.all()}
        for left in left_of(invoice)[0]:
            if not left.left:
                continue
            line = named[left.line_id]
            self.fields[f"line_{line.pk}"] = forms.DecimalField(
                max_digits=18,
                decimal_places=3,
                required=False,
                widget=UnfoldAdminDecimalFieldWidget,
                label=f"{line.position}. {line.description}",
                help_text=f"{format_money(left.left, invoice.currency, 'en')} is left.",
            )

    def wish(self) -> Wish:
        """What was asked for; DomainError where it isn't said."""
        data = self.cleaned_data
        if data["what"] == WHOLE:
            return Wish()
        if data["what"] == AMOUNT:
            if data["amount"] is None:
                raise DomainError("Say the amount.")
            return Wish(amount=data["amount"])
        named = {
            int(name.removeprefix("line_")): Decimal(value)
            for name, value in data.items()
            if name.startswith("line_") and value
        }
        if not named:
            raise DomainError("Say the amount of at least one line.")
        return Wish(lines=named)


@link("billing.invoice", position=10, permission=CREDIT)
def credit_of(invoice: Invoice) -> list[Link]:
    """The button on an issued invoice that still counts."""
    is_bill = invoice.document == Invoice.Document.INVOICE and invoice.kind != Invoice.Kind.OPENING
    if invoice.state != Invoice.State.ISSUED or not invoice.live or not is_bill:
        return []
    return [Link("Credit", reverse("admin:billing_invoice_credit", args=[invoice.pk]))]


@panel("billing.invoice", position=10, permission="billing.view_invoice")
def corrections(invoice: Invoice) -> Panel | None:
    """The credit notes that correct the invoice, or the invoice that this note corrects."""
    rows = list(invoice.corrections.order_by("pk"))
    title = "Credit notes"
    if invoice.corrects is not None:
        rows, title = [invoice.corrects], "Corrects"
    if not rows:
        return None
    return Panel(
        title=title,
        columns=("Number", "Date", "Why", "Total"),
        rows=[
            (
                Cell(str(row), reverse("admin:billing_invoice_change", args=[row.pk])),
                format_day(row.issue_date, "en") if row.issue_date else "",
                row.correction_reason or invoice.correction_reason,
                Cell(format_money(row.total, row.currency, "en"), figure=True),
            )
            for row in rows
        ],
        empty="",
    )


def credit_view(page: ScopedAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """Ask, show the credit note, and issue it, or ask a second person, when confirmed."""
    invoice: Invoice = row_of(page, request, object_id, CREDIT)
    form = CreditForm(invoice, request.POST or None)
    back = reverse("admin:billing_invoice_change", args=[invoice.pk])
    panels, button = list[Panel](), "Issue the credit note"
    if request.method == "POST" and form.is_valid():
        try:
            wish, reason = form.wish(), form.cleaned_data["reason"]
            if "confirmed" in request.POST:
                return _done(request, invoice, wish, reason)
            made = preview_credit(invoice, wish)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            asks = needs_approval(invoice, -made.total)
            button = "Ask a second person" if asks else button
            panels = [_note(invoice, made, asks=asks)]
    context = page.admin_site.each_context(request) | {
        "title": f"Credit on {invoice}",
        "form": form,
        "preview": f"Reason: {form.cleaned_data['reason']}" if panels else "",
        "page_panels": panels,
        "button": button,
        "back": back,
        "opts": page.opts,
    }
    return render(request, "admin/backoffice/step.html", context)


def _done(request: HttpRequest, invoice: Invoice, wish: Wish, reason: str) -> HttpResponse:
    user: Any = request.user
    with changed_by(channel="back_office", user_id=user.pk, reason=reason):
        made = ask_for_credit(invoice, wish, reason=reason, by=user, now=timezone.now())
    if isinstance(made, Invoice):
        messages.success(request, f"Credit note {made.number} is issued.")
        return redirect("admin:billing_invoice_change", made.pk)
    messages.success(request, "It is beyond the brand's limit: a second person is asked.")
    return redirect("admin:core_approval_change", made.pk)


def _note(invoice: Invoice, made: Correction, *, asks: bool) -> Panel:
    named = {line.pk: line for line in invoice.lines.all()}
    rows: list[list[Cell | str]] = [
        [named[pk].description, Cell(format_money(amount, invoice.currency, "en"), figure=True)]
        for pk, amount in made.amounts.items()
    ]
    tax = sum((total.tax for total in made.totals), Decimal(0))
    note = f"Of it tax {format_money(tax, invoice.currency, 'en')}."
    if asks:
        note += " That is beyond what one person may give: a second one decides."
    return Panel(
        title=f"The credit note comes to {format_money(made.total, invoice.currency, 'en')}",
        columns=("Line", "Credit"),
        rows=rows,
        empty="",
        note=note,
    )

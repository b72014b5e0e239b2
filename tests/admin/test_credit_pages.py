"""Credit in the back office: shown, issued within the limit, beyond it a second person decides."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from billing.invoicing.models import Invoice
from billing.invoicing.services.run_billing import run_billing
from core.models import Approval, Brand
from core.services.decide_approval import approve
from tests import make

NOW = datetime(2026, 11, 5, 8, tzinfo=UTC)
NOVEMBER = date(2026, 11, 1)


@pytest.fixture
def invoice(fjordtel: Brand) -> Invoice:
    """Kari's of 1 November: 299.00."""
    kari = make.make_account(fjordtel)
    make.make_subscription(kari, make.make_plan(fjordtel), starts_on=NOVEMBER)
    run_billing(brand=fjordtel, bill_date=NOVEMBER, as_of=NOVEMBER + timedelta(days=2), now=NOW)
    return Invoice.objects.get()


def post(client: Client, invoice: Invoice, **fields: str):
    address = f"/admin/billing/invoice/{invoice.pk}/credit/"
    return client.post(address, {"reason": "Line was down"} | fields, follow=True)


def test_the_page_of_an_invoice_leads_to_its_credit(superuser: Client, invoice: Invoice) -> None:
    page = superuser.get(f"/admin/billing/invoice/{invoice.pk}/change/")

    assert f"/admin/billing/invoice/{invoice.pk}/credit/" in page.content.decode()


def test_a_credit_is_shown_before_it_is_issued(superuser: Client, invoice: Invoice) -> None:
    page = post(superuser, invoice, what="amount", amount="50.00").content.decode()

    assert "The credit note comes to -NOK" in page.replace("\xa0", "") or "50.00" in page
    assert "Of it tax" in page
    assert "Issue the credit note" in page
    assert Invoice.objects.count() == 1


def test_within_the_limit_one_person_issues_it(superuser: Client, invoice: Invoice) -> None:
    page = post(superuser, invoice, what="amount", amount="200.00", confirmed="yes")

    note = invoice.corrections.get()
    assert note.total == Decimal("-200.00")
    assert note.correction_reason == "Line was down"
    assert f"Credit note {note.number} is issued." in page.content.decode()


def test_a_line_is_credited(superuser: Client, invoice: Invoice) -> None:
    line = invoice.lines.get()

    post(superuser, invoice, what="lines", confirmed="yes", **{f"line_{line.pk}": "19.90"})

    assert invoice.corrections.get().total == Decimal("-19.90")


def test_beyond_the_limit_a_second_person_decides(
    superuser: Client, invoice: Invoice, fjordtel: Brand
) -> None:
    """150.00 were given; another 60.00 go beyond 200.00."""
    post(superuser, invoice, what="amount", amount="150.00", confirmed="yes")
    shown = post(superuser, invoice, what="amount", amount="60.00").content.decode()
    post(superuser, invoice, what="amount", amount="60.00", confirmed="yes")

    assert "Ask a second person" in shown
    approval = Approval.objects.get()
    assert (approval.amount, invoice.corrections.count()) == (Decimal("-60.00"), 1)
    finance = make.make_staff("finance@fjordtel.example", fjordtel, is_superuser=True)
    approve(approval, by=finance, now=NOW)
    assert invoice.corrections.order_by("-pk")[0].total == Decimal("-60.00")


def test_what_was_asked_for_fails_once_the_invoice_moved_on(
    superuser: Client, invoice: Invoice, fjordtel: Brand
) -> None:
    post(superuser, invoice, what="whole", confirmed="yes")
    post(superuser, invoice, what="amount", amount="10.00", confirmed="yes")
    finance = make.make_staff("finance@fjordtel.example", fjordtel, is_superuser=True)

    decided = approve(Approval.objects.get(), by=finance, now=NOW)

    assert decided.state == "failed"
    assert invoice.corrections.get().total == Decimal("-10.00")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"what": "amount"}, "Say the amount."),
        ({"what": "lines"}, "Say the amount of at least one line."),
        ({"what": "amount", "amount": "300.00"}, "No more than 299.00 is left of this invoice"),
        ({"what": "whole", "reason": ""}, "This field is required."),
    ],
)
def test_a_wish_that_can_not_be_is_refused_on_the_page(
    superuser: Client, invoice: Invoice, fields: dict[str, str], words: str
) -> None:
    page = post(superuser, invoice, confirmed="yes", **fields).content.decode()

    assert words in page
    assert Invoice.objects.count() == 1


def test_a_credit_note_has_no_such_button(superuser: Client, invoice: Invoice) -> None:
    post(superuser, invoice, what="amount", amount="50.00", confirmed="yes")
    note = invoice.corrections.get()

    page = superuser.get(f"/admin/billing/invoice/{note.pk}/change/").content.decode()

    assert "/credit/" not in page
    assert str(invoice) in page

"""What stands on the printed invoice, and where."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pypdf import PdfReader

from billing.documents.composition.invoice_content import invoice_content
from billing.documents.formats import Formats
from billing.invoicing.models import Invoice
from core.errors import DomainError
from tests.billing.documents import cases, issued

PAGE_HEIGHT_POINTS = 841.89


def text_of(pdf: PdfReader) -> str:
    return "\n".join(f"{page.extract_text().strip()}\n\f" for page in pdf.pages)


def placed(pdf: PdfReader, page: int = 0) -> list[tuple[str, float, float]]:
    """Every piece of text of a page with its distance from the top and its size, in points."""
    pieces: list[tuple[str, float, float]] = []

    def visit(text: str, matrix: Any, text_matrix: Any, font: Any, size: float) -> None:
        if text.strip():
            y = matrix[1] * text_matrix[4] + matrix[3] * text_matrix[5] + matrix[5]
            height = abs(size * text_matrix[3] * matrix[3])
            pieces.append((text.strip(), PAGE_HEIGHT_POINTS - y, height))

    pdf.pages[page].extract_text(visitor_text=visit)
    return pieces


@pytest.mark.django_db
def test_karis_bill_reads_as_approved(render, golden) -> None:
    golden("fjordtel-invoice.txt", text_of(render(cases.kari())))


@pytest.mark.django_db
def test_acmes_consolidated_bill_reads_as_approved(render, golden) -> None:
    golden("northwind-invoice.txt", text_of(render(cases.acme("de"))))


def test_the_text_adds_up_to_the_invoices_rows(printed) -> None:
    invoice, text = printed.invoice, text_of(printed.pdf)

    formats = Formats(invoice.language, invoice.currency, "UTC")
    for amount in (invoice.total, invoice.net_total, invoice.tax_total):
        assert formats.amount(amount) in text
    for line in printed.lines:
        assert formats.amount(line.amount) in text
    assert invoice.number in text


def test_what_to_pay_stands_in_the_upper_part_in_the_largest_type(printed) -> None:
    pieces = placed(printed.pdf)

    due = printed.content.due_amount.replace("\u00a0", " ")
    top, size = next((y, size) for text, y, size in pieces if text.replace("\u00a0", " ") == due)
    assert top < 0.4 * PAGE_HEIGHT_POINTS
    assert size == max(size for _text, _y, size in pieces)
    assert 20 <= size <= 24


def test_the_first_page_holds_everything_that_belongs_there(printed) -> None:
    content = printed.content

    first = printed.pdf.pages[0].extract_text().replace("\u00a0", " ")
    assert content.taxes[-1].label.replace("\u00a0", " ") in first
    assert content.legal in first.replace("\n", " ")
    assert content.slip.nothing_to_pay or content.slip.facts[-1].value in first
    # The details open the second page: nothing of the first has flowed over.
    second = printed.pdf.pages[1].extract_text()
    assert second.splitlines()[0] in {"Details", "Detaljer", "Einzelheiten"}


def test_no_type_is_too_small_and_nothing_leaves_the_page(printed) -> None:
    for page in range(len(printed.pdf.pages)):
        for text, top, size in placed(printed.pdf, page):
            assert size >= 7.9, text
            assert 20 < top < PAGE_HEIGHT_POINTS - 20, text


@pytest.mark.django_db
def test_a_credit_note_asks_for_nothing_and_names_its_invoice(render) -> None:
    invoice = cases.credit_note()

    text = text_of(render(invoice))

    assert "Credit note" in text
    assert "In your favour" in text
    assert "Nothing to pay" in text
    assert "Refers to invoice FT-100002" in text
    assert "How to pay" not in text


@pytest.mark.django_db
def test_what_earlier_bills_left_open_is_asked_for_and_told() -> None:
    content = invoice_content(cases.carried_over())

    assert content.due_amount == "NOK\u00a0398.00"
    assert [step.amount for step in content.steps] == [
        "199.00",
        "0.00",
        "199.00",
        "199.00",
        "398.00",
    ]
    assert "NOK\u00a0199.00 is from earlier bills" in content.steps_note


@pytest.mark.django_db
def test_credit_is_used_before_money_is_asked_for() -> None:
    content = invoice_content(cases.nothing_to_pay())

    assert content.due_amount == "NOK\u00a00.00"
    assert content.due_date is None
    assert content.slip.nothing_to_pay == "Nothing to pay."
    assert content.steps_note == "Your credit pays this bill. NOK\u00a0102.00 of it is left."


@pytest.mark.django_db
def test_a_payment_imported_later_changes_nothing_on_the_document() -> None:
    invoice = cases.carried_over()
    before = invoice_content(invoice)

    issued.pay(invoice, "199.00", date(2026, 10, 14))

    assert invoice_content(invoice) == before


@pytest.mark.django_db
def test_sixty_records_are_itemised_and_the_rest_is_named() -> None:
    content = invoice_content(cases.many_records())

    voice = content.usage[0]
    assert len(voice.rows) == 60
    assert "70" in voice.note
    moments = [row.moment for row in voice.rows]
    assert moments == sorted(moments, key=lambda text: (int(text.split(".")[0]), text[-8:]))
    assert content.usage[-1].note == ""


@pytest.mark.django_db
def test_the_itemised_records_are_those_that_cost_most() -> None:
    content = invoice_content(cases.many_records())

    shown = [Decimal(row.amount.replace(",", ".")) for row in content.usage[0].rows]
    every = sorted((Decimal(f"{(k * 7) % 23}.{k:02d}") for k in range(70)), reverse=True)
    assert sorted(shown, reverse=True) == every[:60]


@pytest.mark.django_db
def test_a_draft_has_no_document() -> None:
    invoice = cases.one_line()

    with pytest.raises(DomainError, match="draft"):
        invoice_content(Invoice(state="draft", brand=invoice.brand))

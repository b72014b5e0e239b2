"""Bills: the list, one bill in full, and its PDF."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from billing.documents.queries import document_path
from billing.invoicing.services.settle_open_item import settle
from billing.models import Invoice, InvoiceDocument, OpenItem
from tests import make
from tests.portal.cast import add_usage, bill_months
from tests.portal.reading import text_of

PDF = b"%PDF-1.7 not really"


def store_pdf(invoice: Invoice, content: bytes = PDF) -> None:
    """A stored document of this content."""
    digest = hashlib.sha256(content).hexdigest()
    path = document_path(digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    InvoiceDocument.objects.create(
        invoice=invoice, kind="pdf", language=invoice.language, sha256=digest, size=len(content),
        pages=1, created_at=datetime(2026, 11, 1, tzinfo=UTC),
    )  # fmt: skip


def test_the_list_has_month_sum_status_and_due_date_newest_first(portal, kari):
    settle(OpenItem.objects.get(invoice=kari.invoices[0]).pk, Decimal("1298.00"))
    settle(OpenItem.objects.get(invoice=kari.invoices[1]).pk, Decimal("49.00"))

    page = text_of(portal.get("/bills/"))

    assert "To pay in all: NOK 1,505.07" in page
    newest = page.index("October 2026 FT-100003 NOK 905.07 To pay due 16 Nov 2026")
    older = page.index("September 2026 FT-100002 NOK 649.00 Overdue due 15 Oct 2026")
    oldest = page.index("August 2026 FT-100001 NOK 1,298.00 Paid")
    assert newest < older < oldest


def test_one_bill_is_the_worked_example_to_the_ore(portal, kari):
    page = text_of(portal.get(f"/bills/{kari.invoices[2].pk}/"))

    for line in (
        "Bill for October 2026",
        "NOK 905.07 To pay",
        "Due on 16 Nov 2026 (in 14 days).",
        "14–31 Oct 2026 · 18 of 31 days · whole period 299.00 −173.61",
        "14–31 Oct 2026 · 18 of 31 days · whole period 399.00 231.68",
        "Mobil 20 GB 1–30 Nov 2026 399.00",
        "Dagspakke Tyrkia 49.00",
        "Ekstra 1 GB 49.00",
        "Fiber 250 1–30 Nov 2026 350.00",
        "Before tax 724.06 Tax 181.01 Total NOK 905.07",
        "25% 724.06 181.01 905.07",
        "Prices include tax.",
        "To account 1234.56.78903",
        f"Reference {kari.invoices[2].reference}",
    ):
        assert line in page


def test_the_parts_of_a_bill_add_up_to_it(portal, kari):
    response = portal.get(f"/bills/{kari.invoices[2].pk}/")

    sections = response.context["sections"]
    assert sum(section.amount for section in sections) == Decimal("905.07")


def test_usage_on_a_bill_says_how_many_and_how_much(portal, kari, fjordtel):
    bill_months(fjordtel, date(2026, 12, 1))
    december = Invoice.objects.get(period_end=date(2026, 12, 1))

    page = text_of(portal.get(f"/bills/{december.pk}/"))

    assert "1 call · 0:01:15 0.75" in page
    assert "1 message 0.39" in page


def test_a_business_reads_prices_before_tax(northwind, sign_in):
    acme = make.make_account(northwind, "200001", "Acme AS", opened_on=date(2026, 10, 1))
    make.make_subscription(
        acme, make.make_plan(northwind, "VOIP", "12.50"), starts_on=date(2026, 10, 1)
    )
    person = make.make_person(acme, "acme@example.com")
    (invoice,) = bill_months(northwind, date(2026, 11, 1))

    page = text_of(sign_in(person, "northwind.localhost", "de").get(f"/bills/{invoice.pk}/"))

    assert "Preise ohne Steuer." in page
    assert "Vor Steuer 25,00 Steuer 4,75 Summe 29,75 €" in page
    assert "IBAN DE89370400440532013000" in page


def test_the_page_is_complete_before_the_pdf_is_there(portal, kari):
    url = f"/bills/{kari.invoices[2].pk}/"

    page = text_of(portal.get(url))

    assert "The PDF file is being made" in page
    assert portal.get(f"{url}pdf/").status_code == 404


def test_the_pdf_comes_as_it_was_stored(portal, kari):
    store_pdf(kari.invoices[2])

    response = portal.get(f"/bills/{kari.invoices[2].pk}/pdf/")

    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="FT-100003.pdf"'
    assert "no-store" in response["Cache-Control"]


def test_a_damaged_pdf_is_not_shown_and_said_so_kindly(portal, kari):
    store_pdf(kari.invoices[2])
    document = InvoiceDocument.objects.get()
    document_path(document.sha256).write_bytes(b"something else")

    response = portal.get(f"/bills/{kari.invoices[2].pk}/pdf/")

    assert response.status_code == 503
    assert "It is not your fault" in text_of(response)


def test_a_bill_of_somebody_else_looks_like_none_at_all(portal, fjordtel, kari, northwind):
    bo = make.make_account(fjordtel, "100900", "Bo Berg", opened_on=date(2026, 11, 1))
    make.make_subscription(
        bo, make.make_plan(fjordtel, "TV", "99.00"), "TV-1", starts_on=date(2026, 11, 1)
    )
    bill_months(fjordtel, date(2026, 12, 1))
    foreign = Invoice.objects.get(account=bo)
    store_pdf(foreign)

    for path in ("", "pdf/"):
        theirs = portal.get(f"/bills/{foreign.pk}/{path}")
        nobodys = portal.get(f"/bills/999999999/{path}")
        assert theirs.status_code == nobodys.status_code == 404
        one, other = (text_of(response) for response in (theirs, nobodys))
        assert one == other


def test_a_draft_is_no_bill_yet(portal, kari, fjordtel):
    bill_months(fjordtel, date(2026, 12, 1))
    latest = Invoice.objects.latest("pk")
    assert portal.get(f"/bills/{latest.pk}/").status_code == 200
    fields = {field.attname: getattr(latest, field.attname) for field in Invoice._meta.fields}
    draft = Invoice(
        **fields | {
            "id": None, "state": "draft", "number": None, "sequence": None, "issue_date": None,
            "due_date": None, "issued_at": None, "period_end": date(2027, 1, 1), "reference": "1",
        }
    )  # fmt: skip
    draft.save()

    assert portal.get(f"/bills/{draft.pk}/").status_code == 404
    assert portal.get("/bills/").content.count(b'class="card row"') == 4


def test_many_bills_are_shown_by_year(fjordtel, sign_in):
    account = make.make_account(fjordtel, opened_on=date(2025, 6, 1))
    make.make_subscription(account, make.make_plan(fjordtel), starts_on=date(2025, 6, 1))
    person = make.make_person(account)
    bill_months(fjordtel, *(date(2025 + n // 12, n % 12 + 1, 1) for n in range(6, 22)))
    client = sign_in(person)

    newest = text_of(client.get("/bills/"))
    older = text_of(client.get("/bills/?year=2025"))
    nonsense = text_of(client.get("/bills/?year=²"))

    assert "September 2026" in newest
    assert "June 2025" not in newest
    assert "June 2025" in older
    assert nonsense == newest


@pytest.mark.parametrize("role", ["owner", "billing", "viewer"])
def test_every_role_may_read_bills_usage_and_pdf(fjordtel, kari, sign_in, role):
    store_pdf(kari.invoices[2])
    person = make.make_person(kari.account, f"{role}@example.com", role=role)
    client = sign_in(person)

    for path in ("/", "/bills/", f"/bills/{kari.invoices[2].pk}/", "/usage/", "/usage/export/"):
        assert client.get(path).status_code == 200
    assert client.get(f"/bills/{kari.invoices[2].pk}/pdf/").status_code == 200


def test_pages_stay_light(portal, kari):
    mobile = kari.subscriptions[0]
    for day in range(1, 41):
        start = datetime(2026, 10, 1 + day % 28, 12, day, tzinfo=UTC)
        add_usage(mobile, start, called="4915112345678")

    for path in ("/", "/bills/", f"/bills/{kari.invoices[2].pk}/", "/usage/?month=2026-10"):
        assert len(portal.get(path).content) <= 25_000

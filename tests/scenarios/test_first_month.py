"""The first month of a reseller: from files to paid, or kindly reminded."""

from __future__ import annotations

import csv
import json
import subprocess
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from billing.documents.queries import document_of, open_document
from billing.invoicing.models import Invoice
from billing.models import SuspendedUsage, UsageRecord
from core.models import Brand
from tests import make
from tests.mail_server import running_mail_server

FILES = Path(__file__).parent / "first_month"


def command(name: str, *arguments: object) -> int:
    """Run a command as the shell would; its exit code."""
    try:
        call_command(name, *map(str, arguments), stdout=StringIO(), stderr=StringIO())
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def pay(folder: Path, day: date, *invoices: Invoice) -> Path:
    """A bank's file in which these invoices are paid in full."""
    path = folder / f"bank-{day}.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["date", "amount", "currency", "reference", "transaction_id", "payer"])
        for invoice in invoices:
            amount = invoice.total.quantize(Decimal("0.01"))
            row = [day, amount, "NOK", invoice.reference, f"T{invoice.pk}", invoice.account.name]
            writer.writerow(row)
    return path


def pdf_text(invoice: Invoice, folder: Path) -> str:
    """The text layer of the invoice's stored PDF."""
    document = document_of(invoice)
    assert document is not None
    path = folder / f"{invoice.number}.pdf"
    with open_document(document) as file:
        path.write_bytes(file.read())
    result = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True, text=True
    )
    return result.stdout.replace("\xa0", " ")


@pytest.fixture
def month(db, tmp_path):
    """The catalogue, the rates, the accounts and October's bills, from files."""
    assert command("import_catalog", FILES / "catalogue.yaml") == 0
    make.make_message_settings(Brand.objects.get())  # reminders go out whenever this runs
    rates = FILES / "rates.csv"
    assert command("import_rates", "FJORD-VOICE", rates, "--from", "2026-01-01") == 0
    assert command("import_accounts", FILES / "accounts.yaml") == 0
    run = ("run_billing", "--brand", "fjordtel")
    assert command(*run, "--bill-date", "2026-10-01", "--as-of", "2026-10-03") == 0
    october = Invoice.objects.filter(period_end=date(2026, 10, 1))
    assert command("import_payments", pay(tmp_path, date(2026, 10, 12), *october)) == 0
    assert command("import_usage", "FJORD-SWITCH", FILES / "Master.csv") == 0
    assert command(*run, "--bill-date", "2026-11-01", "--as-of", "2026-11-03") == 0
    return {
        invoice.account.name: invoice
        for invoice in Invoice.objects.filter(period_end=date(2026, 11, 1)).select_related(
            "account"
        )
    }


def test_usage_files_become_bills(month):
    kari, bo = month["Kari Nordmann"], month["Bo Berg"]

    assert UsageRecord.objects.count() == 4
    assert not SuspendedUsage.objects.exists()
    assert (kari.total, kari.tax_total) == (Decimal("905.07"), Decimal("181.01"))
    # 61 s in whole minutes: 0.99 + 2 × 2.90; the call after midnight in Oslo is November's.
    assert [str(line.amount) for line in bo.lines.filter(kind="usage")] == ["6.790"]
    assert bo.total == Decimal("305.79")


def test_bills_become_documents_that_say_the_same(month, tmp_path):
    assert command("render_documents", "--brand", "fjordtel", "--bill-date", "2026-11-01") == 0

    text = pdf_text(month["Kari Nordmann"], tmp_path)

    for words in ("905,07", "181,01", "724,06", "16. november 2026", "Mobil 20 GB", "649,00"):
        assert words in text
    assert month["Kari Nordmann"].number in text


def test_who_paid_is_left_alone_and_who_owes_is_reminded_once(month, tmp_path, settings):
    kari, bo = month["Kari Nordmann"], month["Bo Berg"]
    assert command("import_payments", pay(tmp_path, date(2026, 11, 12), kari)) == 0
    with running_mail_server(settings) as server:
        too_early = command("run_collections", "--as-of", "2026-11-18")
        before = len(server.mails)
        on_the_day = command("run_collections", "--as-of", "2026-11-19")
        again = command("run_collections", "--as-of", "2026-11-20")
        mails = server.mails

    assert (too_early, on_the_day, again) == (0, 0, 0)
    assert before == 0
    assert [mail["To"] for mail in mails] == ["bo@example.com"]
    body = mails[0].get_body(("plain",)).get_content()
    assert bo.reference in body.replace(" ", "").replace("\xa0", "")
    assert "305.79" in body


def test_the_customer_sees_her_bill_in_the_portal(month, client: Client):
    kari = month["Kari Nordmann"]
    person = kari.account.memberships.get().person
    client.force_login(person.user)

    home = client.get("/", headers={"host": "fjordtel.localhost"}, follow=True)

    assert home.status_code == 200
    assert "905,07" in home.content.decode().replace("&nbsp;", " ").replace("\xa0", " ")


def test_the_books_are_in_order_and_the_export_repeats_the_bills(month, tmp_path):
    path = tmp_path / "invoices.json"

    assert command("export_invoices", "--json", "--output", path) == 0
    assert command("audit") == 0

    exported = {item["number"]: item for item in json.loads(path.read_text())}
    assert len(exported) == 4
    bo = exported[month["Bo Berg"].number]
    assert bo["total"] == "305.79"
    usage = [line["usage"] for line in bo["lines"] if line["kind"] == "usage"]
    assert usage == [
        [
            {
                "plan": "MOBIL10",
                "price_version": "2026-01-01",
                "records": 1,
                "quantity": 61,
                "billed": 120,
                "amount": "6.790000",
            }
        ]
    ]

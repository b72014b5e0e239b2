"""PDFs are made once, whole or not at all, and none stops the others."""

from __future__ import annotations

import hashlib
import zipfile
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from pypdf import PdfReader

from billing.documents import page as page_module
from billing.documents.audit import documents_are_whole
from billing.documents.models import InvoiceDocument
from billing.documents.queries import (
    DocumentDamaged,
    document_file_name,
    document_of,
    document_path,
    documents_folder,
    invoices_without_document,
    open_document,
)
from billing.documents.renderer.limits import Limits
from billing.documents.renderer.pool import Page, RendererPool
from billing.documents.renderer.process import RendererProcess, RenderFailed
from billing.documents.services import render_invoice as service
from billing.documents.services.render_invoice import render_invoice, render_invoices
from billing.documents.services.store_document import remove_unfinished_files, write_whole
from billing.documents.services.zip_run import zip_file_name, zip_run
from billing.invoicing.models import BillRun, Invoice
from core.errors import DomainError
from core.models import Brand
from tests import make
from tests.billing.documents import issued

NOW = datetime(2026, 11, 3, 10, tzinfo=UTC)
# A page for every letter.
BOMB = Page(
    f"<html lang=en><title>x</title><p>{'a b c d e f g ' * 9000}",
    "@page { size: 1px 1px; margin: 0 }",
)


@pytest.fixture
def shared_renderers(monkeypatch, renderers: RendererPool) -> RendererPool:
    """Let the services use the tests' renderers, so that none starts for each test."""

    class Shared:
        workers = 1

        def __init__(self, *_arguments: Any) -> None:
            self.submit = renderers.submit

        def __enter__(self) -> Shared:
            return self

        def __exit__(self, *_arguments: Any) -> None:
            return None

    monkeypatch.setattr(service, "RendererPool", Shared)
    return renderers


def bill(brand: Brand, number: str, **fields: Any) -> Invoice:
    account = make.make_account(brand, number, f"Customer {number}", language="en")
    return issued.issue(
        account, [issued.line(make.make_subscription(account), "99.00", "Mobile")], **fields
    )


@pytest.mark.django_db
def test_a_document_is_stored_by_its_hash(fjordtel: Brand, shared_renderers) -> None:
    invoice = bill(fjordtel, "100001")

    document = render_invoice(invoice, now=NOW)

    content = document_path(document.sha256).read_bytes()
    assert document_path(document.sha256).parent.name == document.sha256[:2]
    assert hashlib.sha256(content).hexdigest() == document.sha256
    assert (document.size, document.pages) == (len(content), 2)
    assert (document.kind, document.language, document.created_at) == ("pdf", "en", NOW)
    assert document_of(invoice) == document
    assert document_file_name(invoice) == "FT-100001.pdf"


@pytest.mark.django_db
def test_rendering_twice_makes_one_document(fjordtel: Brand, shared_renderers) -> None:
    invoice = bill(fjordtel, "100001")

    first = render_invoices([invoice.pk], now=NOW)
    second = render_invoices([invoice.pk], now=NOW + timedelta(days=1))

    assert first.documents == second.documents
    assert InvoiceDocument.objects.get().created_at == NOW
    assert len(list(documents_folder().glob("*/*"))) == 1


@pytest.mark.django_db
def test_a_document_row_never_changes(fjordtel: Brand, shared_renderers) -> None:
    document = render_invoice(bill(fjordtel, "100001"), now=NOW)

    for change in (
        lambda: InvoiceDocument.objects.filter(pk=document.pk).update(sha256="0" * 64),
        lambda: InvoiceDocument.objects.filter(pk=document.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.django_db
@pytest.mark.parametrize("damage", ["truncated", "changed", "missing"])
def test_a_damaged_file_is_never_served_and_audit_finds_it(
    fjordtel: Brand, shared_renderers, damage: str
) -> None:
    document = render_invoice(bill(fjordtel, "100001"), now=NOW)
    assert open_document(document).read().startswith(b"%PDF-1.7")
    assert list(documents_are_whole()) == []

    path = document_path(document.sha256)
    content = path.read_bytes()
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(content[:-1] + (b"" if damage == "truncated" else b"x"))

    with pytest.raises(DocumentDamaged, match="restore"):
        open_document(document)
    assert len(list(documents_are_whole())) == 1


@pytest.mark.django_db
def test_a_bomb_is_stopped_and_the_others_are_made(fjordtel: Brand, monkeypatch) -> None:
    invoices = [bill(fjordtel, f"10000{place}") for place in range(4)]
    page_of = page_module.invoice_page

    def page(content: Any) -> Page:
        return BOMB if content.number == invoices[1].number else page_of(content)

    monkeypatch.setattr(service, "invoice_page", page)
    monkeypatch.setattr(Limits, "for_length", lambda self, _characters: self)
    seen: list[tuple[int, int]] = []

    report = render_invoices(
        [invoice.pk for invoice in invoices],
        workers=2,
        now=NOW,
        limits=Limits(cpu_seconds=3, wall_seconds=60),
        progress=lambda done, total: seen.append((done, total)),
    )

    assert len(report.documents) == 3
    assert [problem.number for problem in report.problems] == [invoices[1].number]
    assert "processor time" in report.problems[0].reason
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]
    invoices[1].refresh_from_db()
    assert invoices[1].state == "issued"
    assert list(invoices_without_document()) == [invoices[1]]


def test_a_renderer_that_hangs_is_killed_and_replaced(monkeypatch) -> None:
    monkeypatch.setattr(Limits, "for_length", lambda self, _characters: self)
    with RendererPool(1, Limits(cpu_seconds=100, wall_seconds=2)) as pool:
        with pytest.raises(RenderFailed, match="too long"):
            pool.submit(BOMB).result()

        assert pool.submit(Page("<html lang=en><title>x</title><p>y", "")).result().pages == 1


def test_a_renderer_may_not_take_all_memory_nor_write_large_files() -> None:
    process = RendererProcess(Limits(memory_bytes=512 * 1024**2, file_bytes=1024))

    limits = Path(f"/proc/{process._child.pid}/limits").read_text()
    process.stop()

    soft = {line[:26].strip(): line[26:47].strip() for line in limits.splitlines()}
    assert soft["Max address space"] == str(512 * 1024**2)
    assert soft["Max file size"] == "1024"
    assert soft["Max core file size"] == "0"


@pytest.mark.django_db
def test_an_invoice_that_cannot_be_composed_is_reported(
    fjordtel: Brand, shared_renderers, monkeypatch
) -> None:
    invoice = bill(fjordtel, "100001")

    def broken(_invoice: Invoice) -> None:
        raise ValueError("something odd")

    monkeypatch.setattr(service, "invoice_content", broken)

    report = render_invoices([invoice.pk], now=NOW)
    assert [str(problem) for problem in report.problems] == [f"{invoice.number}: something odd"]
    with pytest.raises(DomainError, match="something odd"):
        render_invoice(invoice, now=NOW)


@pytest.mark.django_db
def test_a_write_that_breaks_off_leaves_no_file(tmp_path, monkeypatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("os.fsync", full)

    with pytest.raises(OSError, match="No space"):
        write_whole(tmp_path / "ab" / "x.pdf", b"content")
    assert list((tmp_path / "ab").iterdir()) == []


@pytest.mark.django_db
def test_what_crashes_left_half_written_is_removed_after_an_hour() -> None:
    folder = documents_folder() / "ab"
    folder.mkdir(parents=True)
    left = folder / "abc.pdf.0123.part"
    left.write_bytes(b"half")
    written = datetime.fromtimestamp(left.stat().st_mtime, UTC)

    assert remove_unfinished_files(now=written + timedelta(minutes=59)) == 0
    assert remove_unfinished_files(now=written + timedelta(minutes=61)) == 1
    assert not left.exists()


@pytest.mark.django_db
def test_the_command_makes_what_is_missing(fjordtel: Brand, shared_renderers) -> None:
    invoices = [bill(fjordtel, f"10000{place}") for place in range(3)]

    assert "3 PDFs would be made" in command("--dry-run")
    assert InvoiceDocument.objects.count() == 0
    assert "1 PDFs, 2 pages" in command("--limit", "1")
    one = command("--invoice", invoices[2].number, "--print-paths")
    assert f"{invoices[2].number}\t{documents_folder()}" in one
    assert "1 PDFs" in command("--brand", "fjordtel", "--bill-date", "2026-11-01")
    assert "0 PDFs" in command()
    assert InvoiceDocument.objects.count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    "arguments", [("--brand", "nobody"), ("--invoice", "FT-1"), ("--invoice", "")]
)
def test_the_command_says_what_it_does_not_know(fjordtel: Brand, arguments: Any) -> None:
    with pytest.raises(SystemExit) as stopped:
        command(*arguments)
    assert stopped.value.code == 2


@pytest.mark.django_db
def test_the_command_ends_with_1_when_a_pdf_could_not_be_made(
    fjordtel: Brand, shared_renderers, monkeypatch
) -> None:
    invoice = bill(fjordtel, "100001")
    monkeypatch.setattr(service, "invoice_content", lambda _invoice: 1 / 0)
    errors = StringIO()

    with pytest.raises(SystemExit) as stopped:
        call_command("render_documents", stdout=StringIO(), stderr=errors)

    assert stopped.value.code == 1
    assert str(invoice.number) in errors.getvalue()


@pytest.mark.django_db
def test_all_pdfs_of_a_run_come_as_one_zip(fjordtel: Brand, shared_renderers) -> None:
    run = BillRun.objects.create(
        brand=fjordtel, bill_date=issued.NOVEMBER, as_of=date(2026, 11, 3), created_at=NOW
    )
    invoices = [bill(fjordtel, f"10000{place}", run=run) for place in range(2)]
    bill(fjordtel, "100009")

    with pytest.raises(DomainError, match="2 invoices"):
        zip_run(run)
    render_invoices([invoice.pk for invoice in invoices], now=NOW)
    pieces = list(zip_run(run))

    assert len(pieces) == 3
    with zipfile.ZipFile(BytesIO(b"".join(pieces))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [f"{invoice.number}.pdf" for invoice in invoices]
        first = PdfReader(BytesIO(archive.read(archive.namelist()[0])))
    assert first.metadata is not None
    assert first.metadata.title == f"Invoice {invoices[0].number} – Fjordtel"
    assert zip_file_name(run) == "fjordtel-2026-11-01.zip"


@pytest.mark.django_db
def test_a_run_without_invoices_has_no_zip(fjordtel: Brand) -> None:
    run = BillRun.objects.create(
        brand=fjordtel, bill_date=issued.NOVEMBER, as_of=date(2026, 11, 3), created_at=NOW
    )

    with pytest.raises(DomainError, match="no issued invoices"):
        zip_run(run)


def command(*arguments: str | None) -> str:
    output = StringIO()
    call_command("render_documents", *arguments, stdout=output, stderr=StringIO())
    return output.getvalue()

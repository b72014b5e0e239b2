"""The contract summary as PDF: what was frozen, printed in each language, made once."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from accounts.models import ContractSummary, OrderItem
from accounts.services.create_order import WantedItem, create_order
from accounts.services.submit_order import submit_order
from billing.documents.composition.summary_content import summary_content
from billing.documents.page import summary_page
from billing.documents.queries import (
    open_document,
    summaries_without_document,
    summary_document_of,
    summary_file_name,
)
from billing.documents.services.render_summary import render_summary
from billing.documents.services.store_document import store_summary
from billing.models import SummaryDocument
from core.errors import DomainError
from core.models import Job
from tests import make

NOW = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)  # already the 21st in Oslo


def ordered(brand, language: str = "en", name: str = "Kari Nordmann") -> ContractSummary:
    """Kari orders a second line for the cottage."""
    plan = make.make_plan(brand, "MOBIL10", "299.00")
    kari = make.make_account(brand, name=name, street="Storgata 1", postcode="0155", city="Oslo")
    order = create_order(
        kari,
        number="O/1",
        items=[
            WantedItem(
                OrderItem.Kind.NEW_SUBSCRIPTION,
                None,
                plan,
                "MOB-2",
                {"label": "The cottage", "number": "4790000155"},
            )
        ],
        wanted_on=date(2026, 12, 1),
        now=NOW,
        language=language,
    )
    return submit_order(order, now=NOW)


def read(renderers, summary: ContractSummary) -> PdfReader:
    page = summary_page(summary_content(summary))
    return PdfReader(BytesIO(renderers.submit(page).result().pdf))


def text_of(pdf: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Contract summary", "New service", "Holds from 1 Dec 2026", "Made on 21 Nov 2026"]),
        ("nb", ["Avtalesammendrag", "Ny tjeneste", "Gjelder fra 1. des. 2026", "Kalles"]),
        ("de", ["Vertragszusammenfassung", "Neuer Dienst", "Gilt ab 1. Dez. 2026"]),
    ],
)
def test_it_says_what_was_frozen_in_the_order_s_language(renderers, fjordtel, language, words):
    summary = ordered(fjordtel, language)

    pdf = read(renderers, summary)
    text = text_of(pdf)

    for word in [*words, "Kari Nordmann", "Storgata 1", "The cottage", "299", summary.sha256]:
        assert word in text, word
    root: Any = pdf.trailer["/Root"]
    assert root["/Lang"] == language
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 – its own kind of bool
    assert pdf.metadata is not None
    assert "O/1" in (pdf.metadata.title or "")


def test_what_changes_afterwards_is_not_in_it(renderers, fjordtel):
    summary = ordered(fjordtel)
    account = summary.order.account
    account.name, account.street = "Kari Hansen", "Havnegata 9"
    account.save()
    fjordtel.legal_entity.street = "Elsewhere 1"
    fjordtel.legal_entity.save()

    text = text_of(read(renderers, ContractSummary.objects.get(pk=summary.pk)))

    assert "Storgata 1" in text
    assert "Kari Hansen" not in text
    assert "Havnegata 9" not in text
    assert "Elsewhere 1" not in text


def test_the_same_summary_gives_the_same_bytes(renderers, fjordtel):
    page = summary_page(summary_content(ordered(fjordtel)))

    first, second = (renderers.submit(page).result().pdf for _ in range(2))

    assert first == second


def test_hostile_names_are_printed_as_they_are(renderers, fjordtel):
    name = "<img src='file:///etc/passwd'> & Søn"

    text = text_of(read(renderers, ordered(fjordtel, name=name)))

    assert name in text


def test_a_summary_made_before_addresses_were_kept_is_printed_too(renderers, fjordtel):
    order = ordered(fjordtel).order
    bare = ContractSummary.objects.create(
        order=order,
        language="en",
        text="Mobile",
        sha256="0" * 64,
        made_at=NOW,
        data={"order": "O/1", "customer": "Kari", "items": [{"details": {"number": "47"}}]},
    )

    assert "number 47" in text_of(read(renderers, bare))


def test_submitting_asks_for_the_pdf_once_and_it_is_never_made_again(fjordtel):
    summary = ordered(fjordtel)
    waiting = Job.objects.filter(kind="print_summary", payload={"summary": summary.pk})
    asked = waiting.count()

    made = render_summary(summary, now=NOW)
    again = render_summary(summary, now=NOW)
    content = open_document(made).read()

    assert (asked, made.pk) == (1, again.pk)
    assert hashlib.sha256(content).hexdigest() == made.sha256
    assert (made.size, made.pages) == (len(content), 1)
    assert summary_document_of(summary) == made
    assert not summaries_without_document().exists()
    assert summary_file_name(summary) == f"O-1-{summary.pk}.pdf"


def test_a_damaged_file_is_never_shown(fjordtel):
    summary = ordered(fjordtel)
    store_summary(summary, b"%PDF-1.7 whole", pages=1, now=NOW)

    document = SummaryDocument.objects.get()
    document.size += 1

    with pytest.raises(DomainError, match="not what was stored"):
        open_document(document)

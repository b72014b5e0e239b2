"""Orders and their contracts in the portal: shown with their state, downloaded as PDF."""

from __future__ import annotations

from datetime import UTC, date, datetime

from accounts.models import ContractSummary
from accounts.services.accept_order import accept_order
from accounts.services.create_order import WantedItem, create_order
from accounts.services.submit_order import submit_order
from billing.documents.queries import document_path
from billing.documents.services.store_document import store_summary
from tests.portal.reading import text_of

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
PDF = b"%PDF-1.7 not really"


def submitted(kari, number: str = "O-7") -> ContractSummary:
    """Kari wants a second line of the plan that she has."""
    plan = kari.subscriptions[0].plan_history.last().plan
    order = create_order(
        kari.subscriptions[0].account,
        number=number,
        items=[WantedItem("new_subscription", None, plan, f"MOB-{number}")],
        wanted_on=date(2026, 12, 1),
        now=NOW,
        language="en",
    )
    return submit_order(order, now=NOW)


def test_an_order_is_shown_with_its_contract_once_that_is_printed(portal, kari):
    summary = submitted(kari)

    before = text_of(portal.get("/orders/"))
    missing = portal.get(f"/orders/{summary.pk}/contract/")
    store_summary(summary, PDF, pages=1, now=NOW)
    after = text_of(portal.get("/orders/"))
    response = portal.get(f"/orders/{summary.pk}/contract/")

    assert "Order O-7 waits for your answer · From 1 Dec 2026" in before
    assert "is being made" in before
    assert missing.status_code == 404
    assert "Contract summary of 1 Nov 2026 as PDF" in after
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"] == f'attachment; filename="O-7-{summary.pk}.pdf"'


def test_an_accepted_order_says_by_whom_and_how_long_one_may_withdraw(portal, kari):
    summary = submitted(kari)
    accept_order(
        summary.order, accepted_by="Kari Nordmann", method="portal", now=NOW, sha256=summary.sha256
    )

    page = text_of(portal.get("/orders/"))

    assert "Accepted on 1 Nov 2026 by Kari Nordmann. You may withdraw until 15 Nov 2026." in page


def test_drafts_are_not_shown(portal, kari):
    page = text_of(portal.get("/orders/"))

    assert "There are no orders" in page


def test_a_damaged_contract_is_not_shown(portal, kari):
    document = store_summary(submitted(kari), PDF, pages=1, now=NOW)
    document_path(document.sha256).write_bytes(b"changed")

    response = portal.get(f"/orders/{document.summary_id}/contract/")

    assert response.status_code == 503
    assert "cannot be shown just now" in text_of(response)

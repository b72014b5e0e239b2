"""What the API shows of a brand's customers, invoices and payments."""

from __future__ import annotations

from datetime import date

from core.services.enqueue_job import enqueue_job
from tests import make
from tests.api.conftest import NOW
from tests.portal.cast import bill_months


def test_a_customer_with_its_services_and_bills_is_read_in_one_brand_only(
    fjordtel, northwind, client_of
):
    kari = make.make_account(fjordtel, opened_on=date(2026, 10, 1))
    plan = make.make_plan(fjordtel, "MOBIL10", "299.00")
    make.make_subscription(kari, plan, "MOB-1", starts_on=date(2026, 10, 1), number="4790000123")
    bill_months(fjordtel, date(2026, 11, 1))
    client, stranger = client_of(fjordtel), client_of(northwind)

    account = client.get(f"/api/v1/accounts/?number={kari.number}").json()[0]
    subscription = client.get(f"/api/v1/subscriptions/?account={kari.number}").json()[0]
    invoice = client.get(f"/api/v1/invoices/?account={kari.number}").json()[0]
    whole = client.get(f"/api/v1/invoices/{invoice['id']}/").json()

    assert account["name"] == kari.name
    assert subscription["plans"] == [
        {"plan": "MOBIL10", "during": {"from": "2026-10-01", "until": None}}
    ]
    assert subscription["numbers"][0]["number"] == "4790000123"
    assert invoice["open_amount"] == invoice["total"]
    assert sum(float(line["amount"]) * 1000 for line in whole["lines"]) == (
        float(invoice["total"]) * 1000
    )
    for path in ("accounts", "subscriptions", "invoices", "locations", "payments", "jobs"):
        assert stranger.get(f"/api/v1/{path}/").json() == []
    assert stranger.get(f"/api/v1/invoices/{invoice['id']}/").status_code == 404


def test_a_job_shows_its_progress_and_not_its_trace(fjordtel, client_of):
    job = enqueue_job("render", payload={"secret": 1}, now=NOW, brand=fjordtel)

    shown = client_of(fjordtel).get(f"/api/v1/jobs/{job.pk}/").json()

    assert shown["state"] == "queued"
    assert shown["percent"] == 0
    assert "payload" not in shown
    assert "error" not in shown

"""Kari looks what she owes, opens the bill, takes the PDF along and looks at her usage."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from billing.documents.services.render_invoice import render_invoice
from billing.invoicing.services.settle_open_item import settle
from billing.models import Invoice, OpenItem
from tests import make
from tests.portal.cast import NOW, add_usage, bill_months, kari_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def kari_with_one_open_bill() -> Invoice:
    brand = make.make_brand()
    kari = kari_of(brand)
    *paid, latest = bill_months(brand, date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1))
    for invoice in paid:
        settle(OpenItem.objects.get(invoice=invoice).pk, Decimal(invoice.total))
    add_usage(kari.subscriptions[0], datetime(2026, 11, 1, 18, 30, tzinfo=UTC))
    render_invoice(latest, now=NOW)
    return latest


def test_kari_sees_what_she_owes_and_gets_her_bill(page: Page, site, complaints):
    invoice = kari_with_one_open_bill()
    page.goto(site("fjordtel.localhost"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Logg inn hos Fjordtel")

    page.get_by_role("button", name="English").click()
    page.get_by_label("E-mail address").fill("kari@example.com")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()

    owed = page.get_by_role("region", name="To pay")
    expect(owed).to_contain_text(re.compile(r"NOK\s905\.07"))
    expect(owed).to_contain_text(re.compile(r"Due on 16\sNov\s2026 \(in 14 days\)"))
    expect(page.get_by_role("region", name="Used so far")).to_contain_text("0:01:15")

    page.get_by_role("link", name="See the bill and how to pay").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bill for October")
    expect(page.get_by_role("region", name="How to pay")).to_contain_text(invoice.reference)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download the PDF").click()
    download = waiting.value
    assert download.suggested_filename == "FT-100003.pdf"
    assert download.path().read_bytes().startswith(b"%PDF-")

    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Usage").click()
    expect(page.get_by_role("table", name="Every call")).to_contain_text("+47 22 33 44 55")

    page.get_by_role("link", name="Profile").click()
    page.get_by_role("button", name="Sign out").click()
    page.goto(site("fjordtel.localhost") + f"/bills/{invoice.pk}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in to Fjordtel")
    assert complaints == []


def test_everything_works_without_javascript(browser, site):
    kari_with_one_open_bill()
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(site("fjordtel.localhost"))
    page.fill("[name=login]", "kari@example.com")
    page.fill("[name=password]", "correct horse battery")
    page.click("main button")

    page.click("text=Se fakturaen og hvordan du betaler")
    page.click("button[value=en]")

    assert "Bill for October" in page.inner_text("h1")
    page.click("nav >> text=Usage")
    page.select_option("#month", "2026-11")
    page.click("text=Show")
    assert "0:01:15" in page.inner_text("main")
    context.close()

"""A member of staff signs in, has to set up a second factor, and looks at the bill run."""

from __future__ import annotations

from datetime import date

import pytest
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.models import Permission
from django.urls import reverse
from playwright.sync_api import Page, expect

from billing.models import BillRun
from tests import make
from tests.portal.cast import bill_months, kari_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def code_of(secret: str) -> str:
    counters = list(yield_hotp_counters_from_time())
    return str(format_hotp_value(hotp_value(secret, counters[len(counters) // 2])))


def office(name: str, *arguments: object) -> str:
    return reverse(f"admin:{name}", "config.urls_staff", args=arguments)


def test_staff_enrol_a_second_factor_and_open_the_bill_run(page: Page, site):
    brand = make.make_brand()
    kari_of(brand)
    bill_months(brand, date(2026, 11, 1))
    staff = make.make_staff("staff@fjordtel.example", brand)
    staff.user_permissions.set(Permission.objects.all())
    home = site("staff.localhost")

    page.goto(home)
    page.get_by_label("E-mail address").fill("staff@fjordtel.example")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up codes")
    page.goto(home + office("billing_invoice_changelist"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up codes")

    secret = page.locator("code.key").inner_text()
    page.get_by_label("Code from your app").fill(code_of(secret))
    page.get_by_role("button", name="Turn it on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    expect(page.locator("ul.codes li")).to_have_count(10)
    page.get_by_role("link", name="I have kept them").click()
    expect(page).to_have_url(home + office("index"))

    page.goto(home + office("billing_billrun_change", BillRun.objects.get().pk))
    expect(page.locator("body")).to_contain_text("issued")
    page.goto(home + office("billing_invoice_changelist"))
    expect(page.locator("body")).to_contain_text("FT-100001")
    page.goto(home + "/bills/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Page not found")

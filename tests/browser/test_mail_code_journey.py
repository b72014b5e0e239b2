"""Kari signs in with the code from her mail, and ends her session on another device."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from core.jobs import handler_of
from core.models import Job
from tests import make
from tests.mail_server import running_mail_server, text_of
from tests.portal.cast import kari_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def work() -> None:
    """Do what is queued, and what that asks for, as a worker does."""
    done: set[int] = set()
    while job := Job.objects.filter(state="queued").exclude(pk__in=done).first():
        handler_of(job.kind)(job, lambda done, total, text="": None)
        done.add(job.pk)


def test_kari_signs_in_with_a_code_from_her_mail(page: Page, site, complaints, settings):
    kari_of(make.make_brand())
    home = site("fjordtel.localhost")
    page.goto(home)
    page.get_by_role("button", name="English").click()
    page.get_by_role("link", name="Send me a code by e-mail instead").click()
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_role("alert")).to_contain_text("E-mail address: Fill this in.")
    page.get_by_label("E-mail address").fill("kari")
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_role("alert")).to_contain_text("like name@example.com")

    page.get_by_label("E-mail address").fill("kari@example.com")
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_role("main")).to_contain_text("If we know kari@example.com")
    with running_mail_server(settings) as server:
        work()
    code = re.search(r"\d{3} \d{3}", text_of(server.mails[0]))
    assert code is not None
    wrong = "000000" if code[0] != "000 000" else "000001"
    page.get_by_label("Code from our mail").fill(wrong)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("The code is not right or has expired")
    page.get_by_label("Code from our mail").fill(code[0])
    page.get_by_role("main").get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("region", name="Used so far")).to_be_visible()
    assert complaints == []


def test_kari_ends_her_session_on_another_device(page: Page, browser: Browser, site):
    kari_of(make.make_brand())
    home = site("fjordtel.localhost")
    other = browser.new_context().new_page()
    for device in (other, page):
        device.goto(home)
        device.get_by_role("button", name="English").click()
        device.get_by_label("E-mail address").fill("kari@example.com")
        device.get_by_label("Password").fill("correct horse battery")
        device.get_by_role("main").get_by_role("button", name="Sign in").click()
        expect(device.get_by_role("region", name="Used so far")).to_be_visible()

    page.goto(f"{home}/login/sessions/")
    expect(page.get_by_role("listitem").filter(has_text="this device")).to_have_count(1)
    page.get_by_role("button", name="Sign out there").click()
    expect(page.get_by_role("button", name="Sign out there")).to_have_count(0)

    other.goto(f"{home}/usage/")
    expect(other.get_by_role("heading", level=1)).to_have_text("Sign in to Fjordtel")
    other.context.close()

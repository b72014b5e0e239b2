"""Pages pass axe and fit a phone: both brands, two languages each, light and dark."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from billing.models import Invoice
from tests import make
from tests.portal.cast import add_usage, bill_months, kari_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# A page differs in dark by its colours alone.
SCHEMES: dict[Literal["light", "dark"], dict[str, Any]] = {
    "light": {},
    "dark": {"runOnly": ["color-contrast", "link-in-text-block"]},
}
TOO_SMALL = """
    [...document.querySelectorAll("button, select, input:not([type=hidden]), nav a, .button")]
        .map(element => [
            (element.closest(".choice") || element).getBoundingClientRect(), element.outerHTML,
        ])
        .filter(([box]) => box.width && box.height && (box.height < 43.5 || box.width < 43.5))
        .map(([, html]) => html)
"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def problems_of(page: Page) -> list[str]:
    """What axe finds, what is too small to hit, what does not fit; colours in light and dark."""
    found: list[str] = []
    for scheme, options in SCHEMES.items():
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [
            f"{scheme} {violation['id']}: {node['html']}"
            for violation in Axe().run(page, options=options).response["violations"]
            for node in violation["nodes"]
        ]
    found += [f"too small: {html}" for html in page.evaluate(TOO_SMALL)]
    if page.evaluate(TOO_WIDE) > 0:
        found.append("scrolls sideways")
    return found


def consumer() -> tuple[str, str, Invoice]:
    brand = make.make_brand(primary_colour="#0b5563", accent_colour="#b45309")
    kari = kari_of(brand)
    invoices = bill_months(brand, date(2026, 9, 1), date(2026, 11, 1))
    for hour in range(12):
        add_usage(kari.subscriptions[0], datetime(2026, 11, 1, hour, tzinfo=UTC))
    return "fjordtel.localhost", "kari@example.com", invoices[-1]


def business() -> tuple[str, str, Invoice]:
    brand = make.make_northwind(primary_colour="#f2c200", accent_colour="#ffd84d")
    acme = make.make_account(brand, "200001", "Acme AS", opened_on=date(2026, 10, 1))
    make.make_person(acme, "acme@example.com")
    plan = make.make_plan(brand, "VOIP", "12.50", name={"en": "VoIP seat", "de": "VoIP-Platz"})
    for number in range(2):
        child = make.make_account(
            brand, f"20001{number}", "Donaudampfschifffahrtsgesellschaft Zweigniederlassung Nord",
            parent=acme, bills_to_parent=True, opened_on=date(2026, 10, 1),
        )  # fmt: skip
        make.make_subscription(
            child, plan, "V-1", starts_on=date(2026, 10, 1), number=f"494012345{number}",
            location=make.make_location(child),
        )  # fmt: skip
    lonely = make.make_account(brand, "200900", "Acme Labor", opened_on=date(2026, 11, 1))
    make.make_person(lonely, "acme@example.com")
    (invoice,) = bill_months(brand, date(2026, 11, 1))
    return "northwind.localhost", "acme@example.com", invoice


@pytest.mark.parametrize(
    ("build", "languages"), [(consumer, ("nb", "en")), (business, ("en", "de"))]
)
def test_pages_are_accessible(browser: Browser, site, build, languages):
    host, email, invoice = build()
    outside = [
        "/login/", "/login/mail-code/", "/login/?passkey=refused", "/login/password/reset/",
        "/login/password/sent/", "/help/", "/nothing/",
    ]  # fmt: skip
    inside = [
        "/", "/bills/", f"/bills/{invoice.pk}/", "/usage/", "/usage/?month=2026-10", "/help/",
        "/profile/", "/profile/messages/", "/notices/", "/nothing/",
        "/login/second-factor/", "/login/second-factor/on/", "/login/passkeys/",
        "/login/passkeys/new/", "/login/sessions/",
        "/login/password/change/", "/login/out/",
    ]  # fmt: skip
    problems: dict[str, list[str]] = {}

    for language in languages:
        context = browser.new_context(viewport={"width": 360, "height": 740})
        page = context.new_page()
        for path in outside:
            page.goto(site(host) + path)
            if page.locator(f"button[value={language}]").count():
                page.click(f"button[value={language}]")
            problems[f"{language} {path}"] = problems_of(page)
        page.goto(site(host) + "/login/")
        page.click("main button")
        problems[f"{language} empty login"] = problems_of(page)
        page.fill("[name=login]", email)
        page.fill("[name=password]", "correct horse battery")
        page.click("main button")
        for path in inside:
            page.goto(site(host) + path)
            assert page.get_attribute("html", "lang") == language
            problems[f"{language} signed in {path}"] = problems_of(page)
        context.close()

    assert {place: found for place, found in problems.items() if found} == {}


def test_the_check_itself_finds_what_is_wrong(page: Page):
    page.set_content(
        "<html><body><img src=x><button>x</button><p style='width:900px'>.</body></html>"
    )

    found = " ".join(problems_of(page))

    assert "image-alt" in found
    assert "too small" in found
    assert "scrolls sideways" in found

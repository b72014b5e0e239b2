"""A passkey from the making to the removal, on a virtual device, for a customer and for staff."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from playwright.sync_api import CDPSession, Page, expect

from tests import make
from tests.portal.cast import kari_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def device_of(page: Page) -> tuple[CDPSession, str]:
    """A device that holds passkeys and asks whoever holds it, plugged into the browser."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    made: dict[str, Any] = line.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return line, made["authenticatorId"]


def sign_in(page: Page, email: str) -> None:
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def title(page: Page):
    return expect(page.get_by_role("heading", level=1))


def test_kari_makes_a_passkey_signs_in_with_it_and_removes_it(page: Page, site, complaints):
    kari_of(make.make_brand())
    home = site("fjordtel.localhost")
    line, device = device_of(page)
    page.goto(home)
    page.get_by_role("button", name="English").click()
    sign_in(page, "kari@example.com")

    page.get_by_role("link", name="Profile").click()
    page.get_by_role("link", name="Passkeys").click()
    page.get_by_role("link", name="Make a passkey").click()
    page.get_by_label("Name of this passkey").fill("My phone")
    page.get_by_role("button", name="Make the passkey").click()
    title(page).to_have_text("Recovery codes")
    held = line.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]
    assert [one["rpId"] for one in held] == ["fjordtel.localhost"]

    page.goto(f"{home}/login/out/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.goto(f"{home}/login/?next=/usage/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(f"{home}/usage/")

    page.goto(f"{home}/login/passkeys/")
    expect(page.get_by_role("heading", level=2)).to_have_text("My phone")
    page.get_by_role("link", name="Rename My phone").click()
    page.get_by_label("Name of this passkey").fill("Old phone")
    page.get_by_role("button", name="Save the name").click()
    page.get_by_role("link", name="Remove Old phone").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("main")).to_contain_text("You have none yet.")

    page.goto(f"{home}/login/out/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.goto(f"{home}/login/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("This passkey does not sign you in here.")
    assert complaints == []


def test_the_password_asks_for_the_passkey_too_and_a_cancelled_one_says_so(page: Page, site):
    kari = kari_of(make.make_brand())
    home = site("fjordtel.localhost")
    line, device = device_of(page)
    page.goto(home)
    page.get_by_role("button", name="English").click()
    sign_in(page, "kari@example.com")
    page.goto(f"{home}/login/passkeys/new/")
    page.get_by_role("button", name="Make the passkey").click()
    title(page).to_have_text("Recovery codes")
    page.goto(f"{home}/login/out/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()

    page.goto(f"{home}/login/")
    sign_in(page, "kari@example.com")
    title(page).to_have_text("Enter the code")
    line.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    line.send(
        "WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": device, "enabled": True}
    )
    line.send("WebAuthn.clearCredentials", {"authenticatorId": device})
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("That did not work")
    assert Authenticator.objects.filter(user=kari.person.user, type="webauthn").count() == 1


def test_a_passkey_is_the_second_factor_of_staff(page: Page, site):
    staff = make.make_staff("staff@fjordtel.example", make.make_brand())
    home = site("staff.localhost")
    device_of(page)
    page.goto(home)
    sign_in(page, "staff@fjordtel.example")
    title(page).to_have_text("Set up codes")

    page.get_by_role("link", name="Make a passkey instead").click()
    page.get_by_role("button", name="Make the passkey").click()
    page.get_by_role("link", name="I have kept them").click()
    expect(page).to_have_url(home + reverse("admin:index", "config.urls_staff"))
    assert Authenticator.objects.get(user=staff, type="webauthn").wrap().name == "Passkey 1"

    page.context.clear_cookies()
    page.goto(home)
    sign_in(page, "staff@fjordtel.example")
    title(page).to_have_text("Enter the code")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(home + reverse("admin:index", "config.urls_staff"))

    page.context.clear_cookies()
    page.goto(home)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(home + reverse("admin:index", "config.urls_staff"))

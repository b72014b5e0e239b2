"""The sweep: whoever asks for what is not theirs learns nothing, not even that it exists."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests import make
from tests.admin.house import make_house
from tests.authz.cast import Customer, make_customers
from tests.authz.routes import (
    API,
    NAMED,
    OBJECTS,
    OPEN,
    OPEN_ON_BRANDS,
    OWN,
    OWN_LINES,
    OWN_LOGIN,
    OWN_LOGIN_OBJECTS,
    address_of,
    routes_of,
)
from tests.portal.reading import text_of

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
STAFF_HOST = "staff.localhost"
NOBODYS_ID = 999_999_999


@pytest.fixture(autouse=True)
def _on_2_november():
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def customers(fjordtel, northwind) -> list[Customer]:
    return make_customers(fjordtel, northwind)


def browser_of(customer: Customer, host: str | None = None) -> Client:
    client = Client(headers={"host": host or customer.host})
    client.cookies["django_language"] = "en"
    assert customer.person.user is not None
    client.force_login(customer.person.user)
    return client


def body_of(response: Any) -> str:
    body: bytes = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode()


def leads_to_login(response: Any) -> bool:
    return bool(response.status_code == 302 and response["Location"].startswith("/login/?next="))


def pages_of(customer: Customer) -> dict[str, str]:
    """The address of every customer page, with the customer's own objects in it."""
    ids = customer.objects()
    pages = {name: reverse(name, "config.urls") for name in OWN}
    for name, argument in OBJECTS.items():
        pages[name] = reverse(name, "config.urls", kwargs={argument: ids[argument]})
    for name, argument in NAMED.items():
        pages[f"{name} of one"] = f"{pages[name]}?{argument}={ids[argument]}&month=2026-10"
    return pages


def test_every_route_of_customers_hosts_is_listed():
    names = {name for name, _ in routes_of("config.urls") if not name.startswith(API)}

    assert (
        names
        == OPEN
        | OWN_LOGIN
        | OWN_LOGIN_OBJECTS.keys()
        | OPEN_ON_BRANDS
        | OWN
        | OWN_LINES
        | OBJECTS.keys()
    )


def test_every_route_of_the_staff_host_is_listed_or_the_back_offices():
    """Those of the back office are swept here by their patterns, and listed in tests/admin."""
    outside = {
        name
        for name, pattern in routes_of("config.urls_staff")
        if not pattern.startswith("admin/") and not name.startswith(API)
    }

    # The nameless one leads from the root to the office.
    assert outside == OPEN | OWN_LOGIN | OWN_LOGIN_OBJECTS.keys() | {""}


def test_nobody_gets_a_customers_page_without_signing_in(customers):
    stranger = Client(headers={"host": customers[0].host})

    for name, address in pages_of(customers[0]).items():
        for response in (stranger.get(address), stranger.post(address)):
            assert leads_to_login(response), name
            assert body_of(response) == ""
    for name in OWN_LOGIN:
        response = stranger.get(reverse(name, "config.urls"))
        assert response.status_code in {302, 404}, name
        assert customers[0].canary not in body_of(response)
    for name, argument in OWN_LOGIN_OBJECTS.items():
        address = reverse(name, "config.urls", kwargs={argument: 1})
        assert leads_to_login(stranger.post(address)), name


def test_staff_get_nothing_on_a_customers_host(customers, fjordtel):
    staff = make.make_staff("staff@fjordtel.example", fjordtel, is_superuser=True)
    client = Client(headers={"host": customers[0].host})
    client.force_login(staff)

    for name, address in pages_of(customers[0]).items():
        assert leads_to_login(client.get(address)), name


def test_a_customer_of_one_brand_is_nobody_at_another(customers):
    ours, theirs = customers[0], customers[2]

    for name, address in pages_of(theirs).items():
        assert leads_to_login(browser_of(ours, theirs.host).get(address)), name


def test_ones_own_pages_open_and_show_nothing_of_anybody_else(customers):
    for customer in customers:
        client = browser_of(customer)
        others = [other.canary for other in customers if other is not customer]
        seen = ""
        for name, address in pages_of(customer).items():
            if name.startswith("account"):
                continue
            response = client.get(address)
            assert response.status_code == 200, name
            page = body_of(response)
            seen += page
            assert not [canary for canary in others if canary.lower() in page.lower()], name
        assert customer.canary in seen


@pytest.mark.parametrize("other", [1, 2, 3], ids=["same brand", "other brand", "other brand b"])
def test_what_is_somebody_elses_looks_like_what_does_not_exist(customers, other):
    client = browser_of(customers[0])
    foreign = customers[other].objects()

    for name, argument in OBJECTS.items():
        answers = []
        for value in (foreign[argument], NOBODYS_ID):
            address = reverse(name, "config.urls", kwargs={argument: value})
            response = client.get(address)
            answers.append((response.status_code, text_of(response), sorted(response.headers)))
        assert answers[0] == answers[1], name
        assert answers[0][0] == 404, name

    for name, argument in NAMED.items():
        answers = []
        for value in (foreign[argument], NOBODYS_ID):
            address = reverse(name, "config.urls")
            response = (
                client.post(address, {argument: value})
                if name == "account"
                else client.get(f"{address}?{argument}={value}")
            )
            answers.append((response.status_code, text_of(response), sorted(response.headers)))
        assert answers[0] == answers[1], name
        assert answers[0][0] == 404, name


def test_the_back_office_gives_nothing_to_strangers_and_customers(customers):
    stranger = Client(headers={"host": STAFF_HOST})
    customer = browser_of(customers[0], STAFF_HOST)

    for name, pattern in routes_of("config.urls_staff"):
        if name in OPEN or name.startswith(API):
            continue
        address = address_of(pattern)
        for client in (stranger, customer):
            for response in (client.get(address), client.post(address)):
                assert response.status_code in {302, 403, 404, 405}, (name, pattern)
                assert "CANARY" not in body_of(response)
                if response.status_code == 302:
                    assert response["Location"].startswith(("/login/", "/admin/")), pattern


def test_staff_without_a_second_factor_get_nothing_but_its_set_up(fjordtel):
    client = Client(headers={"host": STAFF_HOST})
    client.force_login(make.make_staff("staff@fjordtel.example", fjordtel, is_superuser=True))
    free = {
        "account_login",
        "account_logout",
        "account_reauthenticate",
        "mfa_activate_totp",
        "mfa_add_webauthn",
    }

    for name, pattern in routes_of("config.urls_staff"):
        if name in free:
            continue
        response = client.get(address_of(pattern))
        assert response.status_code == 302, (name, pattern)
        assert response["Location"] == reverse("mfa_activate_totp"), (name, pattern)


def test_staff_of_another_brand_see_neither_rows_nor_objects(db):
    """Every model that joins the back office joins this test by itself."""
    own, foreign = make_house("own"), make_house("foreign")
    staff = make.make_staff("staff@own.example", own.brand)
    staff.user_permissions.set(Permission.objects.all())
    Authenticator.objects.create(user=staff, type="totp", data={"secret": "x"})
    client = Client(headers={"host": STAFF_HOST})
    client.force_login(staff)
    names = {name for name, _ in routes_of("config.urls_staff")}
    swept = 0

    for model in admin.site._registry:
        stem = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        if f"{stem}_changelist" in names:
            page = client.get(reverse(f"{stem}_changelist", "config.urls_staff"))
            assert foreign.canary not in body_of(page), stem
        row = foreign.rows.get(model)
        for action in ("change", "delete", "history"):
            if row is None or f"{stem}_{action}" not in names:
                continue
            theirs, nobodys = (
                client.get(reverse(f"{stem}_{action}", "config.urls_staff", args=(key,)))
                for key in (row.pk, NOBODYS_ID)
            )
            assert theirs.status_code == nobodys.status_code, (stem, action)
            assert theirs.status_code in {302, 403, 404}, (stem, action)
            assert foreign.canary not in body_of(theirs), (stem, action)
            swept += 1
    assert swept > 60

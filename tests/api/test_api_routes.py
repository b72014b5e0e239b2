"""Every route of the API stands here with the purpose it takes; an unlisted one fails the sweep."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from core.models.api_keys import SCOPES, Scope
from tests.admin.house import make_house
from tests.authz.routes import API, routes_of

NOBODYS_ID = 999_999_999
ANY = ""
# Route, and the purpose that opens it; "" means any key.
ROUTES = {
    "api-openapi": ANY,
    "api-jobs": Scope.JOBS_READ,
    "api-products": Scope.CATALOG_READ,
    "api-plans": Scope.CATALOG_READ,
    "api-plans-sheet": Scope.CATALOG_READ,
    "api-plan-versions-publication": Scope.CATALOG_PUBLISH,
    "api-accounts": Scope.ACCOUNTS_READ,
    "api-accounts-running-bill": Scope.BILLING_READ,
    "api-locations": Scope.ACCOUNTS_READ,
    "api-subscriptions": Scope.ACCOUNTS_READ,
    "api-subscriptions-plan-change-preview": Scope.BILLING_READ,
    "api-quotes": Scope.CATALOG_READ,
    "api-usage-records-explanation": Scope.BILLING_READ,
    "api-usage-records-quote": Scope.BILLING_READ,
    "api-invoices": Scope.BILLING_READ,
    "api-payments": Scope.PAYMENTS_READ,
    "api-usage": Scope.USAGE_WRITE,
}
# A purpose is not enough: the key is of a source (tests/billing/usage/test_usage_over_api.py).
OF_A_SOURCE = {"api-usage"}
# The model in a house whose row stands behind a route that takes one.
ROWS = {
    "api-jobs": "core.job",
    "api-products": "catalog.product",
    "api-plans": "catalog.plan",
    "api-plans-sheet": "catalog.plan",
    "api-plan-versions-publication": "catalog.planversion",
    "api-accounts": "accounts.account",
    "api-accounts-running-bill": "accounts.account",
    "api-locations": "accounts.location",
    "api-subscriptions": "accounts.subscription",
    "api-subscriptions-plan-change-preview": "accounts.subscription",
    "api-usage-records-explanation": "billing.usagerecord",
    "api-invoices": "billing.invoice",
    "api-payments": "payments.payment",
}
POSTED = {"api-plan-versions-publication", "api-usage"}


def api_routes() -> list[tuple[str, str, bool]]:
    """Full name, its line in `ROUTES`, and whether it takes a row."""
    found = []
    for name, _pattern in routes_of("config.urls_staff"):
        if name.startswith(API):
            line = name.removesuffix("-list").removesuffix("-detail")
            found.append((name, line, line in ROWS and not name.endswith("-list")))
    return sorted(set(found))


def address(name: str, key: int | None) -> str:
    return reverse(name, "config.urls_staff", args=[] if key is None else [key])


def ask(client: Client, name: str, line: str, key: int | None):
    if line in POSTED:
        return client.post(address(name, key), {"reason": "x"}, "application/json")
    return client.get(address(name, key))


def row_of(house, line: str) -> int:
    return next(
        row.pk for model, row in house.rows.items() if model._meta.label_lower == ROWS[line]
    )


@pytest.fixture
def houses(db):
    return make_house("own"), make_house("foreign")


def test_every_route_of_the_api_is_listed():
    assert {line for _, line, _ in api_routes()} == set(ROUTES)


def test_without_a_key_nothing_answers_but_a_refusal(houses):
    stranger = Client(headers={"host": "staff.localhost"})

    for name, line, takes_row in api_routes():
        answer = ask(stranger, name, line, row_of(houses[0], line) if takes_row else None)
        assert answer.status_code == 401, name
        assert b"CANARY" not in answer.content


def test_a_key_opens_what_it_is_for_and_nothing_else(houses, client_of):
    own = houses[0]

    for scope in SCOPES:
        client = client_of(own.brand, [scope], host="staff.localhost")
        for name, line, takes_row in api_routes():
            answer = ask(client, name, line, row_of(own, line) if takes_row else None)
            refused = answer.status_code == 403
            opens = ROUTES[line] in {ANY, scope} and line not in OF_A_SOURCE
            assert refused != opens, (name, scope, answer.status_code)
            assert answer.status_code < 500, name


def test_what_is_anothers_looks_like_what_is_not(houses, client_of):
    own, foreign = houses
    client = client_of(own.brand, host="staff.localhost")

    for name, line, takes_row in api_routes():
        if not takes_row:
            assert foreign.canary.encode() not in ask(client, name, line, None).content, name
            continue
        theirs, nobodys = (
            ask(client, name, line, key) for key in (row_of(foreign, line), NOBODYS_ID)
        )
        assert (theirs.status_code, theirs.content) == (nobodys.status_code, nobodys.content), name
        assert theirs.status_code == 404, name

"""What each member of an account sees of it in the portal: every page, by role and rights."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
import yaml
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, MembershipLine
from accounts.queries import subscriptions_of_user
from tests import make
from tests.authz.cast import make_customers
from tests.authz.routes import NAMED, OBJECTS, OWN
from tests.portal.reading import text_of

ROWS = yaml.safe_load(Path(__file__).with_name("matrix_acts.yaml").read_text())["portal"]
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
NOBODYS_ID = 999_999_999


@pytest.fixture(autouse=True)
def _on_2_november():
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


def member_of(customer, row) -> Client:
    """Somebody new in the account, as the row says; a line owner owns its line."""
    person = make.make_person(customer.account, "new@example.com", name="New", role=row["role"])
    membership = Membership.objects.get(person=person)
    Membership.objects.filter(pk=membership.pk).update(rights=row.get("rights", []))
    if row["role"] == "line_owner":
        MembershipLine.objects.create(membership=membership, subscription=customer.subscription)
    client = Client(headers={"host": customer.host})
    client.cookies["django_language"] = "en"
    client.force_login(person.user)
    return client


def pages_of(ids: dict[str, int]) -> dict[str, str]:
    pages = {name: reverse(name, "config.urls") for name in OWN if name != "account"}
    for name, argument in OBJECTS.items():
        pages[name] = reverse(name, "config.urls", kwargs={argument: ids[argument]})
    for name, argument in NAMED.items():
        if name != "account":
            pages[f"{name} of one"] = f"{pages[name]}?{argument}={ids[argument]}&month=2026-10"
    return pages


def answer_of(client: Client, address: str) -> tuple[int, bytes]:
    response = client.get(address)
    whole: Any = response
    body = b"".join(whole.streaming_content) if whole.streaming else whole.content
    return response.status_code, body


def read(client: Client, address: str) -> tuple[int, str, list[str]]:
    """The answer as a person and as a program read it."""
    response = client.get(address)
    return response.status_code, text_of(response), sorted(response.headers)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_member_sees_what_the_matrix_says(fjordtel, northwind, row):
    customer, *others = make_customers(fjordtel, northwind)
    client = member_of(customer, row)

    for name, address in pages_of(customer.objects()).items():
        status, body = answer_of(client, address)
        expected = 302 if (row["sees"], name) == ("lines", "home") else 404
        assert status == (200 if row["sees"] == "all" else expected), name
        assert (row["sees"] == "all") or customer.canary.encode() not in body, name
        assert not [one for one in others if one.canary.encode() in body], name


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_who_owns_a_line_sees_its_usage_and_nothing_of_the_money(fjordtel, northwind, row):
    customer, *others = make_customers(fjordtel, northwind)
    other_line = make.make_subscription(
        customer.account, customer.subscription.plan_history.get().plan, "OTHER-LINE",
        starts_on=customer.subscription.starts_on,
    )  # fmt: skip
    client = member_of(customer, row)

    response = client.get(reverse("lines", "config.urls"))

    if row["sees"] != "lines":
        assert response.status_code == 404
        return
    page = text_of(response)
    assert response.status_code == 200
    assert "Calls" in page
    assert other_line.code not in page
    assert customer.account.currency not in page
    assert client.get("/help/").status_code == 200
    for address in ("/bills/", "/usage/", "/profile/"):
        assert f'href="{address}"' not in response.content.decode()
    assert not [one for one in others if one.canary in page]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_member_meets_others_objects_like_none(fjordtel, northwind, row):
    customer, *others = make_customers(fjordtel, northwind)
    client = member_of(customer, row)
    nobodys = dict.fromkeys(customer.objects(), NOBODYS_ID)
    names = [*OBJECTS, *(f"{name} of one" for name in NAMED if name != "account")]
    absent = {name: read(client, pages_of(nobodys)[name]) for name in names}

    for other in others:
        for name in names:
            theirs = read(client, pages_of(other.objects())[name])
            assert theirs == absent[name], name
            assert theirs[0] == 404, name


def test_every_role_of_a_membership_stands_in_the_matrix():
    assert {row["role"] for row in ROWS} == set(Membership.Role.values)


def test_a_line_owners_own_lines_are_known_and_no_others(fjordtel, northwind):
    customer, *_others = make_customers(fjordtel, northwind)
    member_of(customer, {"role": "line_owner"})
    person = Membership.objects.get(role="line_owner").person

    assert list(subscriptions_of_user(person.user, fjordtel)) == [customer.subscription]
    assert not subscriptions_of_user(person.user, northwind).exists()

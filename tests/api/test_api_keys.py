"""A key opens its own brand's rows, for what it was made for, until it ends, and no more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from core.errors import DomainError
from core.models import ApiKey
from core.models.api_keys import SCOPES, Scope
from core.services.issue_api_key import digest_of, issue_api_key
from core.services.revoke_api_key import revoke_api_key
from tests import make

PLANS = "/api/v1/plans/"


def test_the_token_is_shown_once_and_only_its_digest_is_kept(fjordtel, key_for):
    key, token = key_for(fjordtel, [Scope.CATALOG_READ])

    stored = ApiKey.objects.values().get(pk=key.pk)

    assert token.startswith(f"tl_{key.prefix}_")
    assert stored["digest"] == digest_of(token)
    assert token.removeprefix(f"tl_{key.prefix}_") not in str(stored)


@pytest.mark.parametrize(
    ("scopes", "days", "words"),
    [
        ([], 1, "can't be for nothing"),
        (["catalog:read", "everything"], 1, "can't be for everything"),
        (["catalog:read"], 0, "expired already"),
    ],
)
def test_a_key_that_would_open_nothing_or_too_much_is_refused(fjordtel, scopes, days, words):
    now = timezone.now()

    with pytest.raises(DomainError, match=words):
        issue_api_key(
            brand=fjordtel, name="Webshop", scopes=scopes, expires_at=now + timedelta(days=days),
            issued_by=make.make_staff("maker@fjordtel.example", fjordtel), now=now,
        )  # fmt: skip


def test_a_key_reads_its_brands_plans_and_no_others(fjordtel, northwind, client_of):
    make.make_plan(fjordtel, "MOBIL10", "299.00")
    make.make_plan(northwind, "VOICE", "19.00")

    answer = client_of(fjordtel).get(PLANS)

    assert answer.status_code == 200
    assert [plan["code"] for plan in answer.json()] == ["MOBIL10"]
    assert answer["X-Total-Count"] == "1"
    assert answer.json()[0]["versions"][0]["charges"][0]["price"] == "299.000000"


def test_on_the_staff_host_the_key_alone_says_which_brand(fjordtel, northwind, client_of):
    make.make_plan(northwind, "VOICE", "19.00")

    answer = client_of(northwind, host="staff.localhost").get(PLANS)

    assert [plan["code"] for plan in answer.json()] == ["VOICE"]


def test_every_key_that_does_not_hold_gets_the_same_answer(fjordtel, northwind, key_for):
    live, ended = key_for(fjordtel)[1], key_for(fjordtel)
    revoke_api_key(ended[0], now=timezone.now())
    late, late_token = key_for(fjordtel)
    ApiKey.objects.filter(pk=late.pk).update(
        created_at=datetime(2020, 1, 1, tzinfo=UTC), expires_at=datetime(2020, 1, 2, tzinfo=UTC)
    )
    wrong = [
        live[:-1] + ("A" if live[-1] != "A" else "B"),
        "tl_nobody_nothing", "tl__", "nonsense", "", "tl_\x00_x", "a b c", "é" * 20,
        ended[1], late_token, key_for(northwind)[1],
    ]  # fmt: skip

    answers = [
        Client(headers={"host": "fjordtel.localhost", "authorization": f"Bearer {token}"}).get(
            PLANS
        )
        for token in wrong
    ]

    assert {(answer.status_code, answer.content) for answer in answers} == {
        (401, answers[0].content)
    }
    assert answers[0]["WWW-Authenticate"].startswith("Bearer")


def test_without_a_key_the_api_says_how_to_ask(fjordtel):
    answer = Client(headers={"host": "fjordtel.localhost"}).get(PLANS)

    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "not_authenticated"


def test_a_staff_session_is_no_key(fjordtel):
    client = Client(headers={"host": "staff.localhost"})
    staff = make.make_staff("s@fjordtel.example", fjordtel, is_superuser=True)
    Authenticator.objects.create(user=staff, type="totp", data={"secret": "x"})
    client.force_login(staff)

    assert client.get(PLANS).status_code == 401


@pytest.mark.parametrize("scope", [scope for scope in SCOPES if scope != Scope.CATALOG_READ])
def test_a_key_for_something_else_is_told_so(fjordtel, client_of, scope):
    answer = client_of(fjordtel, [scope]).get(PLANS)

    assert answer.status_code == 403
    assert answer.json()["status"] == 403


def test_anothers_row_looks_like_a_row_that_does_not_exist(fjordtel, northwind, client_of):
    theirs = make.make_plan(northwind, "VOICE", "19.00")
    client = client_of(fjordtel)

    answers = [client.get(f"{PLANS}{key}/") for key in (theirs.pk, 999_999_999, "9" * 18)]

    assert {(answer.status_code, answer.content) for answer in answers} == {
        (404, answers[0].content)
    }


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_reading_keys_change_nothing(fjordtel, client_of, method):
    plan = make.make_plan(fjordtel, "MOBIL10", "299.00")

    answer = getattr(client_of(fjordtel), method)(f"{PLANS}{plan.pk}/", {}, "application/json")

    assert answer.status_code == 405


@pytest.mark.parametrize(
    "query",
    ["?code=MOBIL10", "?kind=plan&limit=1", "?nonsense=1", "?brand_id=2", "?brand__code=northwind"],
)
def test_only_known_filters_reach_the_query(fjordtel, northwind, client_of, query):
    make.make_plan(fjordtel, "MOBIL10", "299.00")
    make.make_plan(northwind, "MOBIL10", "19.00")

    answer = client_of(fjordtel).get(PLANS + query)

    assert [plan["code"] for plan in answer.json()] == ["MOBIL10"]


def test_a_value_that_no_row_has_finds_nothing(fjordtel, client_of):
    make.make_plan(fjordtel, "MOBIL10", "299.00")

    for value in ("x", "\x00", "%27", "9" * 400):
        assert client_of(fjordtel).get(f"{PLANS}?code={value}").json() == []


def test_too_many_requests_are_told_when_to_come_again(fjordtel, client_of, settings):
    settings.API_RATE = "3/min"
    client = client_of(fjordtel)

    answers = [client.get(PLANS) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[3]["Retry-After"]) <= 60


def test_use_is_noted_at_most_once_a_minute(fjordtel, key_for, client_of):
    key, token = key_for(fjordtel)
    client = client_of(fjordtel, token=token)

    client.get(PLANS)
    first = ApiKey.objects.get(pk=key.pk).last_used_at
    client.get(PLANS)

    assert first is not None
    assert ApiKey.objects.get(pk=key.pk).last_used_at == first


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("api_key_scopes_are_known", {"scopes": []}),
        ("api_key_scopes_are_known", {"scopes": ["catalog:read", "all"]}),
        ("api_key_expires_after_creation", {"expires_at": datetime(2020, 1, 1, tzinfo=UTC)}),
        ("api_key_digest_is_sha256", {"digest": "secret"}),
    ],
)
def test_the_database_refuses_keys_that_make_no_sense(fjordtel, key_for, name, change):
    key, _token = key_for(fjordtel)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ApiKey.objects.filter(pk=key.pk).update(**change)
    column, value = next(iter(change.items()))
    statement = f"UPDATE core_apikey SET {column} = %s"
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match=name):
        cursor.execute(statement, [value])


def test_the_api_describes_itself_to_whoever_has_a_key(fjordtel, client_of):
    document = client_of(fjordtel, [Scope.JOBS_READ]).get("/api/v1/openapi.json").json()

    assert "/api/v1/plans/{id}/" in document["paths"]
    assert Client(headers={"host": "fjordtel.localhost"}).get(
        "/api/v1/openapi.json"
    ).status_code == 401  # fmt: skip

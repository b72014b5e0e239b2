"""Quotes and explanations over the API."""

from __future__ import annotations

from decimal import Decimal

import pytest

from catalog.models import Plan
from core.models.api_keys import Scope
from tests import make

ASKED = {"plan": "MOBIL10", "number": "+90 532 123 45 67", "at": "2026-10-03T21:10", "quantity": 61}


@pytest.fixture
def brand(db):
    brand = make.make_brand()
    deck = make.make_deck(brand)
    make.make_rate(deck, "90532", "0.90", connection_fee=Decimal("0.20"), first_increment=None)
    make.make_plan(brand, decks={"voice": deck})
    return brand


def test_what_a_call_would_cost(brand, client_of):
    client = client_of(brand, [Scope.CATALOG_READ])

    told = client.get("/api/v1/quotes/", ASKED).json()

    assert (told["amount"], told["currency"], told["prefix"]) == ("1.115000", "NOK", "90532")
    assert told["start"] == "2026-10-03T21:10:00+02:00"
    assert told["steps"][1] == {
        "text": "Connection fee: 0.20.", "rule": "connection_fee", "amount": "0.20"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"plan": "NOPLAN"}, "plan"),
        ({"at": "yesterday"}, "at"),
        ({"quantity": "-1"}, "quantity"),
        ({"usage_type": "fax"}, "usage_type"),
        ({"at": "1999-01-01T00:00"}, "plan"),
        ({"usage_type": "data"}, "detail"),
        ({"number": "Kari"}, "detail"),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field(brand, client_of, asked, field):
    client = client_of(brand, [Scope.CATALOG_READ])

    answer = client.get("/api/v1/quotes/", ASKED | asked)

    assert answer.status_code == 400
    assert field in str(answer.json())


def test_another_brands_plan_is_none(brand, client_of):
    other = make.make_brand("other", legal_entity=make.make_legal_entity("OTHER"))
    client = client_of(other, [Scope.CATALOG_READ])

    assert client.get("/api/v1/quotes/", ASKED).status_code == 400


LINE = {
    "service": "+47 90 00 01 23",
    "number": "+90 532 123 45 67",
    "at": "2026-10-03T21:10",
    "quantity": 61,
}


def with_kari(brand):
    make.make_source(brand)
    plan = Plan.objects.get(brand=brand)
    make.make_subscription(make.make_account(brand), plan, number="4790000123")


def test_what_a_call_would_cost_a_line(brand, client_of):
    with_kari(brand)
    client = client_of(brand, [Scope.BILLING_READ])

    told = client.get("/api/v1/usage-records/quote/", LINE | {"language": "de"}).json()

    assert (told["amount"], told["adds"], told["late"]) == ("1.115000", "1.115000", False)
    assert (told["service"], told["source"], told["plan"]) == ("4790000123", "SWITCH", "MOBIL10")
    assert told["steps"][1]["text"] == "Verbindungsentgelt: 0.20."


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"service": ""}, "service"),
        ({"at": "9999-12-31T00:00"}, "starts before 9901"),
        ({"source": "NONE"}, "no usage source NONE"),
        ({"number": "Kari"}, "detail"),
        ({"language": "fr"}, "language"),
    ],
)
def test_what_makes_no_sense_of_a_line_is_said(brand, client_of, asked, field):
    with_kari(brand)
    client = client_of(brand, [Scope.BILLING_READ])

    answer = client.get("/api/v1/usage-records/quote/", LINE | asked)

    assert answer.status_code == 400
    assert field in str(answer.json())


def test_another_brands_line_has_no_service(brand, client_of):
    with_kari(brand)
    other = make.make_brand("other", legal_entity=make.make_legal_entity("OTHER"))
    make.make_source(other, "OTHER")
    client = client_of(other, [Scope.BILLING_READ])

    told = client.get("/api/v1/usage-records/quote/", LINE).json()

    assert (told["outcome"], told["amount"]) == ("unknown_service", None)

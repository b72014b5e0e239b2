"""Quotes and explanations over the API."""

from __future__ import annotations

from decimal import Decimal

import pytest

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

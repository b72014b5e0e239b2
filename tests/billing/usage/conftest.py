"""Kari's mobile with a price list, and a source that brings her usage."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from billing.usage.partitions import months_between
from billing.usage.services.ensure_partitions import ensure_partitions
from core.models import Brand
from tests import make
from tests.billing.usage.kari import Kari


@pytest.fixture
def kari(fjordtel: Brand, tmp_path: Path) -> Kari:
    ensure_partitions(months_between(date(2026, 1, 1), date(2026, 12, 1)))
    deck = make.make_deck(fjordtel)
    make.make_rate(deck, "47", "0.49", connection_fee=Decimal("0.99"), destination="Norway")
    make.make_rate(deck, "4790", "0.00", first_increment=1, destination="Norway mobile")
    make.make_rate(
        deck,
        "90",
        "2.90",
        connection_fee=Decimal("0.99"),
        next_increment=60,
        max_charge=Decimal("49.00"),
        destination="Türkiye",
    )
    plan = make.make_plan(fjordtel, decks={"voice": deck})
    account = make.make_account(fjordtel)
    subscription = make.make_subscription(account, plan, number="4790000123")
    source = make.make_source(fjordtel)
    return Kari(fjordtel, deck, plan, account, subscription, source, tmp_path)

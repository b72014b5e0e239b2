"""A key for each brand, and a client that carries it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from core.models.api_keys import SCOPES
from core.services.issue_api_key import issue_api_key
from tests import make

NOW = datetime(2026, 11, 1, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def key_for(db):
    """Makes a key of a brand: `key_for(brand, scopes=…)` gives the key and its token."""

    def issue(brand, scopes=SCOPES, *, days=365):
        email = f"maker@{brand.code}.example"
        maker = brand.staff.filter(email=email).first() or make.make_staff(email, brand)
        now = timezone.now()
        return issue_api_key(
            brand=brand, name="Webshop", scopes=scopes, expires_at=now + timedelta(days=days),
            issued_by=maker, now=now,
        )  # fmt: skip

    return issue


@pytest.fixture
def client_of(key_for):
    """A client of a brand's host with a key of that brand (or of another)."""

    def client(brand, scopes=SCOPES, *, host=None, token=None):
        token = token or key_for(brand, scopes)[1]
        headers = {"host": host or f"{brand.code}.localhost", "authorization": f"Bearer {token}"}
        return Client(headers=headers)

    return client

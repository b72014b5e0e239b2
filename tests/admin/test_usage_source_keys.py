"""A source gets a key of the API on its page, and loses it on the key's."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from billing.models import UsageSource, UsageSourceKey
from tests import make
from tests.admin.conftest import staff_with_every_right
from tests.portal.reading import text_of

YEAR = timezone.now().year


@pytest.fixture
def source(fjordtel) -> UsageSource:
    cache.clear()
    return make.make_source(fjordtel)


@pytest.fixture
def ola(fjordtel, sign_in):
    return sign_in(staff_with_every_right(fjordtel))


def issue_page(source: UsageSource) -> str:
    return reverse("admin:billing_usagesource_issue_key", args=[source.pk])


def bring(token: str) -> int:
    """How the API answers to this key."""
    client = Client(headers={"host": "staff.localhost", "authorization": f"Bearer {token}"})
    return client.post("/api/v1/usage", b"[]", "application/json").status_code


def test_a_key_is_shown_once_brings_usage_and_is_ended(ola, source):
    said = {"name": "Main switch", "last_day": f"{YEAR + 1}-06-30"}

    shown = ola.post(issue_page(source), said, follow=True).content.decode()
    [token] = set(re.findall(r"tl_[\w-]+", shown))
    key = UsageSourceKey.objects.get().key

    assert (key.name, key.scopes, key.brand) == ("Main switch", ["usage:write"], source.brand)
    assert key.expires_at.date() == date(YEAR + 1, 7, 1)
    assert bring(token) == 200
    again = text_of(ola.get(reverse("admin:billing_usagesource_change", args=[source.pk])))
    assert "Main switch" in again
    assert key.prefix in again
    assert token not in again
    ola.post(reverse("admin:core_apikey_end", args=[key.pk]))
    assert bring(token) == 401


def test_a_key_that_would_have_ended_is_not_made(ola, source):
    answer = ola.post(issue_page(source), {"name": "Late", "last_day": "2020-01-01"})

    assert "expired already" in answer.content.decode()
    assert not UsageSourceKey.objects.exists()


def test_the_page_of_all_keys_makes_none_for_usage(ola, source):
    form = ola.get(reverse("admin:core_apikey_add")).context["adminform"].form

    assert "usage:write" not in dict(form.fields["scopes"].choices)

"""No page asks the database once for each row it shows."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing.models import UsageRecord
from core.backoffice.scoping import SuperuserAdmin
from tests.admin.house import make_house

QUERIES_MAX = 26
LISTS = [
    model
    for model, page in admin.site._registry.items()
    if model is not UsageRecord and not isinstance(page, SuperuserAdmin)
]


def queries_of(client, url: str) -> int:
    client.get(url)  # what is read once for all (content types) is warm
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def list_url(model) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


@pytest.mark.django_db
def test_every_list_asks_as_much_for_twenty_rows_as_for_one(superuser):
    make_house("h0")
    for_one = {model: queries_of(superuser, list_url(model)) for model in LISTS}

    for number in range(1, 20):
        make_house(f"h{number}")

    for_twenty = {model: queries_of(superuser, list_url(model)) for model in LISTS}
    grown = {
        model._meta.label: (for_one[model], count)
        for model, count in for_twenty.items()
        # A filter that has two choices for the first time is one query more.
        if count > for_one[model] + 1
    }
    assert not grown
    assert max(for_twenty.values()) <= QUERIES_MAX


@pytest.mark.django_db
def test_the_first_page_asks_as_much_for_twenty_brands_as_for_one(superuser):
    make_house("h0")
    for_one = queries_of(superuser, reverse("admin:index"))

    for number in range(1, 20):
        make_house(f"h{number}")

    assert queries_of(superuser, reverse("admin:index")) <= for_one

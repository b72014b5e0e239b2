"""Who may take the history out: role by role, on every page, and nobody else."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from core.backoffice.history_export import EXPORT_RIGHT
from core.roles import ROLES
from tests.admin.house import make_house
from tests.authz.test_roles import MATRIX, grants, label_of, staff_of, stem_of

SPAN = {"since": "2026-01-01", "until": "2026-01-02"}
TAKERS = {role.name for role in ROLES if EXPORT_RIGHT in role.rights}


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["Auditor", "Billing operations", "Customer service", "Finance"])
def test_the_history_is_taken_out_by_those_who_may_take_out_and_see_it(role):
    house = make_house("own")
    _user, client = staff_of(house, role)
    wrong, tried = [], 0

    for model, page in admin.site._registry.items():
        row = house.rows.get(model)
        if row is None or f"{stem_of(model)}_history" not in {one.name for one in page.get_urls()}:
            continue
        address = reverse(f"admin:{stem_of(model)}_history", "config.urls_staff", args=[row.pk])
        status = client.get(address, {"csv": ""}).status_code
        may = role in TAKERS and grants(MATRIX[label_of(model)], "see", role)
        tried += 1
        if (status == 200) != may:
            wrong.append((label_of(model), status))

    assert wrong == []
    assert tried > 40
    span = client.get(reverse("backoffice-history", "config.urls_staff"), SPAN)
    assert span.status_code == (200 if role in TAKERS else 403)


@pytest.mark.django_db
def test_the_roles_that_take_out_are_these():
    assert sorted(TAKERS) == ["Billing operations", "Finance"]


@pytest.mark.django_db
def test_strangers_get_no_history():
    response = Client(headers={"host": "staff.localhost"}).get("/admin/history/", SPAN)

    assert response.status_code == 302
    assert "/login/" in response["Location"]

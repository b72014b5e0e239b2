"""What was issued, booked, published or recorded is shown, and can't be changed by anybody."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.db import connection
from django.urls import reverse

from accounts.models import Account, Location, MessageSettings, MessageTemplate, Person
from billing.models import AlertSettings, Invoice, JournalEntry, UsageRecord, UsageSource
from catalog.models import PlanVersion, Rate
from core.backoffice.scoping import SuperuserAdmin
from core.models import Brand, ImportBatch

# Changed in forms, or by pages of their own that have tests of their own.
EDITABLE = {
    Account, Location, Person, Brand, ImportBatch, MessageSettings, MessageTemplate, UsageSource,
    AlertSettings,
}  # fmt: skip
FROZEN = [
    model
    for model, page in admin.site._registry.items()
    if not isinstance(page, SuperuserAdmin) and model not in EDITABLE | {UsageRecord}
]


def name_of(model, view: str) -> str:
    return f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}"


def contents_of(model) -> list[tuple]:
    """The whole table, to see that nothing changed."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {model._meta.db_table} ORDER BY 1")
        return cursor.fetchall()


def test_not_even_a_superuser_edits_what_is_frozen(superuser, own):
    for model in FROZEN:
        if model not in own.rows:
            continue
        url = reverse(name_of(model, "change"), args=[own[model].pk])
        before = contents_of(model)

        page = superuser.get(url)
        posted = superuser.post(url, {field.name: "9" for field in model._meta.fields})
        deleted = superuser.post(
            reverse(name_of(model, "delete"), args=[own[model].pk]), {"post": "yes"}
        )

        assert page.status_code == 200, model
        assert b'name="_save"' not in page.content, model
        assert posted.status_code == 403, model
        assert deleted.status_code == 403, model
        assert contents_of(model) == before, model


def test_what_may_be_added_by_hand_is_known(superuser, own):
    addable = {
        model._meta.label_lower
        for model in admin.site._registry
        if model is not UsageRecord
        and superuser.get(reverse(name_of(model, "add"))).status_code == 200
    }

    assert addable == {
        "accounts.messagesettings",
        "accounts.messagetemplate",
        "auth.group",
        "billing.alertsettings",
        "billing.billrun",
        "billing.usagesource",
        "core.apikey",
        "core.importbatch",
        "core.user",
    }


@pytest.mark.parametrize(
    ("model", "texts"),
    [
        (Invoice, ["CANARY-own-1", "NOK\xa0100.00", "CANARY-own Nordmann"]),
        (JournalEntry, ["NOK\xa0100.00", "−NOK\xa0100.00", "1500 CANARY-own"]),
        (PlanVersion, ["NOK\xa0299.00", "in advance"]),
        (Rate, ["CANARY-own", "0.600000"]),
    ],
)
def test_a_frozen_row_is_shown_with_everything(staff, own, model, texts):
    page = staff.get(reverse(name_of(model, "change"), args=[own[model].pk])).content.decode()

    for text in texts:
        assert text in page


def test_staff_change_an_address_but_not_what_bills_were_made_with(staff, own):
    account = own[Account]
    url = reverse("admin:accounts_account_change", args=[account.pk])

    staff.post(
        url,
        {
            "name": "Kari Nordmann",
            "city": "Bergen",
            "country": "NO",
            "bill_day": "15",
            "currency": "USD",
            "number": "1",
        },
    )

    account.refresh_from_db()
    assert (account.name, account.city) == ("Kari Nordmann", "Bergen")
    assert (account.bill_day, account.currency, account.number) == (1, "NOK", "CANARY-own-1")
